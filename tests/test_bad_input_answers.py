"""Answers that bring no feed: each is told in words in feed health, and loses nothing, before or after.

Every case is polled three times: a good document, the bad answer, a good document with one story more.
"""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from producers import guard
from producers.source import FeedSource
from tests.fakes_http import FakeServer, Reply, Request, rss, serving
from tests.newsroom import DATE, Newsroom, source

A, B, C = (
    ("a", "Ministers meet", DATE),
    ("b", "A parliament votes", DATE),
    ("c", "A treaty is signed", DATE),
)
FIRST, SECOND = rss(A, B), rss(A, B, C)
OTHER_FIRST, OTHER_SECOND = (
    rss(*((f"other-{guid}", *rest) for guid, *rest in items)) for items in ([A, B], [A, B, C])
)
FIRST_TITLES, SECOND_TITLES = (
    ["A parliament votes", "Ministers meet"],
    ["A parliament votes", "A treaty is signed", "Ministers meet"],
)
PAGE = b"<!doctype html><html><head><title>Down for maintenance</title></head><body>Sorry.</body></html>"
LAUGHS = (
    b'<!DOCTYPE rss [<!ENTITY l0 "ha">'
    + b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    + b"]><rss version='2.0'><channel><item><title>&l9;</title></item></channel></rss>"
)
GZIP = {"Content-Encoding": "gzip"}

CASES: dict[str, tuple[Reply, str, str]] = {
    "not XML": (Reply(b"just some words"), "parse", "neither RSS, Atom nor JSON Feed"),
    "broken JSON": (Reply(b'{"version": "https://jsonfeed.org/version/1", "items": ['), "parse", "broken JSON"),
    "HTML error page with 200": (Reply(PAGE), "html", 'a web page titled "Down for maintenance"'),
    "empty body": (Reply(b""), "empty", "answered with nothing"),
    "20 MB body": (Reply(b"x" * 1_000_000, repeat=20), "too-large", "20,000,000 bytes, more than 15,000,000"),
    "20 MB body without its length": (
        Reply(b"x" * 1_000_000, repeat=20, measured=False), "too-large", "more than 15,000,000 bytes",
    ),
    "truncated gzip": (Reply(gzip.compress(SECOND)[:-20], headers=GZIP), "truncated", "ends too early"),
    "no gzip at all": (Reply(b"\x1f\x8bnonsense", headers=GZIP), "truncated", "compressed body is broken"),
    "gzip bomb": (
        Reply(gzip.compress(b"\0" * 60_000_000), headers=GZIP), "too-large", "more than 15,000,000 bytes once decompressed",
    ),
    "body cut short": (Reply(SECOND, cut=100), "truncated", "the connection broke off"),
    "billion laughs": (Reply(LAUGHS), "entities", "'billion laughs'"),
    "redirect loop": (Reply(status=302, headers={"Location": "/loop"}), "redirect", "leads in a circle, back to {url}"),
    "redirects without end": (Reply(status=302, headers={"Location": "/hop0"}), "redirect", "more than 8 redirects"),
    "redirect to a file": (
        Reply(status=302, headers={"Location": "file:///etc/passwd"}), "redirect", "file:///etc/passwd, which is no web address",
    ),
    "304 nobody asked for": (Reply(status=304), "answer", "answers 304 (Not Modified)"),
    "403": (Reply(b"no", 403), "blocked", "the server refuses us: {url} answers 403 (Forbidden)"),
    "404": (Reply(b"no", 404), "missing", "there is no such page: {url} answers 404 (Not Found)"),
    "429 with Retry-After": (Reply(b"", 429, {"Retry-After": "7200"}), "busy", "the server asks for a pause: {url} answers 429"),
    "500": (Reply(b"oops", 500), "server", "the server is broken: {url} answers 500 (Internal Server Error)"),
    "hang": (Reply(hang=True), "timeout", "too slow: {url} took longer than 1 s"),
    "slow drip": (Reply(SECOND, drip_s=0.05), "timeout", "too slow: {url} took longer than 1 s"),
}  # fmt: skip


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as running:
        yield running


def script(server: FakeServer, path: str, *replies: Reply | Callable[[Request], Reply]) -> str:
    """Let `path` answer with each of `replies` in turn."""
    waiting = iter(replies)

    def answer(request: Request) -> Reply:
        reply = next(waiting)
        return reply if isinstance(reply, Reply) else reply(request)

    return server.on(path, answer)


@pytest.mark.parametrize("case", CASES)
def test_a_bad_answer_is_told_and_loses_nothing(server: FakeServer, case: str, tmp_path: Path) -> None:
    reply, kind, words = CASES[case]
    server.on("/loop", Reply(status=302, headers={"Location": "/case"}))
    for hop in range(20):
        server.on(f"/hop{hop}", Reply(status=302, headers={"Location": f"/hop{hop + 1}"}))
    answers = [Reply(FIRST, etag='"1"'), reply, Reply(SECOND, etag='"2"')]
    bad = source(script(server, "/case", *answers))
    other = source(script(server, "/other", Reply(OTHER_FIRST), Reply(OTHER_SECOND), Reply(OTHER_SECOND)))
    if case == "304 nobody asked for":
        answers[0].etag = ""  # so that the question is no conditional one
    room = Newsroom(tmp_path, bad, other, timeout_s=1.0)

    room.poll()
    assert (room.health(bad), room.titles(bad)) == ("fine", FIRST_TITLES)
    room.poll()
    health, counts = room.health(bad), room.counts()

    assert words.format(url=bad.url) in health
    assert "To do: " in health
    assert room.state(bad).error_kind == kind
    assert counts["feeds"].items() >= {"ok": 1, "failing": 1}.items()
    assert counts["dead_letters"] == 0
    assert room.titles(bad) == FIRST_TITLES
    assert (room.health(other), room.titles(other)) == ("fine", SECOND_TITLES)

    room.poll()
    room.close()
    assert (room.health(bad), room.titles(bad)) == ("fine", SECOND_TITLES)


def test_410_is_told_and_not_asked_again_by_the_schedule(server: FakeServer, tmp_path: Path) -> None:
    gone = source(script(server, "/case", Reply(FIRST), Reply(b"", 410)))
    other = source(script(server, "/other", Reply(OTHER_FIRST), Reply(OTHER_SECOND)))
    room = Newsroom(tmp_path, gone, other)

    room.poll()
    room.poll()
    room.close()

    assert "took the feed down for good" in room.health(gone)
    assert "it is not polled again" in room.health(gone)
    assert room.counts()["feeds"].items() >= {"ok": 1, "failing": 1}.items()
    assert (room.titles(gone), room.titles(other)) == (FIRST_TITLES, SECOND_TITLES)


def test_304_is_fine_and_keeps_what_was_known(server: FakeServer, tmp_path: Path) -> None:
    replies = [Reply(FIRST, etag='"1"'), Reply(SECOND, etag='"1"'), Reply(SECOND, etag='"2"')]
    feed = source(script(server, "/case", *replies))
    room = Newsroom(tmp_path, feed)

    room.poll()
    room.poll()
    unchanged = room.health(feed), room.titles(feed)
    room.poll()
    room.close()

    assert [request.headers.get("if-none-match") for request in server.asked("/case")] == [None, '"1"', '"1"']
    assert unchanged == ("fine", FIRST_TITLES)
    assert (room.health(feed), room.titles(feed)) == ("fine", SECOND_TITLES)


def test_a_redirect_to_a_private_address_is_refused_and_never_asked(
    server: FakeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here 127.0.0.1 plays the open internet; all other addresses are private, as they are."""
    monkeypatch.setattr(guard, "is_public", lambda address: address == "127.0.0.1")
    inner = server.on("/inner", Reply(b"secrets")).replace("127.0.0.1", "127.0.0.2")
    leading_there = Reply(status=302, headers={"Location": inner})
    feed = FeedSource(url=script(server, "/case", Reply(FIRST), leading_there, Reply(SECOND)))
    room = Newsroom(tmp_path, feed, host_delay_s=0.0)

    room.poll()
    room.poll()
    health, titles = room.health(feed), room.titles(feed)
    room.poll()
    room.close()

    assert "127.0.0.2 leads to the private address 127.0.0.2: refused" in health
    assert "allow_private: true" in health
    assert titles == FIRST_TITLES
    assert server.asked("/inner") == []
    assert (room.health(feed), room.titles(feed)) == ("fine", SECOND_TITLES)


@pytest.mark.parametrize(
    "seconds", ["0", "-5", "soon", "99999999999999999999", "Thu, 01 Jan 1970 00:00:00 GMT"]
)
def test_an_absurd_retry_after_neither_hammers_nor_silences_for_ever(
    server: FakeServer, seconds: str, tmp_path: Path
) -> None:
    feed = source(script(server, "/case", Reply(FIRST), Reply(b"", 429, {"Retry-After": seconds})))
    room = Newsroom(tmp_path, feed)

    room.poll()
    room.poll()
    state = room.state(feed)
    room.close()

    assert state.next_poll is not None
    assert 300 <= (state.next_poll - room.now).total_seconds() <= 8 * 86_400
