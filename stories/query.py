"""The query language: Lucene query strings, read once into a small tree that every store agrees on.

    All()                                    *:*
    Term(fields, words)                      one word, or adjoining words, in a text field; a value elsewhere
    Pattern(fields, pattern)                 with * and ?, never leading
    Range(field, low, high, …)               dates, numbers, or words; None is open
    Exists(field)                            field:*
    And(parts), Or(parts), Not(part)

Lucene reads `a OR b AND c` as `a +b +c`, and a nested bare NOT matches nothing there; so mixed operators need
parentheses, and `render` writes NOT as `(*:* NOT x)`.
"""

import difflib
import re
import threading
from dataclasses import dataclass
from datetime import UTC, datetime

from luqum import tree as lucene
from luqum.exceptions import ParseError
from luqum.parser import parser as luqum_parser

from stories.datemath import resolve
from stories.errors import QueryError
from stories.fields import FieldSet
from stories.text import words

MAX_LENGTH = 4000
MAX_DEPTH = 30
_LUQUM = threading.Lock()  # its parser keeps where it is in itself: two threads would read each other's words


@dataclass(frozen=True)
class All:
    """Matches every document."""


@dataclass(frozen=True)
class Term:
    """`text` in any of `fields`: adjoining words in text fields, the exact value in others."""

    fields: tuple[str, ...]
    text: str
    column: int = 1


@dataclass(frozen=True)
class Pattern:
    """A word (text fields) or a value (others) that fits a pattern of * and ?."""

    fields: tuple[str, ...]
    pattern: str
    column: int = 1


@dataclass(frozen=True)
class Range:
    """A value between two bounds: datetime, float or str, as the field's type is; None is open."""

    field: str
    low: datetime | float | str | None
    high: datetime | float | str | None
    include_low: bool
    include_high: bool
    column: int = 1


@dataclass(frozen=True)
class Exists:
    """The field holds anything."""

    field: str
    column: int = 1


@dataclass(frozen=True)
class And:
    """Every part matches."""

    parts: "tuple[Query, ...]"


@dataclass(frozen=True)
class Or:
    """Any part matches."""

    parts: "tuple[Query, ...]"


@dataclass(frozen=True)
class Not:
    """The part does not match."""

    part: "Query"


Query = All | Term | Pattern | Range | Exists | And | Or | Not


def parse(text: str, fields: FieldSet, now: datetime | None = None) -> Query:
    """Return the tree of `text` over `fields`; `now` is what date maths counts from. Raises QueryError.

    An empty text is `*:*`.
    """
    if len(text) > MAX_LENGTH:
        raise QueryError(f"the query is longer than {MAX_LENGTH} characters", MAX_LENGTH, "split it")
    if not text.strip():
        return All()
    try:
        with _LUQUM:
            parsed = luqum_parser.parse(text)
    except ParseError as error:
        raise _syntax_error(text, error) from error
    except (ArithmeticError, ValueError) as error:  # luqum reads what follows ~ and ^ as a number
        column = max(text.find("~"), text.find("^")) + 1
        raise QueryError("what follows ~ or ^ is no number", column, "leave it out") from error
    except RecursionError as error:
        raise QueryError("the query is nested too deeply", 1, "write it flatter") from error
    return _Reader(fields, now or datetime.now(UTC)).read(parsed, None, 0)


def _syntax_error(text: str, error: ParseError) -> QueryError:
    found = re.search(r"position (\d+)", str(error))
    column = int(found.group(1)) + 1 if found else len(text)
    for opening, closing in ("()", "[]", "{}"):
        if text.count(opening) > text.count(closing):
            return QueryError(f"“{opening}” is never closed", text.rindex(opening) + 1, f"add “{closing}”")
    if text.count('"') % 2:
        return QueryError("a quotation mark is never closed", text.rindex('"') + 1, 'add """')
    return QueryError("the query breaks off or holds a stray sign", column, "quote values with special signs")


class _Reader:
    """Turns luqum's tree into ours, refusing what the stores would read differently."""

    def __init__(self, fields: FieldSet, now: datetime) -> None:
        self.fields, self.now = fields, now

    def read(self, node: lucene.Item, field: str | None, depth: int) -> Query:
        if depth > MAX_DEPTH:
            raise QueryError("the query is nested too deeply", _column(node), "write it flatter")
        match node:
            case lucene.SearchField():
                return self._search_field(node, depth)
            case lucene.Group() | lucene.FieldGroup():
                return self.read(node.expr, field, depth + 1)
            case lucene.AndOperation() | lucene.OrOperation() | lucene.UnknownOperation():
                return self._operation(node, field, depth)
            case lucene.Not() | lucene.Prohibit():
                return Not(self.read(node.a, field, depth + 1))
            case lucene.Plus():
                return self.read(node.a, field, depth + 1)
            case lucene.Range() | lucene.From() | lucene.To():
                return self._range(node, field)
            case lucene.Phrase():
                return self._term(node, field, _unescape(node.value[1:-1]))
            case lucene.Word():
                return self._word(node, field)
        raise _refused(node)

    def _search_field(self, node: lucene.SearchField, depth: int) -> Query:
        name = _unescape(node.name)
        is_star = isinstance(node.expr, lucene.Word) and node.expr.value == "*"
        if name == "*" and is_star:
            return All()
        if name not in self.fields.types:
            near = difflib.get_close_matches(name, self.fields.types, n=1, cutoff=0.5)
            known = ", ".join(sorted(self.fields.types))
            cure = f"did you mean {near[0]}?" if near else f"the fields of a {self.fields.kind} are {known}"
            raise QueryError(f"unknown field “{name}”", _column(node), cure)
        return Exists(name, _column(node)) if is_star else self.read(node.expr, name, depth + 1)

    def _operation(self, node: lucene.BaseOperation, field: str | None, depth: int) -> Query:
        for child in node.children:
            if isinstance(child, lucene.BaseOperation):
                raise QueryError(
                    "AND, OR and adjoining words are mixed, which Lucene reads in its own way",
                    _column(child),
                    "put parentheses around what belongs together",
                )
        parts = tuple(self.read(child, field, depth + 1) for child in node.children)
        if isinstance(node, lucene.AndOperation):
            return And(parts)
        if not isinstance(node, lucene.UnknownOperation):
            return Or(parts)
        if parts[0] == All() and all(isinstance(part, Not) for part in parts[1:]):
            return parts[1] if len(parts) == 2 else And(parts[1:])  # how NOT is written for Lucene
        if any(isinstance(child, lucene.Plus | lucene.Prohibit | lucene.Not) for child in node.children):
            raise QueryError("+, - and NOT beside bare words read differently in each store", _column(node),
                             "join the parts with AND or OR")  # fmt: skip
        return Or(parts)

    def _word(self, node: lucene.Word, field: str | None) -> Query:
        raw = str(node.value)
        if re.search(r"(?<!\\)[*?]", raw):
            if raw[0] in "*?":
                raise QueryError("a leading wildcard would read every word there is", _column(node),
                                 "begin with at least one letter")  # fmt: skip
            return Pattern(self._searched(field, node), raw, _column(node))
        return self._term(node, field, _unescape(raw))

    def _term(self, node: lucene.Item, field: str | None, text: str) -> Query:
        if field and self.fields.types[field] in ("date", "number"):
            low = self._bound(node, field, text, end=False)
            high = self._bound(node, field, text, end=True)
            return Range(field, low, high, True, True, _column(node))
        searched = self._searched(field, node)
        if self.fields.types[searched[0]] == "text" and not words(text):
            raise QueryError(f"“{text}” holds no word to look for", _column(node), "write a word")
        return Term(searched, text, _column(node))

    def _searched(self, field: str | None, node: lucene.Item) -> tuple[str, ...]:
        if field and self.fields.types[field] in ("date", "number"):
            raise QueryError(f"{field} is no text", _column(node), f"write {field}:[low TO high]")
        return (field,) if field else self.fields.default

    def _range(self, node: lucene.Item, field: str | None) -> Query:
        if field is None:
            raise QueryError("a range needs a field", _column(node), "write field:[low TO high]")
        if self.fields.types[field] == "text":
            raise QueryError(f"{field} is text and has no order", _column(node), "use words or a phrase")
        low, high, include_low, include_high = _bounds(node)
        return Range(
            field,
            None if low == "*" else self._bound(node, field, low, end=not include_low),
            None if high == "*" else self._bound(node, field, high, end=include_high),
            include_low,
            include_high,
            _column(node),
        )

    def _bound(self, node: lucene.Item, field: str, text: str, *, end: bool) -> datetime | float | str:
        kind = self.fields.types[field]
        try:
            if kind == "date":
                return resolve(text, self.now, end=end)
            return float(text) if kind == "number" else text
        except ValueError as error:
            wanted = "a date such as 2025-05-21 or now-7d" if kind == "date" else "a number"
            raise QueryError(f"“{text}” is not {wanted}", _column(node), f"write {wanted}") from error


def _bounds(node: lucene.Item) -> tuple[str, str, bool, bool]:
    if isinstance(node, lucene.From):
        return str(node.a), "*", bool(node.include), True
    if isinstance(node, lucene.To):
        return "*", str(node.a), True, bool(node.include)
    return _plain(node.low), _plain(node.high), bool(node.include_low), bool(node.include_high)


def _plain(node: lucene.Item) -> str:
    if isinstance(node, lucene.Prohibit):  # so luqum reads a number below zero
        return f"-{_plain(node.a)}"
    if not isinstance(node, lucene.Term):
        raise QueryError("this is no bound of a range", _column(node), "write one word, number or date")
    value = str(node.value)
    return _unescape(value[1:-1] if isinstance(node, lucene.Phrase) else value)


def _refused(node: lucene.Item) -> QueryError:
    names = {
        "Regex": ("a regular expression", "use words, phrases or a trailing *"),
        "Fuzzy": ("a fuzzy word", "write the spellings, joined with OR"),
        "Proximity": ("a proximity search", "use a phrase, or words joined with AND"),
        "Boost": ("a boost", "leave it out: results are ordered by date"),
    }
    what, cure = names.get(type(node).__name__, (type(node).__name__, "leave it out"))
    return QueryError(f"{what} is not supported: the stores would disagree", _column(node), cure)


def _column(node: lucene.Item) -> int:
    return int(node.pos or 0) + 1


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
