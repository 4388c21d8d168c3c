"""What an edit changed, word by word: what was taken out, what was put in."""

import re
from difflib import SequenceMatcher

from markupsafe import Markup, escape

MOST_WORDS = 1_500  # of one wording; longer ones are shown whole, before and after
_PIECES = re.compile(r"\s+|\w+|[^\w\s]")


def changed(before: str, after: str) -> Markup:
    """Return `after` as HTML with what it lacks of `before` as <del>, and what is new as <ins>."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    if max(len(old), len(new)) > MOST_WORDS:
        return _taken(before) + Markup(" ") + _put(after)
    pieces = Markup("")
    for kind, old_from, old_to, new_from, new_to in SequenceMatcher(None, old, new, False).get_opcodes():
        if kind == "equal":
            pieces += escape("".join(new[new_from:new_to]))
        else:
            pieces += _taken("".join(old[old_from:old_to])) + _put("".join(new[new_from:new_to]))
    return pieces


def _taken(text: str) -> Markup:
    return Markup('<del><span class="hidden">removed: </span>{}</del>').format(text) if text else Markup("")


def _put(text: str) -> Markup:
    return Markup('<ins><span class="hidden">added: </span>{}</ins>').format(text) if text else Markup("")
