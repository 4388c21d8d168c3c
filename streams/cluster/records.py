"""What the cluster step keeps: per story where it was placed, per live cluster what to compare with."""

from datetime import datetime

import msgspec

from stories.model import Cluster, Story
from streams.operator import Table


class Seen(msgspec.Struct, frozen=True):
    """A story that was placed: `admitted` is the revision that came in, `emitted` the one that went out."""

    admitted: int
    emitted: int
    cluster: str


class Member(msgspec.Struct, frozen=True):
    """A story of a live cluster, whole, because a merge sends it out again; and the terms it counts for."""

    story: Story
    language: str  # in which it is compared
    terms: list[str]


class Live(msgspec.Struct, frozen=True):
    """A live cluster: its document, the summed weights of its strongest terms, a signature per origin.

    `norm` is the length of its vector of terms as it was when the cluster last changed; `seconds` sums up
    the times of its stories with a date, `dated` in number; `pacts` and `kinds` are what they tell of pacts.
    """

    cluster: Cluster
    weights: dict[str, int]
    norm: float
    signatures: list[bytes]
    seconds: int = 0
    dated: int = 0
    pacts: list[str] = []
    kinds: list[str] = []


class Chapter(msgspec.Struct, frozen=True):
    """What is remembered of a cluster for a year: enough to tell what goes on from it.

    `terms` are its strongest with their weights, `actors` those that many of its stories name, `pacts` and
    `kinds` what its stories tell of pacts; one that is `followed` stays in its storyline.
    """

    language: str
    storyline: str
    first_seen: datetime
    last_seen: datetime
    terms: dict[str, int]
    actors: list[str]
    pacts: list[str]
    kinds: list[str]
    followed: bool


class Clock(msgspec.Struct, frozen=True):
    """The latest event time seen: expiry counts from it."""

    latest: datetime


SEEN = Table("cluster.seen", Seen)
MEMBERS = Table("cluster.members", Member)
LIVE = Table("cluster.live", Live)
CHAPTERS = Table("cluster.chapters", Chapter)
CLOCK = Table("cluster.clock", Clock)


def member_key(cluster_id: str, story_id: str) -> str:
    """Return the key under which a member is found by its cluster."""
    return f"{cluster_id}\x1f{story_id}"
