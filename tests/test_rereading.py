"""What is read of a document that came before is what a whole reading of it gives."""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producers import changes, rereading
from producers.changes import Changes
from producers.feeds import parse
from producers.fetch import Fetched
from producers.rereading import Rereader
from producers.source import FeedSource
from stories.model import FeedState

SOURCE = FeedSource(url="https://news.test/feed")
NOW = datetime(2026, 3, 1, tzinfo=UTC)
HEAD = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>C</title>'
DATE = "<pubDate>Sun, 01 Feb 2026 10:00:00 GMT</pubDate>"
ENTRIES = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from(["pact", "talks", "R&D", "<![CDATA[</item>]]>"])), max_size=6
)


def feed(*items: str, head: str = HEAD) -> bytes:
    return f"{head}{''.join(items)}</channel></rss>".encode()


def item(guid: object, title: str, link: str = "") -> str:
    return f"<item><guid>{guid}</guid><link>{link or f'/{guid}'}</link><title>{title}</title>{DATE}</item>"


def known(before: FeedState, new: Changes) -> FeedState:
    """Return the state that a poll with `new` leaves, as far as the next one's reading goes."""
    return msgspec.structs.replace(
        before, seen=new.seen, entries_hash=new.entries_hash, arrivals=new.arrivals
    )


def whole(before: FeedState, payload: bytes, now: datetime) -> Changes:
    return changes.since(before, parse(payload, SOURCE, now).stories, now)


class Reader:
    """A rereader and the state it goes by, and how many entries it parsed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch | None = None) -> None:
        self.rereader, self.state, self.now, self.parsed = Rereader(), FeedState(url=SOURCE.url), NOW, [0]
        if monkeypatch:
            monkeypatch.setattr(rereading, "parse", self._parse)

    def read(self, payload: bytes, content_type: str = "") -> list[str]:
        """Return the titles that are new."""
        self.parsed.append(0)
        answer = Fetched(200, SOURCE.url, payload, content_type)
        reading = self.rereader.read(SOURCE, self.state, answer, self.now)
        if reading is None:
            return []
        self.state = known(self.state, reading.changes)
        return sorted(story.title for story in reading.changes.stories)

    def _parse(self, *arguments, **named):  # type: ignore[no-untyped-def]
        found = parse(*arguments, **named)
        self.parsed[-1] += found.entries
        return found


@settings(max_examples=60, deadline=None)
@given(st.lists(ENTRIES, min_size=2, max_size=5))
def test_any_series_of_documents_gives_what_whole_readings_give(
    documents: list[list[tuple[int, str]]],
) -> None:
    reader, state = Reader(), FeedState(url=SOURCE.url)
    for document in documents:
        payload = feed(*(item(guid, f"{title} {guid % 3}") for guid, title in document))
        new = whole(state, payload, NOW)
        state = known(state, new)

        assert reader.read(payload) == sorted(story.title for story in new.stories)
        assert reader.state.seen == state.seen
        assert reader.state.arrivals == state.arrivals


def test_of_two_entries_under_one_id_the_second_is_news_once_it_stands_alone() -> None:
    reader = Reader()

    assert reader.read(feed(item(1, "talks"), item(1, "pact"))) == ["talks"]
    assert reader.read(feed(item(1, "pact"))) == ["pact"]


@pytest.mark.parametrize("outlet", ["bbc", "cnn", "gmanews"])
def test_a_recorded_series_gives_what_whole_readings_give(data: Path, outlet: str) -> None:
    reader, state = Reader(), FeedState(url=SOURCE.url)
    for path in sorted((data / "series" / outlet).glob("*.gz"))[:25]:
        payload, now = (
            gzip.decompress(path.read_bytes()),
            datetime.fromtimestamp(int(path.name.split("_")[0]), UTC),
        )
        new = whole(state, payload, now)
        state, reader.now = known(state, new), now

        assert reader.read(payload) == sorted(story.title for story in new.stories)
        assert reader.state.seen == state.seen


def test_only_unknown_entries_are_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(monkeypatch)
    a, b, c = item("a", "A pact"), item("b", "A vote"), item("c", "A visit")
    built = HEAD.replace("</title>", "</title><lastBuildDate>%d</lastBuildDate>")

    told = [
        reader.read(feed(*items, head=built % n))
        for n, items in enumerate([(a, b), (a, b), (c, a, b), (c, a)])
    ]

    assert told == [["A pact", "A vote"], [], ["A visit"], []]
    assert reader.parsed == [0, 2, 0, 1, 0]


def test_an_edit_is_parsed_alone_and_a_return_is_no_news(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(monkeypatch)
    a, b, edited = item("a", "A pact"), item("b", "A vote"), item("a", "A defence pact")

    told = [reader.read(feed(*items)) for items in [(a, b), (edited, b), (edited,), (b, edited)]]

    assert told == [["A pact", "A vote"], ["A defence pact"], [], []]
    assert reader.parsed == [0, 2, 1, 0, 0]


@pytest.mark.parametrize(
    "second",
    [
        feed(item("a", "One"), item("a", "Another", "/elsewhere"), item("b", "Two")),  # a guid twice
        feed(item("a", "One"), item("b", "Two"), head=HEAD.replace("2.0", "0.91")),  # another root
        feed(item("a", "One"), item("b", "Two"), "<item><title>Three"),  # cut short
        feed(item("a", "One"), item("b", "Two"), item("c", "<![CDATA[</item><item>]]>")),
    ],
)
def test_where_entries_hang_together_all_are_parsed(monkeypatch: pytest.MonkeyPatch, second: bytes) -> None:
    first = feed(item("a", "One"), item("b", "Two"))
    reader = Reader(monkeypatch)
    reader.read(first)
    new = whole(reader.state, second, NOW)

    assert reader.read(second) == sorted(story.title for story in new.stories)
    assert reader.parsed[-1] >= 2


def test_another_pollers_state_and_another_day_mean_a_whole_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(monkeypatch)
    a, b, c = item("a", "A pact"), item("b", "A vote"), item("c", "A visit")
    reader.read(feed(a))
    reader.state = FeedState(url=SOURCE.url)  # as if `publish` had failed

    assert reader.read(feed(a, b)) == ["A pact", "A vote"]
    reader.now += timedelta(days=2)
    assert reader.read(feed(a, b, c)) == ["A visit"]
    assert reader.parsed == [0, 1, 2, 3]
