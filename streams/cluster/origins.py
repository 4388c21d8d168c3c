"""Wire copies: stories whose text is nearly the same count as one independent origin."""

from collections.abc import Sequence

import numpy as np
from rensa import RMinHash

from streams.cluster.terms import Words

PERMUTATIONS = 32
SHINGLE_WORDS = 3
SAME_TEXT = 0.55  # estimated share of common shingles from which two texts are one
MAX_KEPT = 60  # signatures per cluster: beyond, a new text counts as a new origin unless it is among these
SEED = 1  # the same text gives the same signature, in this process and the next


def signature(read: Words) -> bytes:
    """Return the MinHash of the story's text (its title where there is no more), as 4 bytes a permutation."""
    source = read.text
    if len(source) < 3 * SHINGLE_WORDS:
        source = read.title + source
    source = source + [""] * (SHINGLE_WORDS - len(source))
    sketch = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    sketch.update(list(map(" ".join, zip(source, source[1:], source[2:], strict=False))))
    packed: bytes = np.array(sketch.digest(), dtype="<u4").tobytes()
    return packed


def is_copy(fresh: bytes, known: Sequence[bytes]) -> bool:
    """Return whether `fresh` is a copy of one of the `known` texts."""
    if not known:
        return False
    own = np.frombuffer(fresh, dtype="<u4")
    others = np.frombuffer(b"".join(known), dtype="<u4").reshape(len(known), PERMUTATIONS)
    equal = others == own
    enough = SAME_TEXT * PERMUTATIONS
    # mostly all of them together have too few in common, which is told at a fifth of the cost
    return bool(np.count_nonzero(equal) >= enough and (equal.sum(axis=1) >= enough).any())
