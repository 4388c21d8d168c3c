"""What the pacts step keeps: one report per story that tells of a pact, and each pact as last folded."""

from datetime import datetime

import msgspec

from stories.model import Pact, PactStep, ProvisionReport, StoryLink
from streams.operator import Table


class Report(msgspec.Struct, frozen=True):
    """What one story says of one pact."""

    story: str
    revision: int
    when: datetime
    link: StoryLink
    steps: list[PactStep]
    provisions: list[ProvisionReport]


class Told(msgspec.Struct, frozen=True):
    """Which pacts a story's latest revision tells of."""

    revision: int
    pacts: list[str]


REPORTS = Table("pacts.reports", Report)
TOLD = Table("pacts.told", Told)
PACTS = Table("pacts.pacts", Pact)


def report_key(pact_id: str, story_id: str) -> str:
    """Return the key under which a report is found by its pact."""
    return f"{pact_id}\x1f{story_id}"
