"""How far a step of this process is: what the watchdog, `--until-idle` and the status look at."""

import time
from dataclasses import dataclass, field


@dataclass
class Progress:
    """`lag` counts messages waiting on this process's partitions; times are monotonic, in s."""

    step: str
    ready: bool = False
    lag: int = 0
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

    def done(self, messages: int) -> None:
        """Note that `messages` more were processed and acknowledged."""
        self.processed += messages
        self.touch()

    def touch(self) -> None:
        """Note that something happened."""
        self.last_activity = time.monotonic()

    @property
    def silent_s(self) -> float:
        """Return the seconds since something happened."""
        return time.monotonic() - self.last_activity
