"""The related articles that a page lists, with their dates; not its navigation, not its most read.

A list is known by its heading, in the languages of the press. From there on the page is read as lines, as a
person would: a title, mostly a link, and a date before or after it.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from producers.dates import DateReader
from producers.headings import heads_other, heads_related
from producers.plaintext import BLOCKS
from producers.urls import canonical, same_page
from stories.model import Related

_BREAKS = BLOCKS | {"a", "form", "time"}  # each link is a line of its own here
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_UNSEEN = frozenset(
    ("script", "style", "noscript", "template", "iframe", "svg", "button", "select", "option")
)
_OUTSIDE = frozenset(("nav", "footer", "form"))
_TWO_WORDS = re.compile(r"[^\W\d_]{2,}\W+[^\W\d_]{2,}|[^\W\d_]{8,}")
_DATE_LINE = re.compile(r".{0,40}\d.{0,30}", re.DOTALL)
_DATE_BEHIND = re.compile(r"^(.{20,}?)[\s|,·–-]+(\d{1,2}\.\d{1,2}\.\d{4}|\d{4}-\d\d-\d\d)$")
_LISTING = re.compile(
    r"/(?:authors?|autore?s?|autori|auteurs?|people|person|profiles?|staff|by|tags?|topics?|themen?|temas?|category|"
    r"section|hub|search|subscribe|login|newsletters?)/",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"\d|[^/]+[-_][^/]+[-_][^/]+|\.s?html?$")
_DAY_IN_PATH = re.compile(r"/((?:19|20)\d\d)[/-](\d\d)[/-](\d\d)(?=[/-])")
_DATE_PREFIX = re.compile(r"^(?:published|posted|updated|on|le|am|il|el)\s*:?\s+", re.IGNORECASE)

MIN_TITLE_CHARS = 20
MAX_TITLE_CHARS = 300
MAX_ITEMS = 15
MAX_CLIMB = 4
MAX_LINES = 80
MAX_PROSE_CHARS = 160  # longer text outside links, and undated, is the article going on


class Line(NamedTuple):
    """A block's text, its first link, the machine-readable date in it, and its heading level (0: none)."""

    text: str
    href: str = ""
    when: str = ""
    level: int = 0


class Block(NamedTuple):
    """A list of related articles: the elements that hold it, to be left out of the body, and its items."""

    elements: Sequence[HtmlElement]
    items: Sequence[Related]


def find(root: HtmlElement, url: str) -> Block:
    """Return what the page `root`, fetched from `url`, lists as related, each once; its own address never."""
    reader = DateReader()
    elements: list[HtmlElement] = []
    items: dict[str, Related] = {}
    titles: set[str] = set()
    own = same_page(url)
    for heading in _headings(root):
        held, lines = _after(heading)
        found = list(_items(lines, url, reader))
        if found:
            elements += [heading, *held]
        for item in found:
            key = same_page(item.url) if item.url else item.title
            if key != own and len(items) < MAX_ITEMS and item.title not in titles:
                items.setdefault(key, item)
                titles.add(item.title)
    return Block(elements, list(items.values()))


def _headings(root: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the elements whose whole text is a heading of related articles, outermost first."""
    inside: set[HtmlElement] = set()
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag in _UNSEEN or element.getparent() in inside:
            if element.getparent() in inside:
                inside.add(element)
            continue
        if len(element) > 6 or any(ancestor.tag in _OUTSIDE for ancestor in element.iterancestors()):
            continue
        text = " ".join(element.text_content().split()) if element.tag != "body" else ""
        if 3 < len(text) < 50 and heads_related(text):
            inside.add(element)
            yield element


def _after(heading: HtmlElement) -> tuple[list[HtmlElement], list[Line]]:
    """Return the elements after `heading` in the smallest block that holds items, and their lines."""
    here = heading
    level = int(heading.tag[1]) if heading.tag in _HEADINGS else 7
    for _ in range(MAX_CLIMB):
        held = []
        lines: list[Line] = []
        for sibling in here.itersiblings():
            if not isinstance(sibling.tag, str) or sibling.tag in _UNSEEN:
                continue
            new = list(lines_of(sibling))
            if _ends(new, level) or sibling.tag in _OUTSIDE:
                break
            held.append(sibling)
            lines += new
            if len(lines) > MAX_LINES:
                break
        if any(_is_title(line) for line in lines):
            return held, lines
        parent = here.getparent()
        if parent is None or parent.tag in ("body", "html", "main", "article"):
            break
        here = parent
    return [], []


def _ends(lines: Sequence[Line], level: int) -> bool:
    for line in lines[:1]:
        if heads_other(line.text):
            return True
        if line.level and line.level <= level and not line.href:
            return True
    return False


def _items(lines: Sequence[Line], url: str, reader: DateReader) -> Iterator[Related]:
    """Yield the titles among `lines`, each with the date after it, or before where dates come first."""
    dated = [_dated(line, reader) for line in lines[:MAX_LINES]]
    linked = any(line.href for line, _ in dated if _is_title(line))
    first = next((when is not None and not _is_title(line) for line, when in dated if line.text), False)
    found: list[Related] = []
    before: datetime | None = None
    for line, when in dated:
        if heads_other(line.text) or (not line.href and len(line.text) > MAX_PROSE_CHARS):
            break
        if _is_title(line) and (line.href or not linked):
            address = canonical(line.href, url)
            found.append(Related(title=line.text, url=address, published=when or before))
            before = None
        elif when is not None and first:
            before = when
        elif when is not None and found and found[-1].published is None:
            found[-1].published = when
    for item in found:
        if item.published is None and (day := _DAY_IN_PATH.search(item.url)):
            item.published = reader.read("-".join(day.groups()))
        if _is_article(item):
            yield item


def _is_title(line: Line) -> bool:
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
        if not isinstance(node.tag, str) or node.tag in _UNSEEN:
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
