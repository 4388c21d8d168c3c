"""What every format's parser gives: entries as the document has them, before they are stories."""

from collections.abc import Sequence
from time import struct_time
from typing import NamedTuple

from stories.errors import PermanentError


class FeedError(PermanentError):
    """A document that is no feed. `kind`: empty, html, entities or parse; `found`: feeds that it names."""

    def __init__(self, kind: str, message: str, found: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.kind, self.found = kind, tuple(found)

    def __reduce__(self) -> tuple[type["FeedError"], tuple[str, str, Sequence[str]]]:
        """Cross process boundaries whole."""
        return FeedError, (self.kind, str(self), self.found)


class Hints(NamedTuple):
    """What a feed says of its own rhythm; times in seconds, hours of the day in UTC, days 0 = Monday."""

    ttl_s: float | None = None
    update_period_s: float | None = None
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


class Entry(NamedTuple):
    """One entry: markup and dates as written; `link` is absolute or relative to the feed."""

    guid: str = ""
    link: str = ""
    title: str = ""
    summary: str = ""
    content: str = ""
    date: str = ""
    date_parsed: struct_time | None = None
    edited: str = ""  # when it was changed, for entries whose date cannot be read
    edited_parsed: struct_time | None = None
    authors: Sequence[str] = ()
    outlet: str = ""


class RawFeed(NamedTuple):
    """A document's entries and what it says of itself."""

    entries: Sequence[Entry]
    title: str = ""
    language: str = ""
    hints: Hints = Hints()
    warning: str = ""
    sound: bool = False  # well-formed, so that each entry can be read without the others
