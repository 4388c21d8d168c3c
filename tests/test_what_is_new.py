"""From poll to store over loopback HTTP: what makes a new story, what a revision, and what neither."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from producers.source import FeedSource
from sinks.sqlite.reader import SqliteReader
from stories.model import Story
from tests.fakes_http import FakeServer, Reply, Request, rss, serving
from tests.newsroom import DATE, Newsroom, source

TITLE = "Two states sign a pact"
FIRST = ("a", TITLE, DATE)
FEED = rss(FIRST)


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as running:
        yield running


class Polled:
    """A newsroom with one feed, whose answer each poll is given."""

    def __init__(self, server: FakeServer, folder: Path, **more: object) -> None:
        self._server = server
        self.source: FeedSource = source(server.on("/feed", Reply(FEED)), **more)
        self.newsroom = Newsroom(folder, self.source)

    def stories(self, *answers: bytes | Reply) -> list[Story]:
        """Poll once for each of `answers` and return what is stored then, by title."""
        for answer in answers:
            self._server.on("/feed", answer if isinstance(answer, Reply) else Reply(answer))
            self.newsroom.poll()
        reader = SqliteReader(self.newsroom.store)
        found = sorted(reader.every_story(), key=lambda story: story.title)
        reader.close()
        return found


@pytest.fixture
def polled(server: FakeServer, tmp_path: Path) -> Iterator[Polled]:
    made = Polled(server, tmp_path)
    yield made
    made.newsroom.close()


def item(guid: str, link: str, title: str = TITLE, summary: str = "About it.") -> bytes:
    entry = (
        f'<item><guid isPermaLink="false">{guid}</guid><title>{title}</title><link>{link}</link>'
        f"<description>{summary}</description><pubDate>{DATE}</pubDate></item>"
    )
    return f"<rss version='2.0'><channel><title>Example</title>{entry}</channel></rss>".encode()


@pytest.mark.parametrize(
    "link",
    [
        "https://news.example/a?utm_source=rss&amp;utm_medium=feed",
        "http://news.example/a",
        "https://www.news.example/a/",
        "https://m.news.example/a",
        "https://amp.news.example/a",
        "https://news.example/a/amp/",
        "https://news.example/a#comments",
    ],
)
def test_a_new_id_for_a_known_page_and_title_is_no_new_story(polled: Polled, link: str) -> None:
    stories = polled.stories(item("1", "https://news.example/a"), item("2", link))

    assert [story.revision for story in stories] == [1]


def test_a_new_id_for_a_known_page_with_another_title_is_a_new_story(polled: Polled) -> None:
    stories = polled.stories(
        item("1", "https://news.example/live"), item("2", "https://news.example/live", "Talks are off")
    )

    assert [story.title for story in stories] == ["Talks are off", TITLE]


def test_an_edit_under_one_id_is_a_revision_that_keeps_both_wordings(polled: Polled) -> None:
    [story] = polled.stories(
        item("1", "https://news.example/a"),
        item("1", "https://news.example/a", "Three states sign a pact", "About more."),
        item("1", "https://news.example/a", "Three states sign a pact", "About  more."),  # white space alone
    )

    assert (story.title, story.revision) == ("Three states sign a pact", 2)
    assert [(edit.field, edit.before, edit.after) for edit in story.edits] == [
        ("title", TITLE, "Three states sign a pact"),
        ("summary", "About it.", "About more."),
    ]


def test_what_leaves_and_returns_is_no_news(polled: Polled) -> None:
    other = ("b", "A parliament votes", DATE)
    stories = polled.stories(FEED, rss(other), rss(FIRST, other), rss(other, FIRST))

    assert [story.revision for story in stories] == [1, 1]
    assert polled.newsroom.state(polled.source).useful_polls == 2


@pytest.mark.parametrize(
    "page",
    [
        Reply(b"<!doctype html><html><head><title>503 Backend fetch failed</title></head></html>"),
        Reply(b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>'),
        Reply(b"<html><body>error code: 1020</body></html>", headers={"Content-Type": "application/rss+xml"}),
        Reply(b""),
    ],
)
def test_an_error_page_in_the_place_of_a_feed_is_an_error_and_then_forgotten(
    polled: Polled, page: Reply
) -> None:
    polled.stories(FEED, page)
    failing = polled.newsroom.state(polled.source)
    stories = polled.stories(FEED)
    after = polled.newsroom.state(polled.source)

    assert (failing.failures, failing.entries) == (1, 1)
    assert "To do:" in failing.error
    assert (after.failures, after.error, after.useful_polls) == (0, "", 1)
    assert [story.revision for story in stories] == [1]


def test_the_date_of_the_last_change_is_sent_back(polled: Polled, server: FakeServer) -> None:
    changed = "Sun, 01 Mar 2026 09:00:00 GMT"

    def answer(request: Request) -> Reply:
        same = request.headers.get("if-modified-since") == changed
        return Reply(b"" if same else FEED, 304 if same else 200, {"Last-Modified": changed})

    server.on("/feed", answer)
    polled.newsroom.poll()
    polled.newsroom.poll()

    assert [request.headers.get("if-modified-since") for request in server.asked("/feed")] == [None, changed]
    assert (polled.newsroom.health(polled.source), polled.newsroom.state(polled.source).polls) == ("fine", 2)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (Reply(b"%PDF-1.7", headers={"Content-Type": "application/pdf"}), "is application/pdf, no page"),
        (Reply(b"<p>" * 1_000, repeat=8_000), "24,000,000 bytes"),
        (Reply(status=403), "answers 403"),
    ],
)
def test_a_page_that_cannot_be_read_costs_its_story_nothing_but_the_full_text(
    server: FakeServer, tmp_path: Path, page: Reply, words: str
) -> None:
    polled = Polled(server, tmp_path, full_text=True)
    stories = polled.stories(item("1", server.on("/a", page)))
    state = polled.newsroom.state(polled.source)
    polled.newsroom.close()

    assert [(story.title, story.summary, story.body) for story in stories] == [(TITLE, "About it.", "")]
    assert state.error == ""
    assert "1 of 1 full texts failed" in state.warning
    assert words in state.warning
