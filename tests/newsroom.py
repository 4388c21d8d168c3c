"""A pactwatch in small for the tests of bad input: real feeds over HTTP, real steps, a real store to look at."""

import asyncio
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from typer.testing import CliRunner

from pactwatch import cli
from pactwatch.embedded import Embedded
from pactwatch.pipeline import build
from pactwatch.settings import Settings, load
from producers.fetch import Fetcher
from producers.poll import Poller
from producers.source import FeedSource
from sinks.sqlite.reader import SqliteReader
from stories.model import FeedState, Story

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
DATE = "Sun, 01 Mar 2026 10:00:00 GMT"


def source(url: str, **more: object) -> FeedSource:
    """Return a feed on loopback."""
    return msgspec.convert({"url": url, "allow_private": True, **more}, FeedSource)


class Newsroom:
    """Polls `sources` into a store in `folder`; each `poll` is an hour after the last."""

    def __init__(self, folder: Path, *sources: FeedSource, **limits: float) -> None:
        self.store, self.sources, self.limits, self.now = folder / "store.db", sources, limits, START
        self.embedded = Embedded(self.store, build(_settings()))

    async def publish(self, state: FeedState, stories: list[Story]) -> None:
        """Take what a poll brought the whole way."""
        self.embedded.process(stories, [state])

    def poll(self) -> None:
        """Poll every feed once."""

        async def once(states: dict[str, FeedState]) -> None:
            async with Fetcher(**self.limits) as fetcher:  # type: ignore[arg-type]
                with ThreadPoolExecutor(1) as readers:
                    poller = Poller(
                        self.sources, fetcher, states, self.publish, now=lambda: self.now, executor=readers
                    )
                    await poller.run_once()

        self.now += timedelta(hours=1)
        asyncio.run(once(self.states()))

    def states(self) -> dict[str, FeedState]:
        """Return what is known of each feed, by its URL."""
        reader = SqliteReader(self.store)
        states = {state.url: state for state in reader.feeds()}
        reader.close()
        return states

    def state(self, source: FeedSource) -> FeedState:
        """Return what is known of one feed."""
        return self.states()[source.url]

    def titles(self, source: FeedSource) -> list[str]:
        """Return the titles that the store holds of a feed, in order of the alphabet."""
        reader = SqliteReader(self.store)
        found = sorted(story.title for story in reader.every_story() if story.feed.url == source.url)
        reader.close()
        return found

    def health(self, source: FeedSource) -> str:
        """Return what `pactwatch feeds list` tells a person of a feed."""
        listed = {feed["url"]: feed for feed in json.loads(self.run("feeds", "list", "--json"))}
        feed = listed[source.url]
        return str(feed.get("error") or feed.get("warning") or "fine")

    def counts(self) -> dict[str, Any]:
        """Return what `pactwatch status --json` says."""
        counts: dict[str, Any] = json.loads(self.run("status", "--json"))
        return counts

    def run(self, *arguments: str) -> str:
        """Return what a command prints that reads this store."""
        words: Sequence[str] = ("--store", str(self.store), *arguments)
        ran = CliRunner().invoke(cli.app, words, catch_exceptions=False)
        assert ran.exit_code == 0, ran.output
        return ran.stdout

    def close(self) -> None:
        """Close the store."""
        self.embedded.close()


@cache
def _settings() -> Settings:
    return load(None, {})
