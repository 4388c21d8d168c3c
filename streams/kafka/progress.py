"""How far a step of this process is: what the watchdog, `--until-idle` and the metrics look at."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from streams.watching import DEAD_LETTER, UNWATCHED, Outcome, Watcher


@dataclass
class Progress:
    """`lags` counts what waits on each (topic, partition) of this process; times are monotonic, in s."""

    step: str
    watch: Watcher = UNWATCHED
    ready: bool = False
    lags: dict[tuple[str, int], int] = field(default_factory=dict)
    processed: int = 0
    letters: int = 0
    last_activity: float = field(default_factory=time.monotonic)

    def assigned(self) -> None:
        """Note that the group gave this process its partitions, perhaps none."""
        self.ready = True
        self.touch()

    def revoked(self) -> None:
        """Note that the group took them back, to share them out anew."""
        self.ready = False
        self.touch()

    def done(self, outcomes: Mapping[Outcome, int], seconds: float) -> None:
        """Note a batch that was processed and acknowledged, and how long it took."""
        self.processed += sum(outcomes.values())
        self.letters += outcomes.get(DEAD_LETTER, 0)
        self.watch.worked(self.step, outcomes, seconds)
        self.touch()

    def touch(self) -> None:
        """Note that something happened."""
        self.last_activity = time.monotonic()

    @property
    def lag(self) -> int:
        """Return how many messages wait."""
        return sum(self.lags.values())

    @property
    def silent_s(self) -> float:
        """Return the seconds since something happened."""
        return time.monotonic() - self.last_activity
