"""Which pact a step belongs to: by its parties and kind; by its name where the parties are not told."""

import hashlib
import re
from collections.abc import Sequence

from stories.model import PactStep

_WORDS = re.compile(r"\w+")
_EMPTY = frozenset(["a", "an", "and", "between", "its", "new", "of", "on", "the", "their", "to", "with"])


def group(steps: Sequence[PactStep]) -> dict[str, list[PactStep]]:
    """Return the steps by pact id. A step that tells neither two parties nor a name tells of no pact."""
    found: dict[str, list[PactStep]] = {}
    for step in steps:
        if (identity := pact_id(step)) is not None:
            found.setdefault(identity, []).append(step)
    return found


def pact_id(step: PactStep) -> str | None:
    """Return the id of the step's pact; equal parties and kind are one pact."""
    if len(step.parties) >= 2:
        return _hash(step.kind, *sorted(step.parties))
    if not any(word[0].isupper() for word in step.pact.split()):
        return None  # "the ceasefire" without its parties could be anyone's
    return _hash("name", *sorted(set(_WORDS.findall(step.pact.casefold())) - _EMPTY))


def _hash(*parts: str) -> str:
    return "p-" + hashlib.blake2b("\x1f".join(parts).encode(), digest_size=8).hexdigest()
