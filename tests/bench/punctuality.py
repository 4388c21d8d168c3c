"""The poller at its daily work: is each feed asked when it is due, and does one of many cost more than one of few?"""

import asyncio
import os
import statistics
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

import psutil

from producers.fetch import Fetcher
from producers.poll import Poller
from producers.source import MIN_EVERY_S, FeedSource
from stories.model import FeedState, Story
from tests.bench.feed_server import Served, served

SAVED = int(os.environ.get("PACTWATCH_BENCH_FEEDS", "200"))
SIZES = (100, 1_000, 10_000)
PER_SECOND = float(os.environ.get("PACTWATCH_BENCH_PER_SECOND", "20"))  # 2,000 feeds each ten minutes are 3
SECONDS = 20.0
TITLE = f"On schedule: feeds polled at {PER_SECOND:.0f} a second for {SECONDS:.0f} s"


def run() -> Iterable[Mapping[str, object]]:
    """Yield rows of ever more feeds that answer 304, and one of saved ones, changing, failing and hanging."""
    for feeds in SIZES:
        with served(feeds, mixed=False) as server:
            yield asyncio.run(_polled(f"{feeds:,} feeds, all 304", server))
    with served(SAVED) as server:
        yield asyncio.run(_polled(f"{SAVED:,} saved feeds, mixed", server, first_round=True))


async def _polled(what: str, server: Served, *, first_round: bool = False) -> Mapping[str, object]:
    every_s = max(len(server.urls) / PER_SECOND, MIN_EVERY_S)
    sources = [FeedSource(url=url, allow_private=True, every=f"{every_s}s") for url in server.urls]
    dues: dict[str, list[datetime]] = {}

    async def keep(state: FeedState, stories: list[Story]) -> None:
        if state.next_poll:
            dues.setdefault(state.url, []).append(state.next_poll)

    async with Fetcher(timeout_s=4.0) as fetcher:
        states: Mapping[str, FeedState] = {}
        if first_round:
            states = {state.url: state for state in await Poller(sources, fetcher, {}, keep).run_once()}
        else:
            states = {url: FeedState(url=url, etag='"1"', last_full=datetime.now(UTC)) for url in server.urls}
        states = {
            url: _due_in_turn(state, number, len(states), every_s)
            for number, (url, state) in enumerate(states.items())
        }
        dues = {url: [state.next_poll] for url, state in states.items() if state.next_poll}
        server.asked()
        poller, stop = Poller(sources, fetcher, states, keep), asyncio.Event()
        cpu, begun = time.process_time(), time.perf_counter()
        asyncio.get_running_loop().call_later(SECONDS, stop.set)
        await poller.run(stop)
        cpu_s, took_s = time.process_time() - cpu, time.perf_counter() - begun
    return _figures(what, _lateness(server.asked(), dues), cpu_s, took_s)


def _due_in_turn(state: FeedState, number: int, feeds: int, every_s: float) -> FeedState:
    now = datetime.now(UTC)
    state.next_poll = now + timedelta(seconds=1 + number / feeds * every_s)
    return state


def _lateness(asked: Iterable[tuple[str, float]], dues: Mapping[str, list[datetime]]) -> list[float]:
    """Return by how many seconds each request came after its feed was due."""
    turns = {url: iter(times) for url, times in dues.items()}
    return [when - next(turns[url]).timestamp() for url, when in asked]


def _figures(what: str, late_s: list[float], cpu_s: float, took_s: float) -> Mapping[str, object]:
    centiles = statistics.quantiles(late_s, n=100)
    return {
        "what": what,
        "polls": len(late_s),
        "late p50 ms": round(1000 * centiles[49]),
        "late p99 ms": round(1000 * centiles[98]),
        "CPU ms per poll": round(1000 * cpu_s / len(late_s), 2),
        "of a core": f"{cpu_s / took_s:.0%}",
        "MB": psutil.Process().memory_info().rss >> 20,
    }
