"""Lists of feeds as other readers exchange them: OPML to feeds and back; folders are tags."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lxml import etree

from producers.source import FeedSource
from stories.errors import PermanentError

MAX_BYTES = 15_000_000


class Imported(NamedTuple):
    """The feeds of an OPML document, each once, and what was left out, in words."""

    feeds: list[FeedSource]
    left_out: list[str]


def read(payload: bytes) -> Imported:
    """Return the feeds that `payload` lists. Raises PermanentError where it is no OPML.

    A feed's tags are the folders around it and its categories. What lifts a limit is never imported.
    """
    feeds: dict[str, FeedSource] = {}
    left_out = []
    for outline, folders in _outlines(_root(payload)):
        address = _address(outline.get("xmlUrl") or outline.get("xmlurl") or "")
        name = " ".join((outline.get("title") or outline.get("text") or "").split())
        tags = _distinct([*folders, *_categories(outline.get("category") or "")])
        try:
            feed = FeedSource(url=address, name=name, language=_language(outline), tags=tags)
        except ValueError as error:
            left_out.append(f"{name or 'a feed without a name'}: {error}")
            continue
        if before := feeds.get(address):  # many readers list a feed in each of its folders
            feed = FeedSource(
                url=address, name=before.name, language=before.language, tags=_distinct([*before.tags, *tags])
            )
        feeds[address] = feed
    return Imported(list(feeds.values()), left_out)


def write(feeds: Sequence[FeedSource], title: str = "pactwatch") -> bytes:
    """Return `feeds` as an OPML document: each in the folder of its first tag, all tags as categories."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = _written(title)
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {}
    for feed in feeds:
        parent = body
        if feed.tags:
            folder = _written(feed.tags[0])
            if folder not in folders:
                folders[folder] = etree.SubElement(body, "outline", text=folder, title=folder)
            parent = folders[folder]
        name = _written(feed.name or feed.url)
        outline = etree.SubElement(parent, "outline", type="rss", text=name, title=name, xmlUrl=feed.url)
        if feed.language:
            outline.set("language", feed.language)
        if feed.tags:
            outline.set("category", ",".join(_written(tag).replace(",", " ") for tag in feed.tags))
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return written


def _root(payload: bytes) -> etree._Element:
    """Return the root of an OPML document: entities are refused, no file and no address is ever opened."""
    if len(payload) > MAX_BYTES:
        raise PermanentError(f"this is no list of feeds: larger than {MAX_BYTES:,} bytes")
    if b"<!ENTITY" in payload:
        raise PermanentError("this OPML declares entities, which no list of feeds needs: refused")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    try:
        root = etree.fromstring(payload, parser)
    except etree.XMLSyntaxError as error:
        raise PermanentError(f"this is no OPML: {error}") from error
    if root is None or str(root.tag).lower() != "opml":
        raise PermanentError("this is no OPML: export the list of feeds from your reader once more, as OPML")
    return root


def _outlines(root: etree._Element) -> Iterator[tuple[etree._Element, list[str]]]:
    """Yield every outline that is a feed, in order, with the names of the folders around it."""
    waiting: list[tuple[etree._Element, list[str]]] = [(root, [])]
    while waiting:
        element, folders = waiting.pop()
        inner = folders
        if element.tag == "outline":
            if element.get("xmlUrl") is not None or element.get("xmlurl") is not None:
                yield element, folders
            elif name := " ".join((element.get("text") or element.get("title") or "").split()):
                inner = [*folders, name]
        waiting.extend((child, inner) for child in reversed(element))


def _address(written: str) -> str:
    """Return the web address of what some readers write as feed: ones."""
    address = written.strip()
    if address.lower().startswith("feed://"):
        return f"https://{address[7:]}"
    return address[5:] if address.lower().startswith("feed:") else address


def _categories(written: str) -> list[str]:
    """Return the tags of a category attribute: comma-separated, each perhaps a path of folders."""
    return [" ".join(part.split()) for path in written.split(",") for part in path.split("/")]


def _language(outline: etree._Element) -> str:
    language = (outline.get("language") or "").split("-", 1)[0].lower()
    return language if language.isalpha() and len(language) in (2, 3) else ""


def _distinct(tags: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(tag for tag in tags if tag))


def _written(text: str) -> str:
    """Return `text` without the control characters that XML cannot hold."""
    return "".join(letter for letter in text if letter >= " ")
