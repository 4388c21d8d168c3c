"""What the steps of one pact come to so far, as far as telling it from other pacts needs it."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from stories.model import PactKind, PactStep
from streams.pacts.records import Report

VAGUE_KINDS: frozenset[PactKind] = frozenset({"other", "cooperation"})
_MAKINGS = frozenset({"negotiated", "signed", "in-force"})


class Told(NamedTuple):
    """One step as one story tells it; `day` is when it happened, or else when it was told."""

    report: Report
    step: PactStep
    day: date

    @property
    def order(self) -> tuple[date, object, str]:
        """Return what steps are sorted by, whatever order their stories came in."""
        return self.day, self.report.when, self.report.story


class Course:
    """The steps of a pact in order of time; one more costs the same however many there are.

    `kinds` are those that steps tell, the vague ones aside; `latest` has of each act that was done its last
    day, `made` the years in which the pact was made.
    """

    def __init__(self, steps: Iterable[Told] = ()) -> None:
        self.steps: list[Told] = []
        self.kinds: set[PactKind] = set()
        self.parties: set[str] = set()
        self.latest: dict[str, date] = {}
        self.made: set[int] = set()
        for one in steps:
            self.add(one)

    def add(self, one: Told) -> None:
        """Take the next step."""
        step = one.step
        self.steps.append(one)
        self.parties.update(step.parties)
        if step.kind not in VAGUE_KINDS:
            self.kinds.add(step.kind)
        if step.status == "done":
            self.latest[step.step] = max(one.day, self.latest.get(step.step, one.day))
            if step.step in _MAKINGS:
                self.made.add(one.day.year)

    @property
    def day(self) -> date:
        """Return the day of the last step. Raises IndexError where there is none."""
        return self.steps[-1].day
