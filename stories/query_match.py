"""Whether a document satisfies a query, and where: the matcher's half of the one query language."""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache, cached_property

from stories.fields import BY_KIND, FieldSet, Value, Values, values
from stories.model import Cluster, Document, MatchedClause, Story
from stories.query import All, And, Exists, Not, Or, Pattern, Query, Range, Term
from stories.text import Token, tokens, words


class Subjected:
    """A document made ready for many queries: its values by field, its words by text field."""

    def __init__(self, document: Document, fields: FieldSet) -> None:
        self.fields = fields
        self._document = document

    @cached_property
    def values(self) -> Values:
        """Return what the document holds in each field that is not empty."""
        return values(self._document)

    @cached_property
    def tokens(self) -> dict[str, list[Token]]:
        """Return the words of every text field that is not empty."""
        return {
            name: list(tokens(str(self.values[name][0])))
            for name, kind in self.fields.types.items()
            if kind == "text" and name in self.values
        }

    @cached_property
    def places(self) -> dict[str, dict[str, list[int]]]:
        """Return, by text field and word, at which positions it stands."""
        found: dict[str, dict[str, list[int]]] = {}
        for name, stream in self.tokens.items():
            index = found.setdefault(name, {})
            for position, token in enumerate(stream):
                index.setdefault(token.text, []).append(position)
        return found


def prepare(document: Document) -> Subjected:
    """Return `document` ready to be matched against queries on its kind."""
    kind = "story" if isinstance(document, Story) else "cluster" if isinstance(document, Cluster) else "pact"
    return Subjected(document, BY_KIND[kind])


def matches(query: Query, subject: Subjected) -> bool:
    """Return whether `subject` satisfies `query`."""
    match query:
        case All():
            return True
        case And(parts):
            return all(matches(part, subject) for part in parts)
        case Or(parts):
            return any(matches(part, subject) for part in parts)
        case Not(part):
            return not matches(part, subject)
        case _:
            return next(_hits(query, subject), None) is not None


def explain(query: Query, subject: Subjected) -> list[MatchedClause]:
    """Return the clauses by which `subject` satisfies `query`, with their places; empty if it does not."""
    if not matches(query, subject):
        return []
    return _unique(_receipts(query, subject))


def failed(query: Query, subject: Subjected) -> list[str]:
    """Return the clauses that keep `subject` from satisfying `query`; empty if it does."""
    match query:
        case And(parts):
            return [clause for part in parts for clause in failed(part, subject)]
        case Or(parts):
            if matches(query, subject):
                return []
            return [clause for part in parts for clause in failed(part, subject)]
        case Not(part):
            if not matches(part, subject):
                return []
            return [f"NOT {clause.clause}" for clause in explain(part, subject)] or [describe(query)]
        case _:
            return [] if matches(query, subject) else [describe(query)]


def describe(query: Query) -> str:
    """Return a query, or one clause of it, as a person would write it."""
    match query:
        case Term(fields, text):
            quoted = f'"{text}"' if " " in text else text
            return quoted if len(fields) > 1 else f"{fields[0]}:{quoted}"
        case Pattern(fields, pattern):
            return pattern if len(fields) > 1 else f"{fields[0]}:{pattern}"
        case Range():
            low, high = (_bound(value) for value in (query.low, query.high))
            opening, closing = "[" if query.include_low else "{", "]" if query.include_high else "}"
            return f"{query.field}:{opening}{low} TO {high}{closing}"
        case Exists(field):
            return f"{field}:*"
        case And(parts) | Or(parts):
            operator = " AND " if isinstance(query, And) else " OR "
            return "(" + operator.join(describe(part) for part in parts) + ")"
        case Not(part):
            return f"NOT {describe(part)}"
    return "*:*"


def _bound(value: Value | None) -> str:
    return "*" if value is None else value.isoformat() if isinstance(value, datetime) else str(value)


def _receipts(query: Query, subject: Subjected) -> Iterator[MatchedClause]:
    match query:
        case And(parts) | Or(parts):
            for part in parts:
                if matches(part, subject):
                    yield from _receipts(part, subject)
        case Not() | All():
            return
        case _:
            yield from _hits(query, subject)


def _hits(query: Query, subject: Subjected) -> Iterator[MatchedClause]:
    match query:
        case Term(fields, text):
            for field in fields:
                yield from _term_hits(field, text, describe(query), subject)
        case Pattern(fields, pattern):
            for field in fields:
                yield from _pattern_hits(field, pattern, describe(query), subject)
        case Range():
            for value in subject.values.get(query.field, ()):
                if _inside(value, query):
                    yield MatchedClause(clause=describe(query), field=query.field, value=_bound(value))
        case Exists(field):
            if field in subject.values:
                yield MatchedClause(clause=describe(query), field=field)


def _term_hits(field: str, text: str, clause: str, subject: Subjected) -> Iterator[MatchedClause]:
    if subject.fields.types[field] != "text":
        if text in subject.values.get(field, ()):
            yield MatchedClause(clause=clause, field=field, value=text)
        return
    wanted, places = _words(text), subject.places.get(field, {})
    stream = subject.tokens.get(field, [])
    for position in places.get(wanted[0], ()):
        if all(position + n in places.get(word, ()) for n, word in enumerate(wanted[1:], start=1)):
            start, end = stream[position].start, stream[position + len(wanted) - 1].end
            source = str(subject.values[field][0])
            yield MatchedClause(clause=clause, field=field, value=source[start:end], start=start, end=end)


def _pattern_hits(field: str, pattern: str, clause: str, subject: Subjected) -> Iterator[MatchedClause]:
    if subject.fields.types[field] != "text":
        for value in subject.values.get(field, ()):
            if _compiled(pattern).fullmatch(str(value)):
                yield MatchedClause(clause=clause, field=field, value=str(value))
        return
    fits = _compiled(pattern.lower())
    for token in subject.tokens.get(field, ()):
        if fits.fullmatch(token.text):
            yield MatchedClause(
                clause=clause, field=field, value=token.text, start=token.start, end=token.end
            )


def _inside(value: Value, query: Range) -> bool:
    if isinstance(value, int):
        value = float(value)
    low, high = query.low, query.high
    above = low is None or (value >= low if query.include_low else value > low)  # type: ignore[operator]
    return above and (
        high is None or (value <= high if query.include_high else value < high)  # type: ignore[operator]
    )


@cache
def _words(text: str) -> tuple[str, ...]:
    return tuple(words(text))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    pieces = re.split(r"(\\.|[*?])", pattern)
    return re.compile(
        "".join(
            {"*": ".*", "?": "."}.get(piece) or re.escape(re.sub(r"\\(.)", r"\1", piece)) for piece in pieces
        ),
        re.DOTALL,
    )


def _unique(clauses: Iterator[MatchedClause]) -> list[MatchedClause]:
    found: list[MatchedClause] = []
    for clause in clauses:
        if clause not in found:
            found.append(clause)
    return found
