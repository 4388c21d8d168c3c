"""The running poller as a neighbour: its start, its pauses, its end, on a real loopback server."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from producers import guard, schedule
from producers.fetch import Fetcher
from producers.poll import READ_AT_ONCE, Poller
from producers.rereading import Rereader
from producers.source import FeedSource
from stories.model import FeedState, Story
from tests.fakes_http import Behaviour, FakeServer, Reply, Request, rss, serving
from tests.test_producers_poll import DATE, FEED, START, Desk, source

QUIET = Reply(rss(), etag='"1"')


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as running:
        yield running


class Running:
    """A poller that runs on a clock which can be moved, and the states it left."""

    def __init__(self, server: FakeServer, feeds: int, behaviour: Behaviour = QUIET) -> None:
        self.sources = [source(server.on(f"/{n}", behaviour)) for n in range(feeds)]
        self.states: dict[str, FeedState] = {}
        self.stories: list[Story] = []
        self._ahead, self._begun = timedelta(), time.monotonic()

    def now(self) -> datetime:
        return START + self._ahead + timedelta(seconds=time.monotonic() - self._begun)

    def move(self, by: timedelta) -> None:
        self._ahead += by

    async def keep(self, state: FeedState, stories: list[Story]) -> None:
        self.states[state.url] = state
        self.stories += stories

    def run(self, meanwhile: Callable[[Poller], Awaitable[None]], *, shared: bool = False) -> None:
        """Run the poller until `meanwhile` is over."""

        async def both() -> None:
            stop = asyncio.Event()
            async with Fetcher() as fetcher:
                poller = Poller(self.sources, fetcher, self.states, self.keep, now=self.now, shared=shared)
                running = asyncio.create_task(poller.run(stop))
                try:
                    await meanwhile(poller)
                finally:
                    stop.set()
                    await running

        asyncio.run(both())


def asked(server: FakeServer, number: int) -> Callable[[Poller], Awaitable[None]]:
    """Return what waits until the server was asked so often."""

    async def wait(poller: Poller) -> None:
        while len(server.requests) < number:
            await asyncio.sleep(0.01)

    return wait


def for_s(seconds: float) -> Callable[[Poller], Awaitable[None]]:
    return lambda poller: asyncio.sleep(seconds)


@pytest.mark.parametrize("known", [False, True], ids=["new feeds", "feeds that are all overdue"])
def test_a_start_is_no_stampede(server: FakeServer, known: bool) -> None:
    """Sixty feeds are begun over six seconds, whether or not they were polled before."""
    running = Running(server, 60)
    if known:
        long_ago = START - timedelta(days=1)
        running.states = {each.url: FeedState(url=each.url, next_poll=long_ago) for each in running.sources}

    running.run(for_s(1.0))
    soon = len(server.requests)
    running.move(timedelta(seconds=10))
    running.run(asked(server, 60))

    assert 1 <= soon <= 30
    assert {request.path for request in server.requests} == {f"/{n}" for n in range(60)}


def test_a_restart_asks_nobody_before_the_time(server: FakeServer) -> None:
    running = Running(server, 5)
    running.run(asked(server, 5))

    running.run(for_s(0.5))
    early = len(server.requests)
    running.move(timedelta(hours=1))
    running.run(asked(server, 10))

    assert early == 5
    assert all(len(server.asked(f"/{n}")) == 2 for n in range(5))
    assert server.asked("/0")[1].headers["if-none-match"] == '"1"'


def test_a_clock_that_was_set_back_stops_nobody(server: FakeServer) -> None:
    running = Running(server, 3)

    async def set_back(poller: Poller) -> None:
        while len(running.states) < 3:
            await asyncio.sleep(0.01)
        running.move(timedelta(days=-30))
        await asked(server, 6)(poller)

    running.run(set_back)

    assert {len(server.asked(f"/{n}")) for n in range(3)} == {2}


def test_feeds_of_one_rhythm_drift_apart(server: FakeServer) -> None:
    desk = Desk(*(source(server.on(f"/{n}", Reply(FEED))) for n in range(20)))

    dues = [state.next_poll for state in desk.poll() if state.next_poll]

    assert len(set(dues)) == 20
    assert max(dues) - min(dues) > 0.1 * (min(dues) - desk.now)


def test_released_feeds_have_no_poll_under_way(server: FakeServer) -> None:
    """Who takes them over must find what the last poll left, and never ask beside it."""
    running = Running(server, 1, Reply(rss(("a", "A pact", DATE)), drip_s=0.002))
    [url] = [each.url for each in running.sources]

    async def hand_over(poller: Poller) -> None:
        poller.hold({url: FeedState(url=url)})
        await asked(server, 1)(poller)
        await poller.release([url])
        assert running.states[url].polls == 1
        assert server.open_connections <= 1
        running.move(timedelta(days=1))
        await asyncio.sleep(0.3)

    running.run(hand_over, shared=True)

    assert len(server.requests) == 1
    assert [story.title for story in running.stories] == ["A pact"]


def test_between_pages_of_one_host_there_is_a_pause(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "is_public", lambda address: True)
    times: list[float] = []

    def page(request: Request) -> Reply:
        times.append(time.monotonic())
        return Reply(b"<html><body><p>An article.</p></body></html>")

    feed = rss(*((f"p{n}", f"Entry {n}", DATE) for n in range(4)))
    for n in range(4):
        feed = feed.replace(f"https://news.example/p{n}".encode(), server.on(f"/page{n}", page).encode())
    desk = Desk(FeedSource(url=server.on("/feed", Reply(feed)), full_text=True), host_delay_s=0.2)

    desk.poll()

    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert len(gaps) == 3
    assert min(gaps) >= 0.19  # the server sees a request a moment after it was sent


def test_a_pause_of_a_day_binds_its_feed_and_neighbours_for_minutes(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "is_public", lambda address: True)
    told = FeedSource(url=server.on("/told", Reply(status=429, headers={"Retry-After": "86400"})))
    neighbour = FeedSource(url=server.on("/neighbour", Reply(FEED)))
    clock = [0.0]

    async def polls() -> tuple[list[FeedState], list[FeedState], list[FeedState]]:
        async def keep(state: FeedState, stories: list[Story]) -> None: ...

        def now() -> datetime:
            return START + timedelta(seconds=clock[0])

        async with Fetcher(host_delay_s=0.0, clock=lambda: clock[0]) as fetcher:
            poller = Poller([told, neighbour], fetcher, {}, keep, now=now)
            first = [await poller.poll(told.url), await poller.poll(neighbour.url)]
            clock[0] += 599
            still = [await poller.poll(neighbour.url)]
            clock[0] += 2
            return first, still, [await poller.poll(neighbour.url)]

    first, still, after = asyncio.run(polls())
    waits_s = [(state.next_poll - START).total_seconds() for state in first if state.next_poll]

    assert waits_s[0] >= 86_400
    assert waits_s[1] == pytest.approx(600)
    assert (first[1].failures, first[1].error) == (0, "")
    assert (after[0].error, after[0].entries) == ("", 2)
    assert [request.path for request in server.requests] == ["/told", "/neighbour"]
    assert still[0].polls == 0


def test_a_pause_without_a_length_is_a_minute(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "is_public", lambda address: True)
    sources = [FeedSource(url=server.on(f"/{n}", Reply(status=429))) for n in range(2)]
    desk = Desk(*sources, host_delay_s=0.0)

    busy, resting = sorted(desk.poll(), key=lambda state: state.failures, reverse=True)

    assert busy.next_poll is not None and resting.next_poll is not None
    assert busy.next_poll - desk.now >= timedelta(seconds=schedule.BACK_OFF_START_S * 0.9)
    assert resting.next_poll - desk.now <= timedelta(seconds=60)
    assert len(server.requests) == 1


def test_readers_of_feeds_leave_the_processor_to_the_polls(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, most = 0, 0
    counting = threading.Lock()

    def read(*_: object) -> None:
        nonlocal reading, most
        with counting:
            reading += 1
            most = max(most, reading)
        time.sleep(0.02)  # long enough for others to begin, if they may
        with counting:
            reading -= 1

    monkeypatch.setattr(Rereader, "read", read)
    running = Running(server, 12, Reply(FEED))

    async def once() -> None:
        async with Fetcher() as fetcher:
            await Poller(running.sources, fetcher, {}, running.keep, now=running.now).run_once()

    asyncio.run(once())

    assert most == READ_AT_ONCE
    assert all(not state.error for state in running.states.values())


def test_a_connection_is_used_again_after_an_answer_without_a_body(server: FakeServer) -> None:
    url = server.on("/feed", QUIET)

    async def thrice() -> list[int]:
        async with Fetcher() as fetcher:
            answers = [await fetcher.fetch(url, etag='"1"', allow_private=True) for _ in range(3)]
            return [answer.status for answer in answers]

    assert (asyncio.run(thrice()), server.connections) == ([304, 304, 304], 1)
