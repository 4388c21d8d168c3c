"""What a person says of a feed: one entry of feeds.yaml."""

import re
from urllib.parse import urlsplit

import msgspec

_INTERVAL = re.compile(r"(\d+(?:\.\d+)?)\s*(s|m|h|d)")
_UNIT_S = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
MIN_EVERY_S = 10.0


class FeedSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A feed to poll. `every` ("10m") fixes the interval, which else is learned from the feed.

    `allow_private` is only for loopback or the own network: it lifts the ban on private addresses and the
    per-host delay.
    """

    url: str
    name: str = ""
    language: str = ""
    country: str = ""
    tags: list[str] = []
    full_text: bool = False
    every: str | None = None
    allow_private: bool = False

    def __post_init__(self) -> None:
        """Refuse what can never be polled; msgspec turns the ValueError into one with its place."""
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"url {self.url!r} is no web address: expected https://host/path")
        if self.every is not None:
            seconds(self.every)

    @property
    def every_s(self) -> float | None:
        """Return the fixed interval in seconds, or None where it is to be learned."""
        return None if self.every is None else seconds(self.every)


def seconds(interval: str) -> float:
    """Return the seconds of an interval such as "90s", "10m", "2h", "1d". Raises ValueError."""
    match = _INTERVAL.fullmatch(interval.strip().lower())
    if match is None:
        raise ValueError(f"every: {interval!r} is no interval: expected a number and s, m, h or d, as in 10m")
    value = float(match[1]) * _UNIT_S[match[2]]
    if value < MIN_EVERY_S:
        raise ValueError(f"every: {interval!r} is too often: {MIN_EVERY_S:.0f}s is the least")
    return value
