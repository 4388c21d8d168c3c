"""Sentences with their place: every rule, status and step reads one sentence and cites it exactly."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Literal, Protocol, TypeVar

import msgspec

from stories.model import Story
from stories.text import lowered

FIELDS = ("title", "summary", "body")
FIELD_ORDER = {field: number for number, field in enumerate(FIELDS)}

# A full stop ends a sentence unless it ends one of these, or an initial, or an acronym with dots.
_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "gen",
        "lt",
        "col",
        "sgt",
        "capt",
        "cmdr",
        "maj",
        "adm",
        "brig",
        "rev",
        "hon",
        "sen",
        "rep",
        "gov",
        "pres",
        "st",
        "no",
        "nos",
        "vs",
        "etc",
        "fig",
        "art",
        "jr",
        "sr",
        "inc",
        "ltd",
        "co",
        "corp",
        "dept",
        "est",
        "approx",
        "ca",
        "al",
        "sec",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "amb",
        "min",
        "mt",
        "ft",
        "hr",
        "e.g",
        "i.e",
        "ph.d",
        "bros",
        "op",
        "ed",
        "eds",
        "vol",
    ]
)
# One set of characters first: a search for that is fast.
_END = re.compile(
    r"""[.!?…。！？؟۔।\n](?:
        (?<=[.!?…])[.!?…]*["'”’»)\]]*(?=\s)     # Latin, Cyrillic, Greek: an end mark, then space
      | (?<=[。！？])[。！？]*[」』”）]*           # Chinese and Japanese need no space
      | (?<=[؟۔।])[؟۔।]*["”»)]*(?=\s|$)        # Arabic, Urdu, Hindi
      | (?<=\n)                                # a line break ends a headline, a caption, a paragraph
    )""",
    re.VERBOSE,
)
_LAST_WORD = re.compile(r"([\w.'’-]+)[.]$")
_DOTTED = re.compile(r"(?:\w\.)+\w")
_OPENING = "\"'“”‘’«([—–-"


class Sentence(msgspec.Struct, frozen=True, gc=False):
    """One sentence: `getattr(story, field)[start:end] == text`, without space around it; `small` is it in small letters."""

    field: str
    start: int
    end: int
    text: str
    small: str


def split(story: Story) -> list[Sentence]:
    """Return the sentences of title, summary and body, in this order."""
    return [
        sentence
        for field in FIELDS
        if (text := getattr(story, field))
        for sentence in _sentences(field, text)
    ]


def _sentences(field: str, text: str) -> list[Sentence]:
    small = lowered(text)
    return [Sentence(field, start, end, text[start:end], small[start:end]) for start, end in spans(text)]


class Placed(Protocol):
    """Something that begins at a place of a field."""

    @property
    def field(self) -> str:
        """Return the name of the field."""
        ...

    @property
    def start(self) -> int:
        """Return the place."""
        ...


P = TypeVar("P", bound=Placed)


def in_each(sentences: Iterable[Sentence], placed: Sequence[P]) -> Iterator[tuple[Sentence, list[P]]]:
    """Yield each sentence with those of `placed` that begin in it. Both come in order of field and place."""
    at, count = 0, len(placed)
    for sentence in sentences:
        field, start, end = sentence.field, sentence.start, sentence.end
        inside: list[P] = []
        while at < count:
            thing = placed[at]
            if thing.field != field:
                if FIELD_ORDER[thing.field] > FIELD_ORDER[field]:
                    break
            elif thing.start >= end:
                break
            elif thing.start >= start:
                inside.append(thing)
            at += 1
        yield sentence, inside


def spans(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of every sentence of `text`, in order, none empty."""
    found: list[tuple[int, int]] = []
    start = 0
    for mark in _END.finditer(text):
        end = mark.end()
        if text[end - 1] == "\n":
            end -= 1
        if end > start and _is_end(text, start, end):
            _add(found, text, start, end)
            start = end
    _add(found, text, start, len(text))
    return found


def _add(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    bare = piece.lstrip()
    if stripped := bare.rstrip():
        begin = start + len(piece) - len(bare)
        found.append((begin, begin + len(stripped)))


def _is_end(text: str, start: int, end: int) -> bool:
    """Return whether the mark that ends at `end` closes a sentence."""
    if text[end - 1] != ".":
        rest = text[end : end + 3].lstrip()
        return text[end - 1] not in "…)'’\"”" or not rest or not rest[0].islower()
    rest = text[end : end + 8].lstrip().lstrip(_OPENING)
    if rest and rest[0].islower():
        return False
    kind = _kind_of(text[max(start, end - 24) : end].rsplit(None, 1)[-1])
    if kind == "acronym":
        return rest[:4].split(" ")[0] in {"The", "A", "In", "It", "He", "She", "At", "On", "But"}
    if kind == "number":
        return not rest[:1].isdigit()
    return kind == "word"


@lru_cache(maxsize=8192)  # sentences end in the same words again and again
def _kind_of(ending: str) -> Literal["word", "acronym", "number", "abbreviation"]:
    """Return what the full stop stands behind at which `ending`, a run without space, ends."""
    word = _LAST_WORD.search(ending)
    if word is None:
        return "word"
    name = word[1].strip("'’-.").lower()
    if _DOTTED.fullmatch(name):  # U.S., a.m.: an end only before what begins like a sentence
        return "acronym"
    if name == "no" or name == "may":
        return "number"
    is_initial = len(name) == 1 and word[1][0].isupper()
    return "abbreviation" if is_initial or name in _ABBREVIATIONS else "word"
