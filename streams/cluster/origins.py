"""Wire copies: stories whose text is nearly the same count as one independent origin."""

from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np
from datasketch import MinHash

from streams.cluster.terms import Words

PERMUTATIONS = 32
SHINGLE_WORDS = 3
SAME_TEXT = 0.55  # estimated share of common shingles from which two texts are one
MAX_KEPT = 60  # signatures per cluster: beyond, a new text counts as a new origin unless it is among these
_EMPTY = MinHash(PERMUTATIONS, seed=1, hashfunc=int)  # its permutations are drawn once
_MIX = np.array(
    [0x9E3779B1, 0x85EBCA6B, 0xC2B2AE35], dtype=np.uint64
)  # odd, so that each word's place counts


def signature(read: Words) -> bytes:
    """Return the MinHash of the story's text (its title where there is no more), as 4 bytes a permutation."""
    source = read.text
    if len(source) < 3 * SHINGLE_WORDS:
        source = read.title + source
    source = source + [""] * (SHINGLE_WORDS - len(source))
    hashes = np.array([_hash(word) for word in source], dtype=np.uint64)
    shingles = hashes[:-2] * _MIX[0] + hashes[1:-1] * _MIX[1] + hashes[2:] * _MIX[2]
    sketch = _EMPTY.copy()
    sketch.update_batch((shingles >> np.uint64(16) & np.uint64(0xFFFFFFFF)).tolist())
    packed: bytes = sketch.hashvalues.astype("<u4").tobytes()
    return packed


@lru_cache(maxsize=100_000)
def _hash(word: str) -> int:
    return crc32(word.encode("utf-8", "surrogatepass"))


def is_copy(fresh: bytes, known: Sequence[bytes]) -> bool:
    """Return whether `fresh` is a copy of one of the `known` texts."""
    if not known:
        return False
    own = np.frombuffer(fresh, dtype="<u4")
    others = np.frombuffer(b"".join(known), dtype="<u4").reshape(len(known), PERMUTATIONS)
    return bool(((others == own).sum(axis=1) >= SAME_TEXT * PERMUTATIONS).any())
