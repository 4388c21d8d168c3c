"""XML feeds through feedparser, and what that lets pass: web pages, growing entities, words on faults."""

import re
from collections.abc import Sequence
from typing import Any

import feedparser
from lxml import html as lxml_html

from producers.encodings import in_utf8
from producers.parsed import Entry, FeedError, Hints, RawFeed
from producers.plaintext import strip
from producers.urls import canonical

_HTML = re.compile(rb"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_FEED_ROOT = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf)[\s>:]", re.IGNORECASE)
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_ENTITY = re.compile(rb"<!ENTITY\s+(%\s+)?([\w.:-]+)\s+(SYSTEM|PUBLIC|\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_PERIODS_S = {
    "hourly": 3600.0,
    "daily": 86400.0,
    "weekly": 604800.0,
    "monthly": 2592000.0,
    "yearly": 31536000.0,
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_WRITERS = ("author", "writer", "reporter", "correspondent", "journalist")  # roles of Media RSS
_LONG_TAG = re.compile(rb"<[^<>]{20000,}")
_BARE_AMPERSAND = re.compile(rb"&(?!#[0-9]+;|#[xX][0-9a-fA-F]+;|[A-Za-z][\w.-]*;)")
_CDATA = re.compile(rb"(<!\[CDATA\[.*?\]\]>|<!--.*?-->)", re.DOTALL)
LOOKED_AT_BYTES = 200  # a zero byte there is UTF-16 or UTF-32
PROLOGUE_BYTES = 65_536
MAX_ATTRIBUTES = 2_000
MAX_TAGS = 200_000  # forty times what the largest real feed has; each becomes a kilobyte or more
MAX_ENTITY_BYTES = 2_000
MAX_TITLE_CHARS = 120


def read(payload: bytes, address: str, content_type: str = "") -> RawFeed:
    """Return what the XML feed `payload` holds. Raises FeedError."""
    external = _check_entities(payload, address)
    _check_attributes(payload, address)
    _check_tags(payload, address)
    if _is_page(payload):
        raise _page_error(payload, address)
    payload, content_type, misdeclared = in_utf8(payload, content_type)
    payload, unescaped = _escape_ampersands(payload)
    # Without the document's address: feedparser would make absolute addresses of guids that are mere numbers.
    headers = {"content-type": content_type} if content_type else {}
    document = _parsed(payload, headers, address)
    if not document.get("version") and not document.entries:
        raise FeedError("parse", _not_a_feed(document, address))
    broken = _broken(document)
    return RawFeed(
        entries=[_entry(entry) for entry in document.entries],
        title=strip(document.feed.get("title", ""), one_line=True),
        language=document.feed.get("language", ""),
        hints=_hints(document.feed, payload),
        warning="; ".join(filter(None, (misdeclared, unescaped, broken, external))),
        sound=not broken,
    )


def _parsed(payload: bytes, headers: dict[str, str], address: str) -> Any:
    """Return feedparser's document. Some broken ones break it, as a lone "</width>" does."""
    try:
        return feedparser.parse(
            payload, response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:
        raise FeedError(
            "parse",
            f"{address} is too broken to be read ({type(error).__name__}: {error}): tell its publisher",
        ) from error


def discover(page: bytes, address: str) -> list[str]:
    """Return the addresses of the feeds that the web page `page` names in its head, in its order."""
    try:
        root = lxml_html.document_fromstring(page[: 1 << 20])
    except (lxml_html.etree.ParserError, ValueError):
        return []
    links = (link for link in root.iter("link") if "alternate" in (link.get("rel") or "").lower())
    named = (link.get("href") or "" for link in links if (link.get("type") or "").lower() in _FEED_TYPES)
    return list(dict.fromkeys(filter(None, (canonical(href, address) for href in named))))


def _entry(entry: Any) -> Entry:
    updated = dict.get(entry, "updated") or ""  # its own `get` warns, and answers with `published` instead
    published = "published" if entry.get("published") else "updated" if updated else "created"
    edited = updated if published == "published" else ""
    contents = [part.get("value") or "" for part in entry.get("content") or ()]
    source = entry.get("source") or {}
    return Entry(
        guid=entry.get("id") or "",
        link=entry.get("link") or "",
        title=entry.get("title") or entry.get("itunes_title") or "",
        summary=entry.get("summary") or "",
        content=max(contents, key=len, default=""),
        date=entry.get(published) or "",
        date_parsed=entry.get(f"{published}_parsed"),
        edited=edited,
        edited_parsed=dict.get(entry, "updated_parsed") if edited else None,
        authors=_authors(entry),
        outlet=strip(source.get("title") or "", one_line=True),
    )


def _authors(entry: Any) -> Sequence[str]:
    named = [author.get("name") or "" for author in entry.get("authors") or ()]
    found = [name for name in named if name] or [entry.get("author") or ""]
    return found if any(found) else _credited(entry)


def _credited(entry: Any) -> Sequence[str]:
    """Return whom Media RSS credits with the words; most credits are for the picture."""
    credited = entry.get("media_credit") or ()
    return [credit.get("content") or "" for credit in credited if credit.get("role") in _WRITERS]


def _hints(feed: Any, payload: bytes) -> Hints:
    period = _PERIODS_S.get((feed.get("sy_updateperiod") or feed.get("updateperiod") or "").strip().lower())
    frequency = _number(feed.get("sy_updatefrequency") or feed.get("updatefrequency")) or 1.0
    ttl_minutes = _number(feed.get("ttl"))
    hours, days = skips(payload)
    return Hints(
        ttl_s=ttl_minutes * 60 if ttl_minutes else None,
        update_period_s=period / frequency if period else None,
        skip_hours=hours,
        skip_days=days,
    )


def _number(text: object) -> float | None:
    try:
        value = float(str(text))
    except ValueError:
        return None
    return value if 0 < value < 1e7 else None


def skips(payload: bytes) -> tuple[frozenset[int], frozenset[int]]:
    """Return the UTC hours and the weekdays at which an RSS channel asks not to be polled."""
    head = payload[:PROLOGUE_BYTES]
    hours = frozenset(int(hour) % 24 for hour in re.findall(rb"<hour>\s*(\d{1,2})\s*</hour>", head))
    named = re.findall(rb"<day>\s*([A-Za-z]+)\s*</day>", head)
    days = frozenset(_DAYS.index(day.decode().lower()) for day in named if day.decode().lower() in _DAYS)
    return (hours if len(hours) < 24 else frozenset()), (days if len(days) < 7 else frozenset())


def _escape_ampersands(payload: bytes) -> tuple[bytes, str]:
    """Return payload with every "&" escaped that begins no reference, and words on them.

    feedparser would read "R&D" as "R&D;". What is in CDATA stands for itself.
    """
    if b"\0" in payload[:LOOKED_AT_BYTES] or not _BARE_AMPERSAND.search(payload):
        return payload, ""
    parts = _CDATA.split(payload)
    parts[::2] = [_BARE_AMPERSAND.sub(b"&amp;", part) for part in parts[::2]]
    mended = b"".join(parts)
    return mended, "its ampersands are not escaped" if mended != payload else ""


def _check_entities(payload: bytes, address: str) -> str:
    """Refuse entities that grow when expanded; return words on external ones, which are never fetched."""
    head = payload[:4]
    wide = payload.replace(b"\0", b"") if b"\0" in head or head[:2] in (b"\xff\xfe", b"\xfe\xff") else payload
    root = _FEED_ROOT.search(wide)
    prologue = wide[: root.start() if root else PROLOGUE_BYTES]  # however far a comment pushes it down
    declared = _ENTITY.findall(prologue) if b"<!ENTITY" in prologue else []
    values = [value for _, _, value in declared if value[:1] in (b'"', b"'")]
    nested = any(re.search(rb"&(?!#)[\w.:-]+;|%[\w.:-]+;", value) for value in values)
    if nested or sum(map(len, values)) > MAX_ENTITY_BYTES:
        raise FeedError(
            "entities",
            f"{address} declares entities that grow when expanded (a 'billion laughs' document): refused; "
            "tell its publisher or remove the feed",
        )
    external = len(declared) > len(values) or (b"<!ENTITY" in prologue and not declared)
    return "external entities were left out" if external else ""


def _check_attributes(payload: bytes, address: str) -> None:
    """Refuse a tag whose attributes would take the parser minutes: its time grows with their square."""
    if any(tag[0].count(b"=") > MAX_ATTRIBUTES for tag in _LONG_TAG.finditer(payload)):
        raise FeedError("parse", f"{address} has a tag with more than {MAX_ATTRIBUTES} attributes: refused")


def _check_tags(payload: bytes, address: str) -> None:
    """Refuse what would fill the memory once it is parsed. What is in CDATA is text, and may have any."""
    if payload.count(b"<") > MAX_TAGS < sum(part.count(b"<") for part in _CDATA.split(payload)[::2]):
        raise FeedError("parse", f"{address} has more than {MAX_TAGS:,} tags: refused")


def _is_page(payload: bytes) -> bool:
    head = payload[:PROLOGUE_BYTES]
    page = _HTML.search(head)
    if page is None:
        return False
    root = _FEED_ROOT.search(head)
    return root is None or page.start() < root.start()


def _page_error(payload: bytes, address: str) -> FeedError:
    title = _TITLE.search(payload[:PROLOGUE_BYTES])
    named = strip(title[1].decode("utf-8", "replace"), one_line=True)[:MAX_TITLE_CHARS] if title else ""
    quoted = f' titled "{named}"' if named else ""
    feeds = discover(payload, address)
    cure = (
        f"it names the feed {feeds[0]}: use that address"
        if feeds
        else "open the address in a browser: it may be an error page, or refuse feed readers"
    )
    return FeedError("html", f"{address} answered with a web page{quoted}, not a feed; {cure}", feeds)


def _not_a_feed(document: Any, address: str) -> str:
    why = document.get("bozo_exception")
    because = f" ({_words(why)})" if why else ""
    return f"{address} is neither RSS, Atom nor JSON Feed{because}: check the address"


def _broken(document: Any) -> str:
    if not document.bozo:
        return ""
    if isinstance(document.bozo_exception, feedparser.CharacterEncodingOverride):
        return f"its encoding is not the declared one; read as {document.encoding}"
    if isinstance(document.bozo_exception, feedparser.NonXMLContentType):
        return ""
    return f"not well-formed XML, read as far as possible ({_words(document.bozo_exception)})"


def _words(error: object) -> str:
    message = error.getMessage() if hasattr(error, "getMessage") else str(error)
    line = error.getLineNumber() if hasattr(error, "getLineNumber") else None
    return f"{message}, line {line}" if line else str(message)
