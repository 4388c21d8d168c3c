"""What is new in a feed since the last poll: by its entries, not by its bytes. Pure."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from producers.identity import content_hash, digest
from producers.schedule import ARRIVALS_KEPT
from stories.model import FeedState, Story

SEEN_FLOOR = 300  # entries leave and return: remember more than the document holds
SEEN_PER_ENTRY = 3


class Changes(NamedTuple):
    """The stories that are new or edited, in the order they happened, and what to remember."""

    stories: list[Story]
    entries_hash: str
    seen: dict[str, str]
    arrivals: list[datetime]


def since(
    state: FeedState, stories: Sequence[Story], fetched: datetime, still: Collection[str] = ()
) -> Changes:
    """Return which of `stories` are new to `state`, or edited since.

    They are a document's, but for those under the ids `still`, which stand there as they are known.
    """
    known = {key: state.seen[key] for key in sorted(still)}
    hashes = known | {story.id: content_hash(story.title, story.summary, story.body) for story in stories}
    entries_hash = digest(*(f"{key}{value}" for key, value in sorted(hashes.items())))
    if entries_hash == state.entries_hash:
        return Changes([], entries_hash, state.seen, state.arrivals)
    fresh = [story for story in stories if state.seen.get(story.id) != hashes[story.id]]
    arrived = [_arrival(story, state, fetched) for story in fresh if story.id not in state.seen]
    arrivals = sorted([*arrived, *state.arrivals], reverse=True)[:ARRIVALS_KEPT]
    ordered = sorted(fresh, key=lambda story: (story.timestamp, story.id))
    return Changes(ordered, entries_hash, remember(state.seen, hashes, len(hashes)), arrivals)


def remember(seen: dict[str, str], latest: dict[str, str], entries: int) -> dict[str, str]:
    """Return `seen` with `latest` as the newest; the oldest are forgotten beyond three documents' worth."""
    kept = {key: value for key, value in seen.items() if key not in latest} | latest
    excess = len(kept) - max(SEEN_FLOOR, SEEN_PER_ENTRY * entries)
    return dict(list(kept.items())[excess:]) if excess > 0 else kept


def _arrival(story: Story, state: FeedState, fetched: datetime) -> datetime:
    """Return when the feed got the story: its date, unless it lies before a poll that lacked the story."""
    if story.published is None:
        return fetched
    if state.last_success is not None and story.timestamp < state.last_success:
        return max(story.timestamp, state.last_success)
    return story.timestamp
