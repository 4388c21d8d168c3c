"""Wire copies: stories whose text is nearly the same count as one independent origin."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from datasketch import MinHash

from streams.cluster.terms import Words

PERMUTATIONS = 32
SHINGLE_WORDS = 3
SAME_TEXT = 0.55  # estimated share of common shingles from which two texts are one
MAX_KEPT = 60  # signatures per cluster: beyond, a new text counts as a new origin unless it is among these
_EMPTY = MinHash(PERMUTATIONS, seed=1, hashfunc=crc32)  # its permutations are drawn once


def signature(read: Words) -> bytes:
    """Return the MinHash of the story's text (its title where there is no more), as 4 bytes a permutation."""
    source = read.text
    if len(source) < 3 * SHINGLE_WORDS:
        source = read.title + source
    ends = range(max(1, len(source) - SHINGLE_WORDS + 1))
    shingles = {" ".join(source[n : n + SHINGLE_WORDS]) for n in ends}
    sketch = _EMPTY.copy()
    sketch.update_batch([shingle.encode("utf-8", "surrogatepass") for shingle in shingles])
    packed: bytes = sketch.hashvalues.astype("<u4").tobytes()
    return packed


def is_copy(fresh: bytes, known: Sequence[bytes]) -> bool:
    """Return whether `fresh` is a copy of one of the `known` texts."""
    if not known:
        return False
    own = np.frombuffer(fresh, dtype="<u4")
    others = np.frombuffer(b"".join(known), dtype="<u4").reshape(len(known), PERMUTATIONS)
    return bool(((others == own).sum(axis=1) >= SAME_TEXT * PERMUTATIONS).any())
