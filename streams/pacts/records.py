"""What the pacts step keeps: one report per story and family of pacts, and each pact as last folded."""

from datetime import datetime

import msgspec

from stories.model import Pact, PactStep, ProvisionReport, StoryLink
from streams.operator import Table


class Report(msgspec.Struct, frozen=True):
    """What one story says of the pacts of one family."""

    story: str
    revision: int
    when: datetime
    link: StoryLink
    steps: list[PactStep]
    provisions: list[ProvisionReport]


class Scope(msgspec.Struct, frozen=True):
    """Which families of pacts a story's latest revision tells of."""

    revision: int
    families: list[str]


class Link(msgspec.Struct, frozen=True):
    """A named family has steps of exactly these parties; the key says which and whose."""

    name: str


class Family(msgspec.Struct, frozen=True):
    """Which pacts a family held when last folded; `gone` has the last revision of those before."""

    pacts: list[str]
    gone: dict[str, int]


REPORTS = Table("pacts.reports", Report)
SCOPES = Table("pacts.told", Scope)
LINKS = Table("pacts.links", Link)
FAMILIES = Table("pacts.families", Family)
PACTS = Table("pacts.pacts", Pact)


def key_of(family: str, member: str) -> str:
    """Return the key under which a report, or a link to a name, is found by its family."""
    return f"{family}\x1f{member}"
