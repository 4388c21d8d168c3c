"""A feed to read in tests, the moment at which it is read, and documents in the words of the test."""

from datetime import UTC, datetime

from producers.feeds import ParsedFeed, parse
from producers.source import FeedSource

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOURCE = FeedSource(url="https://news.example/feed.xml", name="Example", country="GBR", tags=["world"])
DATE = "Sun, 01 Mar 2026 10:00:00 +0100"


def read(payload: bytes, source: FeedSource = SOURCE, **known: str) -> ParsedFeed:
    """Return what a document holds that is fetched now."""
    return parse(payload, source, NOW, **known)


def item(inner: str) -> bytes:
    """Return an RSS document of one item."""
    return f"<rss version='2.0'><channel><title>T</title><item>{inner}</item></channel></rss>".encode()
