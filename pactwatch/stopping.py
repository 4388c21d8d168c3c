"""A process that was told to stop is gone soon: what does not end by itself is left as it is."""

import faulthandler
import logging
import os
import sys
import threading
from collections.abc import Callable
from types import TracebackType

STOP_WITHIN_S = 10.0
SPARE_S = 2.0  # for the signal to be heard and the process to go, on a crowded machine
HARD_AFTER_S = 1.0  # later than that, by a thread that needs no turn at the interpreter
EXIT_STUCK = 70

log = logging.getLogger(__name__)


class Deadline:
    """`begin` gives the process that long to end. Around a whole command, so that closing counts, too.

    Leaving at any moment is safe: stores change by transactions, and what was not acknowledged comes again.
    Where code in C keeps the interpreter to itself, `leave` is never reached: then faulthandler's own thread
    says where each thread stands (no values) and ends the process.
    """

    def __init__(
        self, within_s: float = STOP_WITHIN_S - SPARE_S, leave: Callable[[int], None] = os._exit
    ) -> None:
        self.within_s, self.leave = within_s, leave
        self.stderr = sys.__stderr__ or sys.stderr  # a file of the system's, which a test may have replaced
        self.timer: threading.Timer | None = None

    def __enter__(self) -> "Deadline":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.timer:
            self.timer.cancel()
            faulthandler.cancel_dump_traceback_later()

    def begin(self) -> None:
        """Count from now on; a second call changes nothing."""
        if self.timer is None:
            self.timer = threading.Timer(self.within_s, self._over)
            self.timer.daemon = True
            self.timer.start()
            faulthandler.dump_traceback_later(self.within_s + HARD_AFTER_S, exit=True, file=self.stderr)

    def _over(self) -> None:
        log.critical("did not stop within %.0f s: leaving as it is", self.within_s)
        self.leave(EXIT_STUCK)
