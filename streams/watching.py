"""Who hears how the steps fare: the interpreters tell, the front door counts. Steps know nothing of it."""

from collections.abc import Iterable, Mapping
from typing import Literal, Protocol

from stories.model import Story

# an event led to others; to none, as it was seen before or waits for its hour; or it could not be processed
Outcome = Literal["passed", "ended", "dead_letter"]
PASSED: Outcome = "passed"
ENDED: Outcome = "ended"
DEAD_LETTER: Outcome = "dead_letter"


class Watcher(Protocol):
    """Is told after the fact: what is told is durable or acknowledged."""

    def worked(self, step: str, outcomes: Mapping[Outcome, int], seconds: float) -> None:
        """Note a batch: how many events of it had each outcome, and how long it took."""
        ...

    def stored(self, stories: Iterable[Story]) -> None:
        """Note stories that can be read from now on."""
        ...


class Unwatched:
    """Nobody counts."""

    def worked(self, step: str, outcomes: Mapping[Outcome, int], seconds: float) -> None:
        """Do nothing."""

    def stored(self, stories: Iterable[Story]) -> None:
        """Do nothing."""


UNWATCHED = Unwatched()
