"""The poller over real loopback HTTP: what it hands on, what it remembers, and every way a server fails."""

import asyncio
import gzip
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import feedparser
import msgspec
import pytest

from producers import guard
from producers.fetch import Fetcher
from producers.poll import Poller
from producers.source import FeedSource
from stories.errors import TemporaryError
from stories.model import FeedState, Story
from tests import seed
from tests.fakes_http import FakeServer, Reply, Request, rss, serving

DATE = "Sun, 01 Mar 2026 10:00:00 GMT"
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = rss(("a", "Two states sign a pact", DATE), ("b", "A parliament votes", DATE))


class Desk:
    """A poller with a settable clock, and what it handed on."""

    def __init__(self, *sources: FeedSource, **limits: float) -> None:
        self.sources, self.limits, self.now = sources, limits, START
        self.states: dict[str, FeedState] = {}
        self.stories: list[Story] = []
        self.refusing = False

    async def publish(self, state: FeedState, stories: list[Story]) -> None:
        if self.refusing:
            raise TemporaryError("the store is down", retry_after_s=5)
        self.states[state.url] = state
        self.stories += stories

    def poll(self) -> list[FeedState]:
        """Poll once, an hour after the last time, and return the states."""

        async def once() -> list[FeedState]:
            async with Fetcher(**self.limits) as fetcher:  # type: ignore[arg-type]
                with ThreadPoolExecutor(1) as readers:
                    poller = Poller(
                        self.sources,
                        fetcher,
                        self.states,
                        self.publish,
                        now=lambda: self.now,
                        executor=readers,
                    )
                    return await poller.run_once()

        self.now += timedelta(hours=1)
        return asyncio.run(once())


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as running:
        yield running


def source(url: str, **more: object) -> FeedSource:
    return msgspec.convert({"url": url, "allow_private": True, **more}, FeedSource)


def test_an_unchanged_feed_yields_nothing_by_etag_by_bytes_and_by_entries(server: FakeServer) -> None:
    etag = source(server.on("/etag", Reply(FEED, etag='"1"')))
    plain = source(server.on("/plain", Reply(FEED)))
    clock = source(server.on("/clock", lambda request: Reply(FEED + b"<!-- %d -->" % len(server.requests))))
    desk = Desk(etag, plain, clock)

    desk.poll()
    first = len(desk.stories)
    states = desk.poll()

    assert (first, len(desk.stories)) == (6, 6)
    assert server.asked("/etag")[1].headers["if-none-match"] == '"1"'
    assert [state.error for state in states] == ["", "", ""]
    assert [state.useful_polls for state in states] == [1, 1, 1]


def test_an_edit_yields_the_story_again_and_a_return_does_not(server: FakeServer) -> None:
    bodies = iter([
        FEED,
        rss(("a", "Two states sign a defence pact", DATE)),
        rss(("a", "Two states sign a defence pact", DATE), ("b", "A parliament votes", DATE)),
    ])  # fmt: skip
    desk = Desk(source(server.on("/feed", lambda request: Reply(next(bodies)))))

    counts = []
    for _ in range(3):
        desk.poll()
        counts.append(len(desk.stories))

    assert counts == [2, 3, 3]
    assert desk.stories[2].id in {story.id for story in desk.stories[:2]}


def test_once_a_day_the_whole_document_is_asked_for(server: FakeServer) -> None:
    desk = Desk(source(server.on("/feed", Reply(FEED, etag='"never changes"'))))

    desk.poll()
    desk.now += timedelta(days=2)
    desk.poll()

    assert "if-none-match" not in server.asked("/feed")[1].headers


def test_state_moves_only_with_its_stories(server: FakeServer) -> None:
    desk = Desk(source(server.on("/feed", Reply(FEED, etag='"1"'))))

    desk.refusing = True
    assert desk.poll()[0].etag == ""
    desk.refusing = False
    desk.poll()

    assert len(desk.stories) == 2


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (Reply(b"no", 403), "blocked", "answers 403 (Forbidden)"),
        (Reply(b"no", 404), "missing", "answers 404"),
        (Reply(b"no", 410), "gone", "not polled again"),
        (Reply(b"no", 429, {"Retry-After": "7200"}), "busy", "answers 429"),
        (Reply(b"no", 500), "server", "answers 500"),
        (Reply(b"", 200), "empty", "answered with nothing"),
        (Reply(b"<!doctype html><title>Access denied</title>"), "html", '"Access denied"'),
        (Reply(b"plain words"), "parse", "neither RSS"),
        (Reply(b"x" * 1_000_000, repeat=20), "too-large", "20,000,000 bytes"),
        (Reply(gzip.compress(b"0" * 40_000_000), headers={"Content-Encoding": "gzip"}), "too-large", "15,000,000"),
        (Reply(gzip.compress(FEED)[:-20], headers={"Content-Encoding": "gzip"}), "truncated", "ends too early"),
        (Reply(FEED, cut=40), "truncated", "broke off"),
        (Reply(hang=True), "timeout", "longer than 1 s"),
        (Reply(FEED, drip_s=0.05), "timeout", "longer than 1 s"),
        (Reply(status=302, headers={"Location": "/case"}), "redirect", "in a circle"),
        (Reply(status=302, headers={"Location": "file:///etc/passwd"}), "redirect", "no web address"),
    ],
)  # fmt: skip
def test_a_failing_server_is_told_in_words_and_loses_nothing_else(
    server: FakeServer, reply: Reply, kind: str, words: str
) -> None:
    desk = Desk(source(server.on("/case", reply)), source(server.on("/good", Reply(FEED))), timeout_s=1.0)

    failing, good = desk.poll()

    assert (failing.error_kind, good.error) == (kind, "")
    assert words in failing.error
    assert "To do: " in failing.error
    assert len(desk.stories) == 2
    assert failing.failing_since == desk.now
    assert failing.retired == (kind == "gone")
    assert failing.next_poll is not None and failing.next_poll > desk.now


def test_retry_after_is_obeyed_as_seconds_and_as_a_date(server: FakeServer) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(hours=5), usegmt=True)
    replies = [
        Reply(status=429, headers={"Retry-After": "7200"}),
        Reply(status=503, headers={"Retry-After": date}),
    ]
    desk = Desk(*(source(server.on(f"/{number}", reply)) for number, reply in enumerate(replies)))

    waits = [state.next_poll - desk.now for state in desk.poll() if state.next_poll]

    assert waits[0] >= timedelta(hours=2)
    assert waits[1] >= timedelta(hours=4.9)  # the date was five hours ahead when the replies were made


def test_a_private_address_is_refused_also_behind_a_redirect(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = server.on("/inner", Reply(FEED))
    outer = server.on(
        "/outer", Reply(status=302, headers={"Location": inner.replace("127.0.0.1", "127.0.0.2")})
    )
    monkeypatch.setattr(guard, "is_public", lambda address: address == "127.0.0.1")  # plays the open internet
    desk = Desk(FeedSource(url=outer), FeedSource(url=inner.replace("127.0.0.1", "127.0.0.3")))

    states = desk.poll()

    assert [state.error_kind for state in states] == ["private", "private"]
    assert "allow_private" in states[0].error
    assert server.asked("/inner") == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("127.0.0.1", False), ("10.1.2.3", False), ("169.254.169.254", False), ("::1", False),
        ("::ffff:10.0.0.1", False), ("64:ff9b::7f00:1", False), ("fe80::1%eth0", False), ("0.0.0.0", False),
        ("224.0.0.1", False), ("2606:4700::1111", True),
    ],
)  # fmt: skip
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert guard.is_public(address) == public


def test_a_permanent_redirect_is_believed_at_the_third_time(server: FakeServer) -> None:
    there = server.on("/new", Reply(FEED))
    desk = Desk(source(server.on("/old", Reply(status=301, headers={"Location": there}))))

    moved = [desk.poll()[0].moved_to for _ in range(4)]

    assert moved == ["", "", there, there]
    assert len(server.asked("/old")) == 3
    assert f"moved to {there}" in desk.states[server.url("/old")].warning


def test_failures_back_off_and_health_says_since_when(server: FakeServer) -> None:
    replies = iter([Reply(status=500)] * 3 + [Reply(FEED)])
    desk = Desk(source(server.on("/feed", lambda request: next(replies))))

    states = [desk.poll()[0] for _ in range(4)]

    assert [state.failures for state in states] == [1, 2, 3, 0]
    assert "since 2026-03-01 13:00 UTC" in states[2].error
    assert states[3].error == ""


def test_what_an_allowed_feed_links_to_is_not_allowed_with_it(server: FakeServer) -> None:
    """Somebody's aggregator in the own network carries strangers' links."""
    page = Reply(
        b"<!doctype html><html><body><article><p>%b</p></article></body></html>" % (b"Inner words. " * 40)
    )
    own, inner = server.on("/own", page), server.on("/inner", page).replace("127.0.0.1", "localhost")
    items = "".join(f"<item><title>News of {url}</title><link>{url}</link></item>" for url in (own, inner))
    feed = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
    desk = Desk(source(server.on("/feed", Reply(feed)), full_text=True))

    state = desk.poll()[0]

    assert {story.url: bool(story.body) for story in desk.stories} == {own: True, inner: False}
    assert server.asked("/inner") == []
    assert "localhost leads to the private address" in state.warning


def test_the_seed_article_as_a_page(server: FakeServer, data: Path) -> None:
    text = seed.text_of(data)
    server.on("/article", Reply(seed.page(text), headers={"Content-Type": "text/html; charset=utf-8"}))
    desk = Desk(source(server.on("/feed", Reply(seed.feed(text, server.url("/article")))), full_text=True))

    desk.poll()
    article, *related = desk.stories

    for boilerplate in ("2 min read", "Post a comment", "Leave a Reply", "Required fields", "Norway"):
        assert boilerplate not in article.body
    paragraphs = [line for line in text.split("Related Articles")[0].splitlines() if len(line) > 200]
    assert all(" ".join(line.split()) in article.body for line in paragraphs[-6:])
    assert [story.published for story in related] == [datetime(2025, 6, 20, tzinfo=UTC)] * 3
    assert {story.linked_from for story in related} == {article.id}
    assert len(article.related) == 3


def test_the_real_documents_come_whole_and_once(server: FakeServer, data: Path) -> None:
    paths = sorted(path for path in (data / "feeds").iterdir() if path.suffix != ".csv")
    desk = Desk(*(source(server.on(f"/{path.name}", Reply(path.read_bytes()))) for path in paths))
    desk.now = datetime(2026, 11, 1, tzinfo=UTC)

    states = desk.poll()
    first = len(desk.stories)
    desk.poll()

    assert (len(paths), sum(state.error != "" for state in states)) == (107, 0)
    assert first == len(desk.stories) > 2900


def test_a_replayed_series_gives_each_id_once_and_its_edits(server: FakeServer, data: Path) -> None:
    paths = sorted((data / "series" / "bbc").glob("*.gz"))[:60]
    documents = [feedparser.parse(gzip.decompress(path.read_bytes())) for path in paths]
    guids = {entry.id for document in documents for entry in document.entries}
    snapshots = iter(paths)
    desk = Desk(source(server.on("/bbc", lambda request: snapshot(next(snapshots)))))
    desk.now = datetime(2021, 12, 1, tzinfo=UTC)
    told: dict[str, set[str]] = {}
    again = 0
    for _ in range(60):
        before = len(desk.stories)
        desk.poll()
        for story in desk.stories[before:]:
            again += f"{story.title}\n{story.summary}" in told.setdefault(story.id, set())
            told[story.id].add(f"{story.title}\n{story.summary}")

    assert again <= 2  # an edit taken back is an edit, too
    assert len(told) == len(guids)


def snapshot(path: Path) -> Reply:
    return Reply(gzip.decompress(path.read_bytes()))


def test_one_connection_per_host_and_a_pause_between(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "is_public", lambda address: True)
    desk = Desk(*(FeedSource(url=server.on(f"/{n}", Reply(FEED))) for n in range(4)), host_delay_s=0.05)

    states = desk.poll()

    assert [state.error for state in states] == [""] * 4
    assert server.most_connections == 1


def test_a_host_that_asked_for_a_pause_is_left_alone(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "is_public", lambda address: True)
    busy = Reply(status=429, headers={"Retry-After": "100"})

    def answer(request: Request) -> Reply:
        return busy

    desk = Desk(*(FeedSource(url=server.on(f"/{n}", answer)) for n in range(3)), host_delay_s=0.0)
    states = desk.poll()

    assert len(server.requests) == 1
    assert sorted(state.error_kind for state in states) == ["", "", "busy"]
