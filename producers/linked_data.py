"""The JSON-LD in a page: what it says of itself to machines."""

import json
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

MAX_DEPTH = 4


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


def _things(data: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > MAX_DEPTH:
        return
    if isinstance(data, list):
        for part in data:
            yield from _things(part, depth + 1)
    elif isinstance(data, dict):
        yield data
        yield from _things(data.get("@graph"), depth + 1)
