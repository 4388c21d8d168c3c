"""The related articles that a page lists, with their dates; not its navigation, not its most read.

A list is known by its heading, in the languages of the press. From there on the page is read as lines, as a
person would: a title, mostly a link, and a date before or after it.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lxml.html import HtmlElement

from producers import listed, related_marks
from producers.dates import DateReader
from producers.headings import heads_other, heads_related
from producers.listed import UNSEEN, Line, lines_of
from producers.urls import same_page
from stories.model import Related

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_OUTSIDE = frozenset(("nav", "footer", "form"))

MAX_ITEMS = 15
MAX_CLIMB = 4


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
    for held, found in _lists(root, url, reader):
        elements += held
        for item in found:
            key = same_page(item.url) if item.url else item.title
            if key != own and len(items) < MAX_ITEMS and item.title not in titles:
                items.setdefault(key, item)
                titles.add(item.title)
    return Block(elements, list(items.values()))


def _lists(
    root: HtmlElement, url: str, reader: DateReader
) -> Iterator[tuple[Sequence[HtmlElement], Sequence[Related]]]:
    """Yield the elements of each list, to be left out of the body, and what it lists."""
    for heading in _headings(root):
        held, lines = _after(heading)
        if found := list(listed.items(lines, url, reader)):
            yield [heading, *held], found
    yield from related_marks.find(root, url, reader)


def _headings(root: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the elements whose whole text is a heading of related articles, outermost first."""
    inside: set[HtmlElement] = set()
    for element in root.iter():
        if not isinstance(element.tag, str) or element.tag in UNSEEN or element.getparent() in inside:
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
            if not isinstance(sibling.tag, str) or sibling.tag in UNSEEN:
                continue
            new = list(lines_of(sibling))
            if _ends(new, level) or sibling.tag in _OUTSIDE:
                break
            held.append(sibling)
            lines += new
            if len(lines) > listed.MAX_LINES:
                break
        if any(listed.is_title(line) for line in lines):
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
