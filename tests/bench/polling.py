"""The poller on a loopback server in a process of its own, beside plain feedparser in a loop."""

import asyncio
import multiprocessing
import os
import resource
import time
import urllib.request
import warnings
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import feedparser

from producers.fetch import Fetcher
from producers.poll import Poller
from producers.source import FeedSource
from stories.model import FeedState, Story
from tests.fakes_http import Reply, serving

FEEDS = int(os.environ.get("PACTWATCH_BENCH_FEEDS", "400"))
TITLE = f"Polling {FEEDS:,} feeds: a first round, then one in which nine of ten are unchanged (304)"
DATA = Path(os.environ.get("PACTWATCH_DATA", Path(__file__).parents[3] / "shared" / "data"))


def run() -> Iterable[Mapping[str, object]]:
    """Yield a row per round of the poller, and one of feedparser."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    urls: list[str] = ours.recv()
    try:
        yield from asyncio.run(_poll(urls))
        yield _row("feedparser in a loop", lambda: _plain(urls))
    finally:
        ours.send("stop")
        server.join(10)


def serve(pipe: Connection) -> None:
    """Serve the saved feeds, each tenth under a new text at every request, each fortieth broken."""
    bodies = [path.read_bytes() for path in sorted((DATA / "feeds").iterdir()) if path.suffix != ".csv"]
    with serving() as server:
        pipe.send([server.on(f"/{n}", _behaviour(n, bodies[n % len(bodies)])) for n in range(FEEDS)])
        pipe.recv()


def _behaviour(number: int, body: bytes) -> Reply | Callable[[object], Reply]:
    if number % 40 == 39:
        return Reply(status=500)
    if number % 10 == 9:
        return lambda request: Reply(body + b"<!-- %d -->" % time.monotonic_ns())
    return Reply(body, etag=f'"{number}"')


async def _poll(urls: list[str]) -> list[Mapping[str, object]]:
    now, states = datetime.now(UTC), dict[str, FeedState]()

    async def keep(state: FeedState, stories: list[Story]) -> None:
        states[state.url] = state

    rows = []
    async with Fetcher() as fetcher:
        for name in ("first round", "steady round"):
            sources = [FeedSource(url=url, allow_private=True) for url in urls]
            poller = Poller(sources, fetcher, states, keep, now=lambda now=now: now)
            begun, cpu = time.perf_counter(), time.process_time()
            await poller.run_once()
            rows.append(_figures(name, time.perf_counter() - begun, time.process_time() - cpu))
            now += timedelta(hours=1)
    return rows


def _plain(urls: list[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for url in urls:
            try:
                with urllib.request.urlopen(url) as answer:
                    feedparser.parse(answer.read())
            except OSError:
                continue


def _row(name: str, work: Callable[[], None]) -> Mapping[str, object]:
    begun, cpu = time.perf_counter(), time.process_time()
    work()
    return _figures(name, time.perf_counter() - begun, time.process_time() - cpu)


def _figures(name: str, took_s: float, cpu_s: float) -> Mapping[str, object]:
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {
        "what": name,
        "feeds/s": round(FEEDS / took_s, 1),
        "CPU ms per feed": round(1000 * cpu_s / FEEDS, 2),
        "peak MB so far": peak_mb,
    }
