"""Packed states come back as they were, what they have seen in its order."""

from datetime import UTC, datetime

from producers.states import States
from stories.model import FeedState


def test_a_state_comes_back_as_it_was() -> None:
    seen = {f"id{n}": f"hash{n}" for n in (3, 1, 2)}
    state = FeedState(url="https://news.test/feed", seen=seen, last_poll=datetime(2026, 3, 1, tzinfo=UTC))
    states = States({state.url: state})

    states["other"] = state
    del states["other"]

    assert {state.url: state} == dict(states)
    assert list(states[state.url].seen) == ["id3", "id1", "id2"]
