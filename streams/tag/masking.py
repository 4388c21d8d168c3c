"""A sentence as the rules read it: in small letters, its actors masked, every character in its place."""

import re
from collections.abc import Sequence

from stories.text import lowered
from streams.tag.actors import Named
from streams.tag.patterns import masked_code
from streams.tag.sentences import Sentence

_PRIVATE = re.compile("[\ue000-\ue4ff]")
_ROLES = {"LEG": "leg", "MIL": "mil", "SPY": "mil"}


def mask(sentence: Sentence, named: Sequence[Named]) -> str:
    """Return the sentence with each name replaced by as many private-use characters as it has."""
    text = lowered(sentence.text)
    if _PRIVATE.search(text):
        text = _PRIVATE.sub(" ", text)
    pieces: list[str] = []
    reached = 0
    for name in named:
        start, end = name.start - sentence.start, name.core_end - sentence.start
        if start < reached or end > len(text):
            continue
        actor = name.actor
        code = _ROLES.get(actor.role, "gov") if actor.kind == "body" else actor.code
        pieces += (text[reached:start], masked_code(actor.kind, code, end - start))
        reached = end
    return "".join([*pieces, text[reached:]]) if pieces else text
