"""An article's page to its full text, its facts and its related articles. Pure, and slow: use a pool."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import trafilatura
from lxml.html import HtmlElement
from trafilatura.settings import Document
from trafilatura.utils import load_html

from producers import bylines, linked_data, related
from producers.dates import DateReader
from producers.plaintext import strip
from producers.urls import canonical
from stories.model import Related

MAX_BODY_CHARS = 200_000
MAX_ELEMENTS = 200_000

# Lines that stand in the text of a page and are none of it.
_BOILERPLATE = re.compile(
    r"""\d+\s*min(?:ute)?s?\.?(?:\ read)? | (?:reading\ time|temps\ de\ lecture|lesezeit)\b.{0,30}
      | (?:post|leave|add|write)\ a\ (?:comment|reply)\b.{0,40} | leave\ (?:a\ )?(?:reply|comment)
      | your\ email\ address\ will\ not\ be\ published\b.* | required\ fields\ are\ marked\b.*
      | (?:share|print|email|tweet|save|copy\ link|advertisement|ad|sponsored|loading\W*|listen|play)
      | (?:share|follow)\ (?:this|us|on)\b.{0,60} | (?:sign\ up|subscribe)\b.{0,100} | click\ here\b.{0,80}
      | all\ rights\ reserved\W* | related(?:\ (?:articles|stories|news|posts))?\W*""",
    re.IGNORECASE | re.VERBOSE,
)
_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "datepublished", "dc.date.issued",
    "dcterms.created", "parsely-pub-date", "sailthru.date", "pubdate", "publish-date", "date", "dc.date",
)  # fmt: skip
_TIME_OF_DAY = re.compile(r"\d\d?:\d\d")


class Article(NamedTuple):
    """What a page says. `published` is None where it doesn't say; `language` is the page's own claim."""

    body: str = ""
    related: Sequence[Related] = ()
    title: str = ""
    authors: Sequence[str] = ()
    published: datetime | None = None
    language: str = ""
    url: str = ""


def extract(html: bytes, url: str) -> Article:
    """Return the article in `html`, fetched from `url`; an empty one where there is none."""
    root = load_html(html)
    if root is None or sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        return Article()
    published = _published(root)
    stated = linked_data.authors(root) or bylines.marked(root)  # before extraction, which takes scripts out
    block = related.find(root, url)
    for element in block.elements:
        if (parent := element.getparent()) is not None:
            _drop(element, parent)
    document = trafilatura.bare_extraction(
        root, url=url, include_comments=False, include_tables=True, with_metadata=True
    )
    if not isinstance(document, Document):
        return Article(related=tuple(block.items), published=published)
    found = published or (DateReader().read(document.date) if document.date else None)
    return Article(
        body=clean(document.text or "", document.title or ""),
        related=tuple(block.items),
        title=strip(document.title or "", one_line=True),
        authors=tuple(bylines.names(stated or (document.author or "").split(";"))),
        published=found,
        language=(root.get("lang") or "").split("-", 1)[0].lower(),
        url=canonical(document.url or "", url) or canonical(url),
    )


def clean(text: str, title: str) -> str:
    """Return `text` without its lines of boilerplate and without the title where it begins with it."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    kept = [line for line in lines if line and not _BOILERPLATE.fullmatch(line)]
    while kept and title and kept[0].casefold() == " ".join(title.split()).casefold():
        kept.pop(0)
    return "\n".join(kept)[:MAX_BODY_CHARS]


def _drop(element: HtmlElement, parent: HtmlElement) -> None:
    """Remove `element`, but not the text behind it."""
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _published(root: HtmlElement) -> datetime | None:
    """Return the time of publication from the page's own metadata, the ones with a time of day first."""
    reader = DateReader()
    stated = [*_linked_data_dates(root), *_meta_dates(root)]
    stated.sort(key=lambda text: not _TIME_OF_DAY.search(text))
    return next((when for text in stated if (when := reader.read(text))), None)


def _meta_dates(root: HtmlElement) -> list[str]:
    found: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        if name in _PUBLISHED_META and meta.get("content"):
            found.setdefault(name, meta.get("content"))
    return [found[name] for name in _PUBLISHED_META if name in found]


def _linked_data_dates(root: HtmlElement) -> list[str]:
    return [
        thing["datePublished"]
        for thing in linked_data.things(root)
        if "Article" in str(thing.get("@type")) and isinstance(thing.get("datePublished"), str)
    ]
