"""Rounds over one set of feeds: the poller beside lemon24/reader and beside feedparser in a loop, in one run."""

import asyncio
import contextlib
import os
import resource
import socket
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import psutil

from pactwatch.embedded import Embedded
from producers.fetch import Fetcher
from producers.poll import Poller
from producers.source import FeedSource
from stories import topics
from stories.model import FeedState, Story
from streams.operator import Event
from tests.bench.feed_server import MIX, served
from tests.bench.loop_watch import LoopWatch

FEEDS = int(os.environ.get("PACTWATCH_BENCH_FEEDS", "2000"))
SAMPLE = 200  # feeds that the others poll, of the same mix: all of 2,000 would take them an hour
ROUNDS = 3  # steady ones; the first round, in which everything is new, stands for itself
AT_ONCE = 64
HANGS_S = 4.0  # how long each waits for a server that never answers
TITLE = f"Polling feeds, durably; a first round, then {ROUNDS} steady ones ({MIX})"

Round = Callable[[], float | None]  # returns for how long its event loop stood still, where it has one


def run() -> Iterable[Mapping[str, object]]:
    """Yield rows of the first and of the steady rounds of each: reader's are the measure."""
    with tempfile.TemporaryDirectory() as folder, served(FEEDS) as server:
        of_all, sample = server.urls, server.urls[:SAMPLE]
        for name, rounds, urls in (
            ("pactwatch", _ours, of_all),
            ("pactwatch", _ours, sample),
            ("reader", _reader, sample),
            ("feedparser in a loop", _plain, sample),
        ):
            with rounds(urls, Path(tempfile.mkdtemp(dir=folder))) as once:
                yield _measured(f"{name}, {len(urls):,} feeds, first round", once, 1, len(urls))
                yield _measured(f"{name}, {len(urls):,} feeds, steady", once, ROUNDS, len(urls))


@contextlib.contextmanager
def _ours(urls: list[str], folder: Path) -> Iterator[Round]:
    """Yield what polls every feed once, an hour later each time, and keeps stories and states in a store."""
    store, writer = Embedded(folder / "ours.db", []), ThreadPoolExecutor(1)
    sources = [FeedSource(url=url, allow_private=True) for url in urls]
    now = datetime.now(UTC)

    async def keep(state: FeedState, stories: list[Story]) -> None:
        events = [Event(topics.CLUSTERED.name, story.id, story) for story in stories]
        events.append(Event(topics.FEEDS.name, state.url, state))
        await asyncio.get_running_loop().run_in_executor(writer, store.process_events, events)

    with asyncio.Runner() as loop:
        fetcher = Fetcher(timeout_s=HANGS_S)
        poller = Poller(sources, fetcher, {}, keep, now=lambda: now)

        async def watched() -> float:
            async with LoopWatch() as watch:
                await poller.run_once()
            return watch.longest_s

        def once() -> float:
            nonlocal now
            now += timedelta(hours=1)
            return loop.run(watched())

        yield once
        loop.run(fetcher.aclose())
    writer.shutdown()
    store.close()


@contextlib.contextmanager
def _reader(urls: list[str], folder: Path) -> Iterator[Round]:
    from reader import make_reader

    reader = make_reader(str(folder / "reader.db"), session_timeout=(HANGS_S, HANGS_S))
    for url in urls:
        reader.add_feed(url)

    def once() -> None:
        reader.update_feeds(scheduled=False, workers=AT_ONCE)

    yield once
    reader.close()


@contextlib.contextmanager
def _plain(urls: list[str], folder: Path) -> Iterator[Round]:
    """Yield the loop that feedparser's own pages show: one after the other, with the last ETags."""
    known: dict[str, Mapping[str, str]] = {}
    socket.setdefaulttimeout(HANGS_S)

    def once() -> None:
        for url in urls:
            last = known.get(url, {})
            with contextlib.suppress(OSError):
                known[url] = feedparser.parse(url, etag=last.get("etag"), modified=last.get("modified"))

    yield once
    socket.setdefaulttimeout(None)


def _measured(name: str, once: Round, rounds: int, feeds: int) -> Mapping[str, object]:
    begun, cpu = time.perf_counter(), time.process_time()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        stood_s = [once() for _ in range(rounds)]
    polls, took_s, cpu_s = feeds * rounds, time.perf_counter() - begun, time.process_time() - cpu
    return {
        "what": name,
        "feeds/s": round(polls / took_s, 1),
        "CPU s": round(cpu_s, 2),
        "CPU ms per feed": round(1000 * cpu_s / polls, 2),
        "feeds per CPU s": round(polls / cpu_s),
        "loop stood ms": "" if stood_s[0] is None else round(1000 * max(filter(None, stood_s))),
        "MB now": psutil.Process().memory_info().rss >> 20,
        "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
    }
