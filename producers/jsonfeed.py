"""JSON Feed 1.x, which feedparser does not read."""

import html
import json
from typing import Any

import msgspec

from producers.parsed import Entry, FeedError, RawFeed
from producers.plaintext import strip

_AROUND = b" \t\r\n\0"
_UTF8_MARK = b"\xef\xbb\xbf"
MAX_ITEMS = 50_000


def begins(payload: bytes) -> bool:
    """Return whether `payload`, or its beginning, is JSON rather than markup."""
    return _in_utf8(payload).lstrip(_UTF8_MARK + _AROUND)[:1] in (b"{", b"[")


def _in_utf8(payload: bytes) -> bytes:
    """Return what came in UTF-16 or UTF-32, against the standard, in UTF-8; anything else as it is."""
    encoding = json.detect_encoding(payload)
    return payload if encoding.startswith("utf-8") else payload.decode(encoding, "replace").encode()


def read(payload: bytes, address: str) -> RawFeed:
    """Return what the JSON Feed `payload` holds. Raises FeedError(kind="parse")."""
    try:
        document = msgspec.json.decode(_in_utf8(payload).removeprefix(_UTF8_MARK).strip(_AROUND))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FeedError("parse", f"{address} is broken JSON ({error}): tell its publisher") from error
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise FeedError("parse", f"{address} is JSON, but no JSON Feed: it lacks a list of items")
    if len(document["items"]) > MAX_ITEMS:
        raise FeedError("parse", f"{address} has more than {MAX_ITEMS:,} items: refused")
    warning = "" if "jsonfeed.org" in _text(document, "version") else "a JSON Feed without its version"
    items = [item for item in document["items"] if isinstance(item, dict)]
    if len(items) < len(document["items"]):
        warning = "; ".join(filter(None, (warning, "some items are no objects")))
    feed_authors = _authors(document)
    return RawFeed(
        entries=[_entry(item, feed_authors) for item in items],
        title=strip(html.escape(_text(document, "title")), one_line=True),
        language=_text(document, "language"),
        warning=warning,
    )


def _entry(item: dict[str, Any], feed_authors: list[str]) -> Entry:
    plain = _text(item, "content_text")
    return Entry(
        guid=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url"),
        title=html.escape(_text(item, "title"), quote=False),  # plain text by the standard, never markup
        summary=html.escape(_text(item, "summary"), quote=False),
        content=_text(item, "content_html") or html.escape(plain, quote=False),
        date=_text(item, "date_published") or _text(item, "date_modified"),
        authors=_authors(item) or feed_authors,
    )


def _authors(holder: dict[str, Any]) -> list[str]:
    listed = holder.get("authors")
    people = listed if isinstance(listed, list) else [holder.get("author")]
    return [_text(person, "name") for person in people if isinstance(person, dict)]


def _text(holder: dict[str, Any], key: str) -> str:
    value = holder.get(key)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
