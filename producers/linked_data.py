"""The JSON-LD in a page: what it says of itself to machines."""

import json
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

MAX_DEPTH = 4
MAX_NAME_CHARS = 100


def things(root: HtmlElement) -> Iterator[dict[str, Any]]:
    """Yield every object that stands alone, in a list or in a graph; broken scripts are passed over."""
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or ""):
            continue
        try:
            data = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        yield from _things(data)


def authors(root: HtmlElement) -> list[str]:
    """Return the names of the people that the page's article says it is by; none where it names none."""
    for thing in things(root):
        if "Article" in str(thing.get("@type")) and (found := _names(thing.get("author"))):
            return list(dict.fromkeys(found))
    return []


def _names(written: Any) -> list[str]:
    if isinstance(written, list):
        return [name for one in written for name in _names(one)]
    if isinstance(written, dict):
        return _names(written.get("name")) if written.get("@type") == "Person" else []
    name = " ".join(written.split()) if isinstance(written, str) else ""
    return [name] if 0 < len(name) <= MAX_NAME_CHARS else []


def _things(data: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > MAX_DEPTH:
        return
    if isinstance(data, list):
        for part in data:
            yield from _things(part, depth + 1)
    elif isinstance(data, dict):
        yield data
        yield from _things(data.get("@graph"), depth + 1)
