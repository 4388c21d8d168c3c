"""Each way in which a feed or its server says how it wants to be polled, on a real loopback server."""

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from producers import guard, health, schedule
from producers.fetch import Fetcher
from producers.poll import Poller
from producers.source import FeedSource
from stories.model import FeedState
from tests.fakes_http import FakeServer, Reply, Request, rss, serving
from tests.test_producers_poll import START, Desk, source

HOUR = 3600.0
FRESH = [
    (f"n{n}", f"Entry {n}", format_datetime(START - timedelta(minutes=n), usegmt=True)) for n in range(20)
]
SY = "xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'"


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as running:
        yield running


def running_from(start: datetime) -> Callable[[], datetime]:
    """Return a clock that runs on from `start`."""
    begun = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - begun)


def waited_h(server: FakeServer, reply: Reply) -> float:
    """Return after how many hours a feed is due again."""
    desk = Desk(source(server.on("/feed", reply)))
    state = desk.poll()[0]
    assert state.error == ""
    assert state.next_poll is not None
    return (state.next_poll - desk.now).total_seconds() / HOUR


@pytest.mark.parametrize(
    ("extra", "headers", "hours"),
    [
        ("<ttl>120</ttl>", {}, 2),
        ("<ttl>100000</ttl>", {}, 3),  # as much as a publisher may ask for
        (f"<sy:updatePeriod {SY}>hourly</sy:updatePeriod><sy:updateFrequency {SY}>1</sy:updateFrequency>", {}, 0.5),
        (f"<sy:updatePeriod {SY}>daily</sy:updatePeriod><sy:updateFrequency {SY}>6</sy:updateFrequency>", {}, 2),
        ("", {"Cache-Control": "public, max-age=5400"}, 1.5),
        ("", {"Date": "Sun, 01 Mar 2026 12:00:00 GMT", "Expires": "Sun, 01 Mar 2026 13:00:00 GMT"}, 1),
        ("", {"Cache-Control": "no-cache, max-age=5400"}, schedule.FLOOR_S / HOUR),
        ("", {}, schedule.FLOOR_S / HOUR),
    ],
)  # fmt: skip
def test_what_a_publisher_asks_for_is_kept(
    server: FakeServer, extra: str, headers: dict[str, str], hours: float
) -> None:
    waited = waited_h(server, Reply(rss(*FRESH, extra=extra), headers=headers))

    assert waited == pytest.approx(hours, rel=schedule.JITTER + 0.01)


def test_excluded_hours_and_days_are_left_out(server: FakeServer) -> None:
    hours = "".join(f"<hour>{hour}</hour>" for hour in range(13, 20))
    desk = Desk(source(server.on("/hours", Reply(rss(*FRESH, extra=f"<skipHours>{hours}</skipHours>")))))
    sunday = "<skipDays><day>Sunday</day></skipDays>"  # as START is
    other = Desk(source(server.on("/days", Reply(rss(*FRESH, extra=sunday)))))

    by_hour, by_day = desk.poll()[0].next_poll, other.poll()[0].next_poll

    assert by_hour is not None and by_hour.hour == 20
    assert by_day is not None and by_day.weekday() == 0


def test_a_journal_is_asked_rarely_and_a_silent_feed_still(server: FakeServer) -> None:
    weekly = [
        (f"w{n}", f"Issue {n}", format_datetime(START - timedelta(weeks=n, days=1), usegmt=True))
        for n in range(8)
    ]
    old = ("o", "Of years ago", "Sun, 01 Mar 2020 10:00:00 GMT")

    assert 2 < waited_h(server, Reply(rss(*weekly))) < 8
    assert waited_h(server, Reply(rss(old))) == pytest.approx(12, rel=0.11)


def test_failures_never_end_the_polling(server: FakeServer) -> None:
    desk = Desk(source(server.on("/feed", Reply(status=500))))
    waits = []
    for _ in range(14):
        state = desk.poll()[0]
        assert state.next_poll is not None and not state.retired
        waits.append((state.next_poll - desk.now).total_seconds() / HOUR)

    assert waits[0] < 0.2 < waits[2] < waits[6] < waits[9]
    assert waits[-1] == waits[-2] == pytest.approx(24, rel=0.11)


def test_a_feed_that_is_gone_is_asked_no_more(server: FakeServer) -> None:
    gone, good = source(server.on("/gone", Reply(status=410))), source(server.on("/good", Reply(rss(*FRESH))))
    desk = Desk(gone, good)
    desk.poll()

    async def later() -> None:
        stop = asyncio.Event()
        async with Fetcher() as fetcher:
            now = running_from(START + timedelta(days=3))
            poller = Poller(desk.sources, fetcher, desk.states, desk.publish, now=now)
            poll = asyncio.create_task(poller.run(stop))
            while len(server.asked("/good")) < 2:
                await asyncio.sleep(0.01)
            stop.set()
            await poll

    asyncio.run(later())

    assert len(server.asked("/gone")) == 1


@pytest.mark.parametrize(("status", "moves"), [(301, True), (308, True), (302, False), (307, False)])
def test_only_permanent_redirects_move_a_feed(server: FakeServer, status: int, moves: bool) -> None:
    there = server.on("/new", Reply(rss(*FRESH)))
    desk = Desk(source(server.on("/old", Reply(status=status, headers={"Location": there}))))

    for _ in range(4):
        state = desk.poll()[0]

    assert state.moved_to == (there if moves else "")
    assert ("it has moved to" in state.warning) == moves
    assert len(server.asked("/old")) == (3 if moves else 4)


def test_a_server_that_lies_about_changes_is_found_out(server: FakeServer) -> None:
    """It gives one ETag for ever, and 304 to all who know it."""
    news = [rss(*FRESH[5:]), rss(*FRESH[3:]), rss(*FRESH[1:]), rss(*FRESH)]
    desk = Desk(
        source(
            server.on("/feed", lambda request: Reply(news.pop(0) if _is_whole(request) else b"", etag='"x"'))
        )
    )

    for day in (0, 0, 2, 0, 0):
        desk.now += timedelta(days=day)
        state = desk.poll()[0]

    assert [_is_whole(request) for request in server.requests] == [True, False, True, True, True]
    assert len({story.id for story in desk.stories}) == 20
    assert "calls changed documents unchanged" in state.warning


def _is_whole(request: Request) -> bool:
    return "if-none-match" not in request.headers


def test_requests_say_who_asks_and_accept_what_browsers_do(server: FakeServer) -> None:
    url = server.on("/feed", Reply(rss(*FRESH)))

    async def ask() -> None:
        async with Fetcher(contact="mailto:desk@example.org") as fetcher:
            await fetcher.fetch(url, allow_private=True)

    asyncio.run(ask())
    asked = server.requests[0].headers

    assert asked["user-agent"].startswith("pactwatch/")
    assert "contact: mailto:desk@example.org" in asked["user-agent"]
    assert "text/html" in asked["accept"] and "*/*" in asked["accept"]
    assert "cookie" not in asked


def test_no_cookie_is_kept(server: FakeServer) -> None:
    url = server.on("/feed", Reply(rss(*FRESH), headers={"Set-Cookie": "reader=7; Path=/"}))

    async def ask() -> None:
        async with Fetcher() as fetcher:
            for _ in range(2):
                await fetcher.fetch(url, allow_private=True)

    asyncio.run(ask())

    assert ["cookie" in request.headers for request in server.requests] == [False, False]


def test_pages_of_one_host_are_read_one_by_one(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "is_public", lambda address: True)
    pages = [server.on(f"/page{n}", Reply(b"<html><body><p>An article.</p></body></html>")) for n in range(4)]
    feed = rss(*FRESH[:4])
    for n, page in enumerate(pages):
        feed = feed.replace(f"https://news.example/n{n}".encode(), page.encode())
    desk = Desk(FeedSource(url=server.on("/feed", Reply(feed)), full_text=True), host_delay_s=0.02)

    desk.poll()

    assert {request.path for request in server.requests} == {"/feed", *(f"/page{n}" for n in range(4))}
    assert server.most_connections == 1


def test_a_start_with_many_feeds_is_spread(server: FakeServer) -> None:
    sources = [source(server.url(f"/{n}")) for n in range(600)]
    due = sorted(schedule.first_due(each.url, START, len(sources)) for each in sources)

    per_second = [
        sum(START + timedelta(seconds=s) <= when < START + timedelta(seconds=s + 1) for when in due)
        for s in range(61)
    ]
    assert sum(per_second) == 600
    assert max(per_second) < 30


def test_a_week_of_silence_is_told() -> None:
    def state(url: str, **known: datetime) -> FeedState:
        return FeedState(url=url, polls=9, **known)

    now = datetime(2026, 3, 1, tzinfo=UTC)
    lively = state("lively", last_new=now - timedelta(days=1))
    quiet = state("quiet", last_new=now - timedelta(days=8))
    broken = state("broken", failing_since=now - timedelta(days=30))

    assert [each.url for each in health.silent([lively, quiet, broken], now)] == ["broken", "quiet"]


def test_the_digest_is_a_listing(tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from pactwatch.cli import app
    from pactwatch.embedded import Embedded

    store = tmp_path / "store.db"
    embedded = Embedded(store, [])
    embedded.process(
        [], [FeedState(url="https://old.example/feed", polls=3, last_new=datetime(2020, 1, 1, tzinfo=UTC))]
    )
    embedded.close()

    answer = CliRunner().invoke(app, ["--store", str(store), "feeds", "digest"])

    assert answer.exit_code == 0
    assert "1 feeds brought nothing new for 7 days" in answer.stdout
