"""A part of a page, read as lines, to the titles that it lists and their dates."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from producers.dates import DateReader
from producers.headings import counts_comments, heads_other
from producers.plaintext import BLOCKS
from producers.urls import canonical
from stories.model import Related

_BREAKS = BLOCKS | {"a", "form", "time"}  # each link is a line of its own here
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
UNSEEN = frozenset(("script", "style", "noscript", "template", "iframe", "svg", "button", "select", "option"))
_TWO_WORDS = re.compile(r"[^\W\d_]{2,}\W+[^\W\d_]{2,}|[^\W\d_]{8,}")
# with a year: strict reading wants all three parts, and looks through every language in vain
_DATE_LINE = re.compile(r"(?=.{0,66}(?:\d{4}|\d[./-]\d{1,2}[./-]\d\d)).{0,40}\d.{0,30}", re.DOTALL)
_DATE_BEHIND = re.compile(r"^(.{20,}?)[\s|,·–-]+(\d{1,2}\.\d{1,2}\.\d{4}|\d{4}-\d\d-\d\d)$")
_LISTING = re.compile(
    r"/(?:authors?|autore?s?|autori|auteurs?|people|person|profiles?|staff|by|tags?|topics?|themen?|temas?|category|"
    r"section|hub|search|subscribe|login|newsletters?)/",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"\d|[^/]+[-_][^/]+[-_][^/]+|\.s?html?$")
_DAY_IN_PATH = re.compile(r"[/_-]((?:19|20)\d\d)([/_-]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)")
_DATE_PREFIX = re.compile(r"^(?:published|posted|updated|on|le|am|il|el)\s*:?\s+", re.IGNORECASE)

MIN_TITLE_CHARS = 20
MAX_TITLE_CHARS = 300
MAX_LINES = 80
MAX_PROSE_CHARS = 160  # longer text outside links, and undated, is the article going on


class Line(NamedTuple):
    """A block's text, its first link, the machine-readable date in it, and its heading level (0: none)."""

    text: str
    href: str = ""
    when: str = ""
    level: int = 0


def items(lines: Sequence[Line], url: str, reader: DateReader) -> Iterator[Related]:
    """Yield the titles among `lines`, each with the date after it, or before where dates come first."""
    dated = [_dated(line, reader) for line in lines[:MAX_LINES]]
    linked = any(line.href for line, _ in dated if is_title(line))
    first = next((when is not None and not is_title(line) for line, when in dated if line.text), False)
    found: list[Related] = []
    before: datetime | None = None
    for number, (line, when) in enumerate(dated):
        if _ends_list(number, [line for line, _ in dated]):
            break
        if is_title(line) and (line.href or not linked):
            address = canonical(line.href, url)
            if found and address and found[-1].url == address:  # a teaser behind its title
                continue
            found.append(Related(title=line.text, url=address, published=when or before))
            before = None
        elif when is not None and first:
            before = when
        elif when is not None and found and found[-1].published is None:
            found[-1].published = when
    for item in found:
        if completed := complete(item, reader):
            yield completed


def complete(item: Related, reader: DateReader) -> Related | None:
    """Return `item` with the day in its address where it has none; None where it is no article."""
    if item.published is None and (day := _DAY_IN_PATH.search(urlsplit(item.url).path)):
        item.published = reader.read(f"{day[1]}-{day[3]}-{day[4]}")
    return item if _is_article(item) else None


def _ends_list(number: int, lines: Sequence[Line]) -> bool:
    """Return whether another list begins at a line, or the article goes on."""
    line = lines[number]
    if heads_other(line.text):
        return not counts_comments(line.text)
    if line.href or len(line.text) <= MAX_PROSE_CHARS:
        return False
    following = next((after for after in lines[number + 1 :] if after.text), None)
    titles_are_headings = any(before.href and before.level for before in lines[:number])
    return not (titles_are_headings and following and following.href and following.level)


def is_title(line: Line) -> bool:
    """Return whether a line can be the title of an article."""
    shortest = MIN_TITLE_CHARS if line.text.isascii() or not line.href else MIN_TITLE_CHARS // 3
    if not shortest <= len(line.text) <= MAX_TITLE_CHARS or heads_other(line.text):
        return False
    return _TWO_WORDS.search(line.text) is not None and not (line.when and len(line.text) < 40)


def _is_article(item: Related) -> bool:
    """Return whether an item is dated, or has an article's address; no author, topic or section."""
    if not item.url:
        return item.published is not None
    path = urlsplit(item.url).path
    if _LISTING.search(f"{path}/"):
        return False
    return item.published is not None or _ARTICLE.search(path.rstrip("/").rsplit("/", 1)[-1]) is not None


def _dated(line: Line, reader: DateReader) -> tuple[Line, datetime | None]:
    """Return the line and its date; one at the end of a title is taken off it."""
    if behind := _DATE_BEHIND.match(line.text):
        return line._replace(text=behind[1].strip()), reader.read(behind[2])
    return line, _date(line, reader)


def _date(line: Line, reader: DateReader) -> datetime | None:
    if line.when and (when := reader.read(line.when)):
        return when
    text = _DATE_PREFIX.sub("", line.text)
    if len(text) > 40 or not _DATE_LINE.fullmatch(text):
        return None
    return reader.read(text)


def lines_of(element: HtmlElement) -> Iterator[Line]:
    """Yield the lines of text under `element`, as blocks break them."""
    pieces: list[str] = []
    href, when, level = "", "", 0

    def flush() -> Iterator[Line]:
        nonlocal href, when, level
        text = " ".join("".join(pieces).split())
        pieces.clear()
        if text or when:
            yield Line(text, href, when, level)
            href, when, level = "", "", 0

    def walk(node: HtmlElement, link: str) -> Iterator[Line]:
        nonlocal href, when, level
        if not isinstance(node.tag, str) or node.tag in UNSEEN:
            return
        block = node.tag in _BREAKS
        if block:
            yield from flush()
        if node.tag == "a":
            link = node.get("href") or ""
        if node.tag == "time":
            when = node.get("datetime") or ""
        if node.tag in _HEADINGS:
            level = int(node.tag[1])
        if (node.text or "").strip():
            href = href or link
            pieces.append(node.text)
        for child in node:
            yield from walk(child, link)
            if (child.tail or "").strip():
                pieces.append(child.tail)
                href = href or link
            elif child.tail:
                pieces.append(" ")
        if block:
            yield from flush()

    yield from walk(element, "")
    yield from flush()
