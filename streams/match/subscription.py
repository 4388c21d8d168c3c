"""What a person asks to be told about: one query over one kind of document, and how loudly to tell."""

import hashlib
import re
from datetime import datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from stories.errors import QueryError
from stories.fields import BY_KIND
from stories.model import Severity
from stories.query import Query, parse

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
_DURATION = re.compile(r"(\d+)(m|h|d|w)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_QUIET = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
# dates far apart, so that a query with `now` in it reads differently at each
_SOME_DAY, _OTHER_DAY = (
    datetime.fromisoformat("2001-02-03T04:05Z"),
    datetime.fromisoformat("2011-12-13T14:15Z"),
)


class Threshold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How big or how fast a cluster must be: independent origins, and growth against its own baseline.

    `growth` 3 means: in the last `hours` three times as many stories as in an average span of that length
    before.
    """

    origins: int = 0
    growth: float = 0.0
    hours: int = 6

    def __post_init__(self) -> None:
        """Refuse numbers that no cluster could be measured by."""
        if self.origins < 0 or self.growth < 0 or self.hours < 1:
            raise ValueError("a threshold takes origins and growth of 0 or more, and hours of 1 or more")


class Mute(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"for_": "for"}):
    """When to keep silent about a subject that was told already, and at which hours to wait.

    `until: new-fact` silences repeats of one kind of fact; `for: 6h` anything about the subject for that
    long; `quiet: "22:00-07:00"` in `zone` holds alerts back until the hours end, critical ones excepted.
    """

    until: Literal["", "new-fact"] = ""
    for_: str = ""
    quiet: str = ""
    zone: str = "UTC"

    def __post_init__(self) -> None:
        """Refuse a duration, hours or a zone that cannot be read."""
        if self.for_ and not _DURATION.fullmatch(self.for_):
            raise ValueError(f"mute.for is “{self.for_}”: write a number and m, h, d or w, such as 6h")
        if self.quiet and not _QUIET.fullmatch(self.quiet):
            raise ValueError(f'mute.quiet is “{self.quiet}”: write two times, such as "22:00-07:00"')
        try:
            ZoneInfo(self.zone)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(
                f"mute.zone “{self.zone}” is unknown: write one such as Europe/Berlin"
            ) from error

    @property
    def silence(self) -> timedelta:
        """Return how long a subject stays silent after an alert."""
        found = _DURATION.fullmatch(self.for_)
        return timedelta(**{_UNITS[found[2]]: int(found[1])}) if found else timedelta(0)

    @property
    def quiet_hours(self) -> tuple[time, time] | None:
        """Return from when until when to wait, in `zone`."""
        found = _QUIET.fullmatch(self.quiet)
        return (time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))) if found else None


class Subscription(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry of config/alerts.yaml. Raises ValueError (msgspec: ValidationError) that names the fault."""

    name: str
    query: str
    on: Literal["story", "cluster", "pact"] = "story"
    severity: Severity = "medium"
    threshold: Threshold = Threshold()
    mute: Mute = Mute()
    digest: Literal["", "hourly", "daily"] = ""
    channels: list[str] = []

    def __post_init__(self) -> None:
        """Refuse names that are no topic's, queries that cannot be read, thresholds on what does not grow."""
        if not _NAME.fullmatch(self.name):
            raise ValueError(
                f"name “{self.name}” becomes a topic's: use a-z, 0-9, “.”, “_” and “-”, up to 100"
            )
        if not self.query.strip():
            raise ValueError(f"{self.name}: the query is empty: write *:* to be told of everything")
        if self.on != "cluster" and (self.threshold.origins or self.threshold.growth):
            raise ValueError(f"{self.name}: only clusters grow: leave out threshold, or write on: cluster")
        try:
            self.tree(_SOME_DAY)
        except QueryError as error:
            raise ValueError(f"{self.name}: query, {error}") from error

    def tree(self, now: datetime) -> Query:
        """Return the query's tree, with `now` in it meaning `now`."""
        return parse(self.query, BY_KIND[self.on], now)

    @property
    def moves(self) -> bool:
        """Return whether the query counts from `now`, so that it must be read again for each event."""
        return "now" in self.query and self.tree(_SOME_DAY) != self.tree(_OTHER_DAY)

    @property
    def version(self) -> str:
        """Return a short hash of what decides whether this subscription fires."""
        decisive = msgspec.json.encode((self.on, self.query, self.threshold))
        return hashlib.blake2b(decisive, digest_size=4).hexdigest()
