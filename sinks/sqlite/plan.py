"""Whether a search walks the stories by time or looks up those that match, which SQLite cannot guess.

Looking up a match costs much, as documents lie far apart, but a rare one is found at once; walking the index
of times costs little per story, and where many match the newest are found after a few steps.
"""

import sqlite3
import threading
import time
from collections import OrderedDict

from sinks.sqlite.query import Condition

COUNTED = 5_000  # matches up to which a condition is measured
STEPS_PER_LOOK_UP = 12  # stories that are walked over in the time one is looked up
REMEMBERED_S = 60.0
MOST_REMEMBERED = 1_000
BY_TIME = "stories INDEXED BY stories_by_time"


class Plans:
    """Remembers for a while how many stories a condition lets through; a wrong guess costs time only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[Condition, tuple[float, int]] = OrderedDict()

    def source(self, condition: Condition, connection: sqlite3.Connection, wanted: int) -> str:
        """Return what stands after FROM to find the `wanted` newest stories under `condition`."""
        matching = self._matching(condition, connection)
        stories = connection.execute("SELECT coalesce(max(row), 0) FROM stories").fetchone()[0]
        steps = stories * min(1.0, wanted / max(1, matching))
        return BY_TIME if steps < matching * STEPS_PER_LOOK_UP else "stories"

    def _matching(self, condition: Condition, connection: sqlite3.Connection) -> int:
        now = time.monotonic()
        with self._lock:
            known = self._known.get(condition)
        if known is None or now - known[0] > REMEMBERED_S:
            known = (now, _count(condition, connection))
            with self._lock:
                self._known[condition] = known
                self._known.move_to_end(condition)
                while len(self._known) > MOST_REMEMBERED:
                    self._known.popitem(last=False)
        return known[1]


def _count(condition: Condition, connection: sqlite3.Connection) -> int:
    found = connection.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM stories WHERE {condition.sql} LIMIT ?)",
        (*condition.parameters, COUNTED),
    ).fetchone()
    return int(found[0])
