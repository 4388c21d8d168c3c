"""The one tokeniser: words as Lucene's standard analyzer sees them, so that every store finds the same.

Follows the word-break rules of UAX #29 through the `regex` module's Unicode properties, then lower-cases.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import regex

_EXTEND = r"[\p{WB=Extend}\p{WB=Format}\p{WB=ZWJ}]*"
_LETTER = rf"(?:[\p{{WB=ALetter}}\p{{WB=Hebrew_Letter}}]{_EXTEND})"
_DIGIT = rf"(?:\p{{WB=Numeric}}{_EXTEND})"
_JOIN = rf"(?:\p{{WB=ExtendNumLet}}{_EXTEND})"  # the underscore and its kin join whatever they touch
_MID_LETTER = rf"(?:[\p{{WB=MidLetter}}\p{{WB=MidNumLet}}':]{_EXTEND})"
_MID_DIGIT = rf"(?:[\p{{WB=MidNum}}\p{{WB=MidNumLet}}']{_EXTEND})"
_RUN = rf"(?:{_LETTER}(?:{_MID_LETTER}?{_LETTER})*|{_DIGIT}(?:{_MID_DIGIT}?{_DIGIT})*)"
_KATAKANA = rf"(?:\p{{WB=Katakana}}{_EXTEND})"
_WORD = regex.compile(
    rf"{_JOIN}*{_RUN}(?:{_JOIN}*{_RUN})*{_JOIN}*"
    rf"|{_JOIN}*{_KATAKANA}(?:{_JOIN}*{_KATAKANA})*{_JOIN}*"
    rf"|[\p{{Han}}\p{{Hiragana}}]{_EXTEND}"
    rf"|\p{{Line_Break=Complex_Context}}+"
)

_ASCII_RUN = r"(?:[A-Za-z]+(?:[:.'][A-Za-z]+)*|[0-9]+(?:[.',;][0-9]+)*)"
_ASCII_WORD = re.compile(rf"_*{_ASCII_RUN}(?:_*{_ASCII_RUN})*_*")  # the same, ten times as fast
_EDGES = ".,:;?!\"'()"  # join nothing where a word begins or ends


class Token(NamedTuple):
    """A word with its place: `text` is the lower-cased `source[start:end]`."""

    text: str
    start: int
    end: int


@lru_cache(maxsize=4)  # the parts of a step read the same texts, one after the other
def lowered(text: str) -> str:
    """Return `text` in small letters and of the same length, which str.lower alone does not promise."""
    small = text.lower()
    if len(small) == len(text):
        return small
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def tokens(source: str) -> Iterator[Token]:
    """Yield the words of `source` in order."""
    for match in _WORD.finditer(source):
        yield Token(match.group().lower(), match.start(), match.end())


def words(source: str, most: int | None = None) -> list[str]:
    """Return the words of `source` without their places, the first `most`. None reaches over white space."""
    found: list[str] = []
    add, ascii_words = found.append, _ASCII_WORD.findall
    for chunk in source.split():
        if not chunk.isascii():
            found += [match.lower() for match in _WORD.findall(chunk)]
        elif chunk.isalnum():
            add(chunk.lower())
        elif (bare := chunk.strip(_EDGES)).isalnum():
            add(bare.lower())
        else:
            found += ascii_words(chunk.lower())
        if most is not None and len(found) >= most:
            break
    return found[:most]
