"""What is streamed: real stories of the archive, as they are or as feeds on loopback, and the rules in force."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache
from html import escape
from pathlib import Path

from producers.feeds import parse
from producers.source import FeedSource
from stories.model import Story
from tests.archive import archive
from tests.fakes_http import FakeServer, Reply, serving

SINCE = "2020-06-01"  # 26,000 items follow
IN_A_FEED = 50
# beside the built-in ones: enough alerts for a lost or doubled one to show
ALERTS = """alerts:
  - {name: ratifications, on: pact, query: "step:ratified AND NOT status:denied", severity: high}
  - {name: pact-news, on: pact, query: "*:*"}
  - {name: wars, on: story, query: "topics:armed-conflict AND NOT negated:armed-conflict"}
  - {name: growing-conflicts, on: cluster, query: "topics:armed-conflict", threshold: {origins: 3}}
"""


def folder() -> Path:
    """Return where the real material lies."""
    return Path(os.environ.get("PACTWATCH_DATA", Path(__file__).parents[3] / "shared" / "data"))


@cache
def stories(count: int) -> Sequence[Story]:
    """Return `count` stories of the archive in order of time."""
    found = archive(folder(), count, SINCE)
    if len(found) < count:
        raise SystemExit(
            f"the archive has {len(found)} stories since {SINCE}: ask for no more with --stories"
        )
    return found


def write_config(into: Path, feeds: Sequence[str] = (), every: str = "1d") -> Path:
    """Write a folder for --config, whose `feeds` are polled so often, and return it."""
    into.mkdir(parents=True, exist_ok=True)
    (into / "alerts.yaml").write_text(ALERTS)
    lines = [f"  - {{url: '{url}', language: en, allow_private: true, every: {every}}}\n" for url in feeds]
    (into / "feeds.yaml").write_text("feeds:\n" + "".join(lines) if lines else "feeds: []\n")
    return into


@contextmanager
def as_feeds(
    found: Sequence[Story], in_a_feed: int = IN_A_FEED
) -> Iterator[tuple[FakeServer, list[str], set[str]]]:
    """Serve `found` as feeds of so many; yield the server, their addresses, and the ids that the stories have then."""
    with serving() as server:
        urls, ids = [], set()
        for number in range(0, len(found), in_a_feed):
            document = rss(found[number : number + in_a_feed])
            urls.append(server.on(f"/{number}.xml", Reply(document, etag=f'"{number}"')))
            read = parse(
                document, FeedSource(url=urls[-1], allow_private=True), datetime.now(UTC), url=urls[-1]
            )
            ids |= {story.id for story in read.stories}
        yield server, urls, ids


def rss(items: Sequence[Story]) -> bytes:
    """Return an RSS document of `items`."""
    entries = "".join(
        f"<item><guid isPermaLink='false'>{escape(one.id)}</guid><title>{escape(one.title)}</title>"
        f"<link>{escape(one.url)}</link><description>{escape(one.summary)}</description>"
        f"<pubDate>{format_datetime(one.published or one.fetched)}</pubDate></item>"
        for one in items
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Archive</title>{entries}</channel></rss>".encode()
