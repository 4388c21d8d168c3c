"""Bytes of a feed to stories: RSS 0.9x-2.0, RDF, Atom, Media RSS and JSON Feed. Pure."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from producers import dates, jsonfeed, remarks, xmlfeed
from producers.identity import shared_guids, story_id
from producers.parsed import Entry, FeedError, Hints
from producers.plaintext import strip
from producers.source import FeedSource
from producers.urls import canonical, same_page
from stories.model import Feed, Story
from stories.twins import host_of, normalised_title

MAX_TITLE_CHARS = 1_000
MAX_TEXT_CHARS = 200_000
MAX_SUMMARY_CHARS = 1_500  # a longer description is the article itself
LEAD_CHARS = 500
LOOKED_AT_BYTES = 4_096


class ParsedFeed(NamedTuple):
    """What one document holds. `stories` are in the document's order, each once; `warning` is in words."""

    stories: list[Story]
    title: str
    hints: Hints
    warning: str = ""
    entries: int = 0  # as the document has them, duplicates counted
    ids: Sequence[str] = ()  # of each entry its story's, "" where none; empty where entries hang together


def parse(
    payload: bytes, source: FeedSource, fetched: datetime, *, url: str = "", content_type: str = ""
) -> ParsedFeed:
    """Return the stories of `payload`, a whole decompressed document fetched from `url` at `fetched`.

    Raises FeedError, whose `kind` is one of empty, html, entities, parse, for what is no feed.
    """
    address = url or source.url
    if not payload.strip(b" \t\r\n\0\xef\xbb\xbf"):
        raise FeedError("empty", f"{address} answered with nothing, where a feed should be: try again later")
    raw = (
        jsonfeed.read(payload, address)
        if jsonfeed.begins(payload[:LOOKED_AT_BYTES])
        else xmlfeed.read(payload, address, content_type)
    )
    feed = Feed(
        url=source.url,
        name=source.name or raw.title,
        country=source.country,
        language=source.language or raw.language,
        tags=list(source.tags),
    )
    days = dates.DateReader()
    said = [entry if _says_something(entry) else None for entry in raw.entries]
    entries = [entry for entry in said if entry]
    shared = shared_guids(((entry.guid, entry.link, entry.title) for entry in entries), address)
    told = [entry and _story(entry, feed, address, fetched, days, shared) for entry in said]
    stories = _once(filter(None, told))
    ids = [story.id if story else "" for story in told]
    for story in stories:
        story.language = source.language  # what the feed says of itself is mostly a template's "en-us"
    warning = remarks.on(raw.warning, entries, stories, shared)
    hanging_together = shared or not raw.sound or len(stories) < len(entries)
    return ParsedFeed(
        stories, raw.title, raw.hints, warning, len(raw.entries), () if hanging_together else ids
    )


def _story(
    entry: Entry,
    feed: Feed,
    address: str,
    fetched: datetime,
    days: dates.DateReader,
    shared: Collection[str],
) -> Story:
    """Return the story of an entry of the document at `address`, to which its links are relative.

    `shared` are the guids that name nothing, as several pages of the document have them.
    """
    url = canonical(entry.link, address) or canonical(entry.guid)
    title = strip(entry.title, one_line=True)[:MAX_TITLE_CHARS]
    summary, body = _texts(entry)
    when = days.read(entry.date, entry.date_parsed) or days.read(entry.edited, entry.edited_parsed)
    published, flag = dates.judge(when, entry.date, fetched)
    happened = min(published or fetched, fetched)
    guid = "" if entry.guid.strip() in shared else entry.guid
    return Story(
        id=story_id(guid, url, feed.url, title or summary or body[:LEAD_CHARS]),
        url=url,
        title=title,
        summary=summary,
        body=body,
        published=published,
        first_published=happened,
        fetched=fetched,
        timestamp=happened,
        date_flag=flag,
        authors=_distinct(entry.authors),
        feed=feed,
        outlet=entry.outlet or feed.name or host_of(url) or host_of(feed.url),
    )


def _says_something(entry: Entry) -> bool:
    return any((entry.guid, entry.link, entry.title, entry.summary, entry.content))


def _texts(entry: Entry) -> tuple[str, str]:
    """Return summary and body: a full text in the description is the body, and its lead the summary."""
    summary = strip(entry.summary)[:MAX_TEXT_CHARS]
    body = strip(entry.content)[:MAX_TEXT_CHARS] if entry.content != entry.summary else ""
    if len(summary) > MAX_SUMMARY_CHARS and len(summary) >= len(body):
        body = summary
    if not body or body == summary:
        body = "" if len(summary) <= MAX_SUMMARY_CHARS else summary
    if len(summary) > MAX_SUMMARY_CHARS or (body and not summary):
        summary = lead(body)
    return summary, body


def lead(body: str) -> str:
    """Return how `body` begins: its first paragraph, cut at a word where that is long."""
    first = body.split("\n", 1)[0]
    if len(first) <= LEAD_CHARS:
        return first
    return first[:LEAD_CHARS].rsplit(" ", 1)[0] + " …"


def _once(stories: Iterable[Story]) -> list[Story]:
    """Return each story once: the first of an id, and of a page under one title."""
    kept: list[Story] = []
    seen: set[tuple[str, str]] = set()
    for story in stories:
        keys = {("id", story.id)}
        if story.url and story.title:
            keys.add((same_page(story.url), normalised_title(story.title)))
        if seen.isdisjoint(keys):
            kept.append(story)
            seen |= keys  # of kept ones only: what a dropped one says may still come under another id
    return kept


def _distinct(names: Sequence[str]) -> list[str]:
    cleaned = (strip(name, one_line=True)[:200] for name in names)
    return list(dict.fromkeys(name for name in cleaned if name))
