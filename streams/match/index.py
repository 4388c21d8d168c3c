"""Many queries, few evaluations: queries are filed under what a document must hold to match them.

As percolators do: every query is filed under two things it requires (a word, a value of a field, a field
that holds anything), and a document is asked only for the pairs it holds. A query that requires nothing in
particular (`*:*`, a bare NOT) is a candidate always.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from stories.fields import FieldSet
from stories.query import All, And, Exists, Not, Or, Pattern, Query, Range, Term
from stories.query_match import Subjected
from stories.text import words

MAX_PAIRS = 256  # a query of long ORs is filed under one of its requirements only
_WORD, _VALUE, _HELD = "w:", "v:", "f:"
_ANY = ""  # in place of a second requirement, and held by every document
# a few values stand in most documents: a word or a name says more
_COMMON = {"topics", "language", "planned", "negated", "state", "step", "status", "step_status", "kind",
           "stage", "feed.language", "feed.country", "date_flag", "rules"}  # fmt: skip


class Requirement(NamedTuple):
    """A document that matches holds at least one of `keys`; the lower `rank`, the rarer."""

    rank: int
    keys: frozenset[str]

    @property
    def order(self) -> tuple[int, int, int, list[str]]:
        """Return what to sort by: rare before common, few before many, long before short."""
        return self.rank, len(self.keys), -max(map(len, self.keys)), sorted(self.keys)


def requirements(query: Query, fields: FieldSet) -> list[Requirement]:
    """Return what every document that matches `query` must hold, the most telling first."""
    match query:
        case And(parts):
            found = [need for part in parts for need in requirements(part, fields)]
        case Or(parts):
            found = _one_of([requirements(part, fields) for part in parts])
        case Term(searched, text) if fields.types[searched[0]] == "text":
            found = [Requirement(0, frozenset([_word(word)])) for word in words(text)]
        case Term(searched, text):
            rank = 1 if searched[0] in _COMMON else 0
            found = [Requirement(rank, frozenset([_value(searched[0], text)]))]
        case Pattern(searched):
            found = [Requirement(2, frozenset(_held(field) for field in searched))]
        case Range(field) | Exists(field):
            found = [Requirement(2, frozenset([_held(field)]))]
        case Not() | All():
            found = []
    return sorted(found, key=lambda need: need.order)


def _one_of(alternatives: Sequence[list[Requirement]]) -> list[Requirement]:
    """Return the one requirement of an OR: the most telling of each of its parts, if each has one."""
    if not alternatives or not all(alternatives):
        return []
    best = [needs[0] for needs in alternatives]
    return [Requirement(max(need.rank for need in best), frozenset().union(*(need.keys for need in best)))]


def keys_of(subject: Subjected, fields: Iterable[str], *, with_words: bool) -> set[str]:
    """Return everything `subject` holds in `fields` that a query may require, its words only if asked for."""
    keys = {_ANY}
    for field in fields:
        if found := subject.values.get(field):
            keys.add(_held(field))
            if subject.fields.types[field] == "keyword":
                keys.update(_value(field, str(value)) for value in found)
    if with_words:
        for places in subject.places.values():
            keys.update(map(_word, places))
    return keys


class QueryIndex:
    """Numbered queries over one kind of document, filed by what they require."""

    def __init__(self, queries: Iterable[Query], fields: FieldSet) -> None:
        self._filed: dict[str, dict[str, list[int]]] = {}
        for number, query in enumerate(queries):
            for first, second in _pairs(requirements(query, fields)):
                self._filed.setdefault(first, {}).setdefault(second, []).append(number)
        required = self._filed.keys() | {key for seconds in self._filed.values() for key in seconds}
        self._with_words = any(key.startswith(_WORD) for key in required)  # cutting texts is most of the cost
        self._fields = {key.split(":")[1] for key in required if key.startswith((_HELD, _VALUE))}

    def candidates(self, subject: Subjected) -> list[int]:
        """Return in order the numbers of all queries that may match `subject`, and few others."""
        if not self._filed:
            return []
        keys = keys_of(subject, self._fields, with_words=self._with_words)
        found: set[int] = set()
        for first in self._filed.keys() & keys:
            seconds = self._filed[first]
            for second in seconds.keys() & keys:
                found.update(seconds[second])
        return sorted(found)


def _pairs(needs: list[Requirement]) -> Iterator[tuple[str, str]]:
    firsts = sorted(needs[0].keys) if needs else [_ANY]
    seconds = sorted(needs[1].keys) if len(needs) > 1 else [_ANY]
    if len(firsts) * len(seconds) > MAX_PAIRS:
        seconds = [_ANY]
    yield from ((first, second) for first in firsts for second in seconds)


def _word(word: str) -> str:
    return f"{_WORD}{word}"


def _value(field: str, value: str) -> str:
    return f"{_VALUE}{field}:{value}"


def _held(field: str) -> str:
    return f"{_HELD}{field}"
