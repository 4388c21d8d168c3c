"""What is odd about a document that could be read: in words, for feed health. Pure."""

from collections.abc import Collection, Sequence

from producers.parsed import Entry
from stories.model import Story

LONG = 2_000  # entries; real news feeds hold 10 to 300


def on(said: str, entries: Sequence[Entry], stories: Sequence[Story], shared: Collection[str]) -> str:
    """Return what `said` and the rest amount to, "" where nothing is odd.

    `entries` became `stories`; `shared` are guids that several pages have.
    """
    return "; ".join(
        filter(
            None,
            (said, _length(entries), _guids(entries, shared), _repeats(entries, stories), _dates(stories)),
        )
    )


def _length(entries: Sequence[Entry]) -> str:
    if not entries:
        return "a feed without entries"
    if len(entries) < LONG:
        return ""
    return f"{len(entries):,} entries in one document: look for a shorter feed of the same site"


def _guids(entries: Sequence[Entry], shared: Collection[str]) -> str:
    missing = sum(1 for entry in entries if not entry.guid.strip())
    several = sum(1 for entry in entries if entry.guid.strip() in shared)
    words = []
    if missing:
        words.append(
            f"{missing} of {len(entries)} entries without a guid: told apart by address, else by title"
        )
    if several:
        words.append(
            f"{several} of {len(entries)} entries share guids with other pages: told apart by address"
        )
    return "; ".join(words)


def _repeats(entries: Sequence[Entry], stories: Sequence[Story]) -> str:
    left_out = len(entries) - len(stories)
    return f"{left_out} of {len(entries)} entries repeat an earlier one: left out" if left_out else ""


def _dates(stories: Sequence[Story]) -> str:
    undated = [story for story in stories if story.date_flag]
    if not undated:
        return ""
    flags = sorted({story.date_flag for story in undated})
    return f"{len(undated)} of {len(stories)} entries without a usable date ({', '.join(flags)})"
