"""Wire copies: stories whose text is nearly the same count as one independent origin."""

from collections.abc import Sequence

import numpy as np
from datasketch import MinHash

from stories.model import Story
from stories.text import words

PERMUTATIONS = 32
SHINGLE_WORDS = 3
MAX_WORDS = 300
SAME_TEXT = 0.55  # estimated share of common shingles from which two texts are one
MAX_KEPT = 60  # signatures per cluster: beyond, a new text counts as a new origin unless it is among these


def signature(story: Story) -> bytes:
    """Return the MinHash of the story's text (its title where there is no more), as 4 bytes a permutation."""
    source = words(f"{story.summary}\n{story.body}")[:MAX_WORDS]
    if len(source) < 3 * SHINGLE_WORDS:
        source = words(story.title) + source
    shingles = {
        " ".join(source[n : n + SHINGLE_WORDS]) for n in range(max(1, len(source) - SHINGLE_WORDS + 1))
    }
    sketch = MinHash(num_perm=PERMUTATIONS, seed=1)
    sketch.update_batch([shingle.encode("utf-8", "surrogatepass") for shingle in sorted(shingles)])
    packed: bytes = sketch.hashvalues.astype("<u4").tobytes()
    return packed


def is_copy(fresh: bytes, known: Sequence[bytes]) -> bool:
    """Return whether `fresh` is a copy of one of the `known` texts."""
    own = np.frombuffer(fresh, dtype="<u4")
    return any(float((own == np.frombuffer(one, dtype="<u4")).mean()) >= SAME_TEXT for one in known)
