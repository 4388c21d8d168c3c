"""The little language of topic rules: words with gaps and alternatives, compiled to one regular expression.

ratif* the|its? treaty|pact    word* begins so; a|b either; x? may be missing
withdraw* .. treaty            .. up to six words between, within the sentence
{pact}                         a word list, of the topic itself or shared by all
"""

import re
from collections.abc import Mapping, Sequence

_GAP = r"(?:[^\s.;]+\s+){0,6}?"
_SPACE = r"(?:['’]s)?,?\s+"
_LIST = re.compile(r"\{(\w+)\}")


def compile_pattern(pattern: str, words: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """Return `pattern` as a case-insensitive expression. Raises KeyError for an unknown word list."""
    filled = _LIST.sub(lambda found: "|".join(word.replace(" ", "_") for word in words[found[1]]), pattern)
    pieces = [_GAP if piece == ".." else _word(piece) for piece in filled.split()]
    # the last word needs no space after it
    return re.compile(r"\b" + "".join(pieces).removesuffix(_SPACE) + r"(?!\w)", re.IGNORECASE)


def _word(piece: str) -> str:
    optional = piece.endswith("?")
    choices = "|".join(
        re.escape(choice).replace(r"\*", r"[\w-]*").replace("_", r"[\s-]+")
        for choice in piece.removesuffix("?").split("|")
    )
    return rf"(?:(?:{choices}){_SPACE})?" if optional else rf"(?:{choices}){_SPACE}"
