"""A query tree back to a Lucene query string that Elasticsearch's query_string reads as we do."""

import re
from datetime import datetime

from stories.fields import FieldSet
from stories.query import All, And, Exists, Not, Or, Pattern, Query, Range, Term

_SPECIAL = re.compile(r'([+\-=!(){}\[\]^"~:\\/&|<>*?\s])')


def render(query: Query, fields: FieldSet) -> str:
    """Return `query` with every operator and parenthesis written out, every value quoted or escaped."""
    match query:
        case All():
            return "*:*"
        case And(parts):
            return "(" + " AND ".join(render(part, fields) for part in parts) + ")"
        case Or(parts):
            return "(" + " OR ".join(render(part, fields) for part in parts) + ")"
        case Not(part):
            return f"(*:* NOT {render(part, fields)})"
        case Exists(field):
            return f"{field}:*"
        case Term(searched, text):
            return _any(searched, _quoted(text))
        case Pattern(searched, pattern):
            is_text = fields.types[searched[0]] == "text"
            return _any(searched, _pattern(pattern.lower() if is_text else pattern))
        case Range():
            return _range(query)
    raise TypeError(f"no query: {query!r}")


def _any(searched: tuple[str, ...], value: str) -> str:
    clauses = [f"{field}:{value}" for field in searched]
    return clauses[0] if len(clauses) == 1 else "(" + " OR ".join(clauses) + ")"


def _range(query: Range) -> str:
    opening, closing = "[" if query.include_low else "{", "]" if query.include_high else "}"
    return f"{query.field}:{opening}{_bound(query.low)} TO {_bound(query.high)}{closing}"


def _bound(value: datetime | float | str | None) -> str:
    if value is None:
        return "*"
    if isinstance(value, datetime):
        return f'"{value.isoformat(timespec="milliseconds").replace("+00:00", "Z")}"'
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() else repr(value)
    return _quoted(value)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _pattern(pattern: str) -> str:
    return "".join(
        piece if piece in ("*", "?") or piece.startswith("\\") else _SPECIAL.sub(r"\\\1", piece)
        for piece in re.split(r"(\\.|[*?])", pattern)
    )
