"""One function per door: it takes any bytes and returns, or raises nothing but what the door promises to raise.

What holds of every input is asserted here, for hypothesis (tests/test_fuzz.py), atheris (`make fuzz`) and replay.
"""

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

import msgspec

from pactwatch import settings, yaml_lines
from producers import articles, feeds, opml
from producers.inflate import BrokenBodyError, Inflater, TooLargeError
from producers.parsed import FeedError
from producers.source import FeedSource
from sinks.sqlite import schema
from sinks.sqlite.query import compile_query
from stories import model, topics, wire
from stories.errors import ConfigError, PermanentError, QueryError
from stories.fields import STORY
from stories.query import parse
from stories.query_match import failed, matches, prepare
from stories.query_render import render

Target = Callable[[bytes], None]
FETCHED = datetime(2026, 3, 1, 12, tzinfo=UTC)
SOURCE = FeedSource(url="https://feed.test/news.xml", language="en")
STORY_AT_HAND = model.Story(
    id="a", url="https://news.test/a", title="Parliament ratifies a treaty", summary="Iran and Russia", fetched=FETCHED,
    first_published=FETCHED, published=FETCHED, timestamp=FETCHED, feed=model.Feed(url=SOURCE.url), actors=["IRN", "RUS"],
)  # fmt: skip
FILES = (
    settings.FeedsFile, settings.AlertsFile, settings.ActorsFile, settings.TopicsFile, settings.Options,
)  # fmt: skip
MAX_INFLATED = 100_000


def feed(payload: bytes) -> None:
    """A feed's document: stories that can be stored and queried, or a FeedError in words."""
    try:
        found = feeds.parse(payload, SOURCE, FETCHED)
    except FeedError as error:
        assert error.kind in ("empty", "html", "entities", "parse")
        assert SOURCE.url in str(error)
        return
    assert len({story.id for story in found.stories}) == len(found.stories) <= found.entries
    for story in found.stories:
        assert story.id
        assert story.timestamp <= FETCHED
        assert story == wire.decode(wire.encode(story), model.Story)


def article(payload: bytes) -> None:
    """An article's page: text without control characters, whatever stands there."""
    found = articles.extract(payload, "https://news.test/a")
    assert len(found.body) <= articles.MAX_BODY_CHARS
    assert not set(found.body) & set("\x00\x0b\x1b")
    msgspec.json.encode([found.title, found.body, found.authors, found.published, found.url, found.language])
    assert all(item.title for item in found.related)


def document(payload: bytes) -> None:
    """A message on any topic, named by its first byte: a document that comes back the same, or a WireError."""
    kind = topics.ALL[payload[0] % len(topics.ALL)].document if payload else model.Story
    try:
        found = wire.decode(payload[1:], kind)
    except wire.WireError:
        return
    assert wire.encode(found) == wire.encode(wire.decode(wire.encode(found), kind))


def query(payload: bytes) -> None:
    """A query: matched, explained, rendered for Elasticsearch and run by SQLite, or refused with a column."""
    text = payload.decode("utf-8", "replace")
    try:
        found = parse(text, STORY, FETCHED)
    except QueryError as error:
        assert error.column >= 1
        return
    subject = prepare(STORY_AT_HAND)
    assert matches(found, subject) == (not failed(found, subject))
    assert render(found, STORY)
    try:
        condition = compile_query(found, _store())
    except QueryError:
        return
    _store().execute(f"SELECT count(*) FROM stories WHERE {condition.sql}", condition.parameters).fetchone()


def configuration(payload: bytes) -> None:
    """A file that a person wrote, its kind named by the first byte: read, or a ConfigError with the file."""
    kind = FILES[payload[0] % len(FILES)] if payload else FILES[0]
    text = payload[1:].decode("utf-8", "replace")
    try:
        yaml_lines.convert(yaml_lines.load(text, "mine.yaml"), kind, text, "mine.yaml")
    except ConfigError as error:
        assert error.file == "mine.yaml"


def feed_list(payload: bytes) -> None:
    """An OPML file: feeds, or a PermanentError."""
    try:
        found = opml.read(payload)
    except PermanentError:
        return
    for source in found.feeds:
        assert source.url.lower().startswith(("http://", "https://"))


def body(payload: bytes) -> None:
    """A compressed body, in two pieces: at most so many bytes, or one of two errors."""
    inflater = Inflater(
        ("gzip", "deflate", "", "identity")[payload[0] % 4] if payload else "gzip", MAX_INFLATED
    )
    try:
        inflater.feed(payload[1:10])
        inflater.feed(payload[10:])
        assert len(inflater.finish()) <= MAX_INFLATED
    except (BrokenBodyError, TooLargeError):
        assert len(inflater.body) <= MAX_INFLATED


TARGETS: dict[str, Target] = {
    "feed": feed, "article": article, "document": document, "query": query, "configuration": configuration,
    "feed_list": feed_list, "body": body,
}  # fmt: skip


@cache
def _store() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    schema.create(connection)
    return connection
