"""Records, offsets and outbox change together or not at all, and survive the process."""

import sqlite3

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactwatch.embedded import Embedded
from pactwatch.pipeline import build
from pactwatch.settings import load
from sinks.sqlite.reader import SqliteReader
from stories.errors import PermanentError
from stories.model import Feed, FeedState, Story
from streams.operator import Event, MemoryState, Table
from streams.state import SqliteState, connect
from tests.stories_made import NOON


class Count(msgspec.Struct):
    n: int


COUNTS = Table("counts", Count)
OTHERS = Table("others", Count)


@pytest.fixture
def state(tmp_path):
    connection = connect(tmp_path / "state.db")
    state = SqliteState(connection)
    state.create()
    yield state
    connection.close()


def test_a_transaction_that_fails_leaves_nothing(state):
    with state.transaction():
        state.write([COUNTS.put("a", Count(1))])
        state.set_next_offset("stories", 0, 5)
    with pytest.raises(RuntimeError), state.transaction():
        state.write([COUNTS.put("a", Count(2)), COUNTS.put("b", Count(3))])
        state.set_next_offset("stories", 0, 6)
        state.enqueue([Event("feeds", "u", FeedState(url="u"))])
        raise RuntimeError("killed here")

    assert list(state.items(COUNTS)) == [("a", Count(1))]
    assert state.next_offset("stories", 0) == 5
    assert state.unsent() == []


def test_a_record_reads_as_it_will_be_before_it_is_written(state):
    with state.transaction():
        state.write([COUNTS.put("a", Count(1)), COUNTS.put("b", Count(1)), COUNTS.put("a", Count(2))])
        state.write([COUNTS.delete("b")])

        assert (state.get(COUNTS, "a"), state.get(COUNTS, "b")) == (Count(2), None)

    assert list(state.items(COUNTS)) == [("a", Count(2))]


def test_the_outbox_keeps_order_and_forgets_only_what_was_sent(state):
    with state.transaction():
        state.enqueue(Event("feeds", key, FeedState(url=key)) for key in "abc")
    first, second, third = state.unsent()
    with state.transaction():
        state.sent(second.seq)

    assert [row.sending.key for row in (first, second, third)] == ["a", "b", "c"]
    assert state.unsent() == [third]


def test_a_newer_state_is_refused_with_its_cure(state):
    state.connection.execute("UPDATE facts SET value = '99' WHERE name = 'state_version'")

    with pytest.raises(PermanentError, match=r"newer pactwatch.*upgrade"):
        state.create()


keys = st.text(alphabet="abc:ü", min_size=1, max_size=4)


@given(st.lists(st.tuples(st.sampled_from([COUNTS, OTHERS]), keys, st.none() | st.integers(0, 9))), keys)
def test_sqlite_and_memory_hold_the_same(changes, prefix):
    memory, connection = MemoryState(), connect(":memory:")
    sqlite = SqliteState(connection)
    sqlite.create()
    for table, key, number in changes:
        change = table.delete(key) if number is None else table.put(key, Count(number))
        memory.write([change])
        sqlite.write([change])

    for table in (COUNTS, OTHERS):
        assert list(memory.items(table, prefix)) == list(sqlite.items(table, prefix))
        assert all(memory.get(table, key) == sqlite.get(table, key) for _, key, _ in changes)
        assert memory.keys(table, prefix) == sqlite.keys(table, prefix)
    connection.close()


def test_a_full_disk_takes_the_whole_batch_back_and_ends_it_with_an_error(tmp_path) -> None:
    embedded = Embedded(tmp_path / "store.db", build(load(None, {})))
    found = stories(60)
    embedded.process(found[:20])
    pages = embedded.connection.execute("PRAGMA page_count").fetchone()[0]
    embedded.connection.execute(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(sqlite3.OperationalError, match="full"):
        embedded.process(found[20:])

    assert counts(tmp_path) == (20, 0)
    embedded.connection.execute("PRAGMA max_page_count = 1000000")
    embedded.process(found[20:])
    embedded.close()
    assert counts(tmp_path) == (60, 0)


def counts(folder) -> tuple[int, int]:
    """Return how many stories and dead letters the store holds."""
    reader = SqliteReader(folder / "store.db")
    found = reader.counts()
    reader.close()
    return found.stories, found.dead_letters


def stories(count: int) -> list[Story]:
    """Return stories that are long enough to need pages of their own."""
    words = " ".join(f"word{number}" for number in range(300))
    return [
        Story(
            id=f"s{number}", url=f"https://a.test/{number}", title=f"Headline {number}", body=words,
            first_published=NOON, fetched=NOON, timestamp=NOON, feed=Feed(url="https://a.test/feed"),
        )
        for number in range(count)
    ]  # fmt: skip
