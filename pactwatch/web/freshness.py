"""Sums that many readers ask for at once: asked for once, and shown again for a moment."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar, cast

T = TypeVar("T")
MOST = 500  # answers kept


class _Kept:
    """One answer, and since when it is known (seconds of the clock); None before the first."""

    def __init__(self) -> None:
        self.asking = threading.Lock()
        self.since_s: float | None = None
        self.answer: Any = None


class Fresh:
    """Remembers answers for `seconds`. Used by many threads at once."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds, self.clock = seconds, clock
        self._known: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, ask: Callable[[], T]) -> T:
        """Return what `ask` answers, or answered a moment ago.

        One reader asks; the others go on with the last answer, and wait only where there is none yet. What
        `ask` raises is raised, and nothing is remembered.
        """
        kept = self._kept(key)
        seen = kept.since_s
        if seen is not None and self.clock() - seen <= self.seconds:
            return cast(T, kept.answer)
        if kept.asking.acquire(blocking=seen is None):
            try:
                if kept.since_s == seen:  # nobody has answered while this one waited
                    kept.answer = ask()
                    kept.since_s = self.clock()
            finally:
                kept.asking.release()
        return cast(T, kept.answer)

    def _kept(self, key: Hashable) -> _Kept:
        with self._lock:
            kept = self._known.setdefault(key, _Kept())
            self._known.move_to_end(key)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
            return kept
