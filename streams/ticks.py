"""Steps for which time has to pass, as when quiet hours end: the interpreter tells them the time."""

from datetime import datetime
from typing import Protocol, runtime_checkable

from streams.operator import Decision, State

EVERY_S = 30.0


@runtime_checkable
class Ticking(Protocol):
    """An operator that also wants to know, every EVERY_S seconds or so, how late it is.

    A tick decides only when something goes out, never what: a replay sends the same under the same ids.
    """

    def tick(self, state: State, now: datetime) -> Decision:
        """Return what `now` (UTC) leads to."""
        ...
