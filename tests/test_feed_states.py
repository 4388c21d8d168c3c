"""States come back as they were, what they have seen in its order: packed, from a store and from Kafka."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from pactwatch.embedded import Embedded
from producers import changes, kafka
from producers.states import States
from sinks.sqlite.reader import SqliteReader
from stories import wire
from stories.model import FeedState


def test_a_state_comes_back_as_it_was() -> None:
    seen = {f"id{n}": f"hash{n}" for n in (3, 1, 2)}
    state = FeedState(url="https://news.test/feed", seen=seen, last_poll=datetime(2026, 3, 1, tzinfo=UTC))
    states = States({state.url: state})

    states["other"] = state
    del states["other"]

    assert {state.url: state} == dict(states)
    assert list(states[state.url].seen) == ["id3", "id1", "id2"]


def from_a_store(state: FeedState, folder: Path) -> FeedState:
    store = Embedded(folder / "store.db", [])
    store.process([], [state])
    store.close()
    reader = SqliteReader(folder / "store.db")
    [kept] = reader.feeds()
    reader.close()
    return kept


def from_the_topic(state: FeedState, folder: Path) -> FeedState:
    states: dict[str, FeedState] = {}
    kafka.remember(SimpleNamespace(key=state.url.encode(), value=wire.encode(state)), states)
    return states[state.url]


@pytest.mark.parametrize("restarted", [from_a_store, from_the_topic])
def test_after_a_restart_the_oldest_entries_are_forgotten_first(
    restarted: Callable[[FeedState, Path], FeedState], tmp_path: Path
) -> None:
    age = {f"{n * 7919 % 1000:03}": n for n in range(changes.SEEN_FLOOR)}  # ids whose order says nothing
    state = FeedState(url="https://news.test/feed", seen=dict.fromkeys(age, "hash"))

    kept = changes.remember(restarted(state, tmp_path).seen, {"new": "hash"}, entries=1)

    assert set(age) - kept.keys() == {min(age, key=age.__getitem__)}
    assert list(kept) == [*list(age)[1:], "new"]
