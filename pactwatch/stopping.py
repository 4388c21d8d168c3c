"""A process that was told to stop is gone soon: what does not end by itself is left as it is."""

import logging
import os
import threading
from collections.abc import Callable
from types import TracebackType

STOP_WITHIN_S = 10.0
SPARE_S = 2.0  # for the signal to be heard and the process to go, on a crowded machine
EXIT_STUCK = 70

log = logging.getLogger(__name__)


class Deadline:
    """`begin` gives the process that long to end. Around a whole command, so that closing counts, too.

    Leaving at any moment is safe: stores change by transactions, and what was not acknowledged comes again.
    """

    def __init__(
        self, within_s: float = STOP_WITHIN_S - SPARE_S, leave: Callable[[int], None] = os._exit
    ) -> None:
        self.within_s, self.leave = within_s, leave
        self.timer: threading.Timer | None = None

    def __enter__(self) -> "Deadline":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.timer:
            self.timer.cancel()

    def begin(self) -> None:
        """Count from now on; a second call changes nothing."""
        if self.timer is None:
            self.timer = threading.Timer(self.within_s, self._over)
            self.timer.daemon = True
            self.timer.start()

    def _over(self) -> None:
        log.critical("did not stop within %.0f s: leaving as it is", self.within_s)
        self.leave(EXIT_STUCK)
