"""Who a page says it is by: names out of bylines as they are written. Pure."""

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

_BY = re.compile(r"^(?:by|par|von|por|da|di|door|av|af|autore?|autori?n?)\b\s*:?\s*", re.IGNORECASE)
_AND = re.compile(r"\s+(?:and|und|et|y|e|en|og|och|i|a)\s+|\s*[;|]\s*")
_MARKED = re.compile(r"(?:^|[\s_-])author[_-]*name(?:$|[\s_-])", re.IGNORECASE)
MAX_NAME_CHARS = 60


def names(written: Iterable[str]) -> list[str]:
    """Return the names in bylines, each once; two people in one byline are two."""
    found: list[str] = []
    for byline in written:
        plain = _BY.sub("", " ".join(byline.split()))
        parts = _AND.split(plain)
        people = parts if all(_is_full(part) for part in parts) else [plain]
        found += [_to_its_end(one) for one in people]
    return list(dict.fromkeys(name for name in found if name))


def marked(root: HtmlElement) -> list[str]:
    """Return the texts that the page's markup calls an author's name, before its first list of others."""
    for element in root.iter("span", "a", "p", "div", "strong"):
        if _MARKED.search(element.get("class") or ""):
            text = " ".join(element.text_content().split())
            if _is_full(_BY.sub("", text)) and len(text) <= MAX_NAME_CHARS:
                return [text]
    return []


def _to_its_end(name: str) -> str:
    """Return a full name without what follows it: no name ends in small letters."""
    words = name.split()
    while _is_full(name) and words[-1].islower():
        words.pop()
    return " ".join(words)


def _is_full(name: str) -> bool:
    """Tell whether `name` is a first and a last one, each with a capital or in a script that has none."""
    words = [word for word in name.split() if word[0].isalpha()]
    return 2 <= sum(not word[0].islower() for word in words) <= 5
