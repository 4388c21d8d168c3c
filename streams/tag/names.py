"""Every name of every actor in one automaton: overlapping matches, then word boundaries, then the longest."""

import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from streams.tag.rules import ActorRule


class Form(NamedTuple):
    """One way an actor is written; `how` says which list of the rule it stands in."""

    rule: ActorRule
    text: str
    how: str


class Hit(NamedTuple):
    """A form found in a text."""

    start: int
    end: int
    forms: tuple[Form, ...]


class NameIndex:
    """Finds names in text: case counts, a form stands between word boundaries, the longest wins."""

    def __init__(self, actors: Sequence[ActorRule]) -> None:
        by_text: dict[str, list[Form]] = {}
        for rule in actors:
            for form in _forms(rule):
                by_text.setdefault(form.text, []).append(form)
        self.texts = sorted(by_text)
        self.forms = [tuple(by_text[text]) for text in self.texts]
        self.automaton = AhoCorasick(self.texts, matchkind=MatchKind.Standard) if self.texts else None

    def find(self, text: str) -> Iterator[Hit]:
        """Yield the names in `text`, left to right, none overlapping another."""
        if self.automaton is None:
            return
        spans = [
            (start, end, pattern)
            for pattern, start, end in self.automaton.find_matches_as_indexes(text, overlapping=True)
            if _stands_alone(text, start, end)
        ]
        spans.sort(key=lambda span: (span[0], -span[1]))
        reach = 0
        for start, end, pattern in spans:
            if start >= reach:
                yield Hit(start, end, self.forms[pattern])
                reach = end


def _forms(rule: ActorRule) -> Iterator[Form]:
    for how in ("names", "demonyms", "capitals", "short", "context"):
        for text in getattr(rule, how):
            if len(text) > 1:
                yield Form(rule, unicodedata.normalize("NFC", text), how)


def _stands_alone(text: str, start: int, end: int) -> bool:
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return not (before.isalnum() or before == "_") and not (after.isalnum() or after == "_")
