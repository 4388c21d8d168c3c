"""A query tree as an SQL condition on stories, words through FTS5, values through their own table."""

import re
import sqlite3
from datetime import datetime
from typing import Any, NamedTuple

from stories.errors import QueryError
from stories.fields import STORY
from stories.query import All, And, Exists, Not, Or, Pattern, Query, Range, Term
from stories.text import words

MAX_EXPANSIONS = 1024
HAS_WORDS = "has_words"  # in story_values: which text fields of a story are not empty
_COLUMNS = {"published": "published", "first_published": "first_published", "fetched": "fetched",
            "@timestamp": "timestamp", "revision": "revision", "id": "id"}  # fmt: skip


class Condition(NamedTuple):
    """An SQL expression over table `stories`, with its parameters in order."""

    sql: str
    parameters: tuple[Any, ...] = ()


def compile_query(query: Query, connection: sqlite3.Connection) -> Condition:
    """Return the condition that selects what `query` matches. Raises QueryError for too wide a wildcard."""
    match query:
        case All():
            return Condition("1")
        case And(parts):
            return _joined(" AND ", parts, connection)
        case Or(parts):
            return _joined(" OR ", parts, connection)
        case Not(part):
            inner = compile_query(part, connection)
            return Condition(f"NOT ({inner.sql})", inner.parameters)
        case Term(fields, text):
            if STORY.types[fields[0]] == "text":
                return _full_text(fields, _phrase(words(text)))
            return _value(fields[0], "= ?", text)
        case Pattern():
            return _pattern(query, connection)
        case Range():
            return _range(query)
        case Exists(field):
            return _exists(field)
    raise TypeError(f"no query: {query!r}")


def _joined(operator: str, parts: tuple[Query, ...], connection: sqlite3.Connection) -> Condition:
    conditions = [compile_query(part, connection) for part in parts]
    sql = operator.join(f"({condition.sql})" for condition in conditions)
    return Condition(sql, tuple(value for condition in conditions for value in condition.parameters))


def _full_text(fields: tuple[str, ...], expression: str) -> Condition:
    columns = "{" + " ".join(fields) + "}"
    return Condition(
        "row IN (SELECT rowid FROM story_words WHERE story_words MATCH ?)", (f"{columns} : ({expression})",)
    )


def _phrase(adjoining: list[str]) -> str:
    return '"' + " ".join(word.replace('"', '""') for word in adjoining) + '"'


def _value(field: str, comparison: str, *values: Any) -> Condition:
    if field in _COLUMNS:
        return Condition(f"{_COLUMNS[field]} {comparison}", values)
    return Condition(
        f"row IN (SELECT story FROM story_values WHERE field = ? AND value {comparison})", (field, *values)
    )


def _pattern(query: Pattern, connection: sqlite3.Connection) -> Condition:
    if STORY.types[query.fields[0]] != "text":
        return _value(query.fields[0], "GLOB ?", _glob(query.pattern))
    pattern = query.pattern.lower()
    stem = re.split(r"[*?\\]", pattern, maxsplit=1)[0]
    found = connection.execute(
        "SELECT term FROM story_vocabulary WHERE term >= ? AND term < ? AND term GLOB ? LIMIT ?",
        (stem, stem + chr(0x10FFFF), _glob(pattern), MAX_EXPANSIONS + 1),
    ).fetchall()
    if len(found) > MAX_EXPANSIONS:
        raise QueryError(
            f"“{query.pattern}” fits more than {MAX_EXPANSIONS} words", query.column, "write more letters"
        )
    if not found:
        return Condition("0")
    return _full_text(query.fields, " OR ".join(_phrase([term]) for (term,) in found))


def _glob(pattern: str) -> str:
    pieces = re.split(r"(\\.|[*?\[])", pattern)
    return "".join(
        f"[{piece[1]}]" if len(piece) == 2 and piece[0] == "\\" else "[[]" if piece == "[" else piece
        for piece in pieces
    )


def _range(query: Range) -> Condition:
    clauses: list[str] = []
    bounds: list[Any] = []
    for value, comparison in (
        (query.low, ">= ?" if query.include_low else "> ?"),
        (query.high, "<= ?" if query.include_high else "< ?"),
    ):
        if value is not None:
            clauses.append(comparison)
            bounds.append(int(value.timestamp() * 1000) if isinstance(value, datetime) else value)
    if not clauses:
        return _exists(query.field)
    if query.field in _COLUMNS:
        column = _COLUMNS[query.field]
        return Condition(
            "(" + " AND ".join(f"{column} {clause}" for clause in clauses) + ") IS 1", tuple(bounds)
        )
    inside = " AND ".join(f"value {clause}" for clause in clauses)
    return Condition(
        f"row IN (SELECT story FROM story_values WHERE field = ? AND {inside})", (query.field, *bounds)
    )


def _exists(field: str) -> Condition:
    if STORY.types[field] == "text":
        return _value(HAS_WORDS, "= ?", field)
    if field in _COLUMNS:
        return Condition(f"{_COLUMNS[field]} IS NOT NULL")
    return Condition("row IN (SELECT story FROM story_values WHERE field = ?)", (field,))
