"""One disturbed run of `pactwatch run`: feeds on loopback, one process, one store."""

import random
import shutil
import sqlite3
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from pathlib import Path

from tests.faults import checks, material
from tests.faults.clocks import JumpingClock
from tests.faults.crew import Crew, Member
from tests.faults.disk import small_disk
from tests.faults.fault import Embedded, Row, row
from tests.faults.waiting import TooLongError, note, wait_until
from tests.servers_kafka import free_ports

GOES_ON_WITHIN_S = 300.0


class EmbeddedRun:
    """What a fault may take hold of."""

    def __init__(self, fault: Embedded, count: int, chance: random.Random, stack: ExitStack) -> None:
        self.fault, self.count, self.chance = fault, count, chance
        self.folder = Path(tempfile.mkdtemp(prefix="faults-"))
        stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.disk = stack.enter_context(small_disk(self.folder / "disk")) if fault.small_disk else None
        self.store = self.folder / "disk" / "store.db"
        self.store.parent.mkdir(exist_ok=True)
        self.clock: JumpingClock | None = None
        self.environ: dict[str, str] = {}
        _, self.feeds, self.expected = stack.enter_context(material.as_feeds(material.stories(count)))
        self.crew = Crew(self.folder)
        stack.callback(self.crew.disband)

    def start(self) -> None:
        """Start the process."""
        self.fault.prepare(self)
        config = material.write_config(self.folder / "config", self.feeds)
        words = ("--config", str(config), "--store", str(self.store), "run", "--port", str(free_ports(1)[0]))
        self.crew.hire("pactwatch", [sys.executable, "-m", "pactwatch", *words], self.environ)

    @property
    def process(self) -> Member:
        """Return the one process."""
        return self.crew.members["pactwatch"]

    def stored(self) -> int:
        """Return how many stories the store has."""
        if not self.store.exists():
            return 0
        try:
            with closing(sqlite3.connect(f"file:{self.store}?mode=ro", uri=True, timeout=5)) as connection:
                return int(connection.execute("SELECT count(*) FROM stories").fetchone()[0])
        except sqlite3.Error:  # not made yet, or its disk is full
            return 0

    def reach(self, share: float) -> None:
        """Wait until a share of the stories is stored."""
        wanted = int(self.count * share)
        wait_until(
            lambda: self.stored() >= wanted, f"{wanted} of {self.count} stories", GOES_ON_WITHIN_S, 0.05
        )
        time.sleep(self.chance.uniform(0, 0.3))

    def hold(self, least_s: float, most_s: float) -> None:
        """Let a fault last for a while."""
        time.sleep(self.chance.uniform(least_s, most_s))

    def recover(self) -> float:
        """Wait until another story is stored, and return the seconds it took."""
        before = self.stored()
        if before >= len(self.expected):
            return 0.0
        return wait_until(lambda: self.stored() > before, "another story", GOES_ON_WITHIN_S, 0.05)


def disturbed(fault: Embedded, count: int, times: int, seed: int) -> Row:
    """Make `fault` so many times while stories come in, and return what came of it."""
    recoveries_s: list[float] = []
    complaints: list[str] = []
    with ExitStack() as stack:
        run = EmbeddedRun(fault, count, random.Random(seed), stack)
        run.start()
        try:
            for made in range(times):
                run.reach(made / (times + 1))
                if run.stored() >= len(run.expected):
                    break  # nothing is left to disturb: the row says how often it was
                fault.inject(run)
                recoveries_s.append(run.recover())
                note(len(recoveries_s), run.stored(), recoveries_s[-1])
            wait_until(lambda: run.stored() >= len(run.expected), "every story", GOES_ON_WITHIN_S)
        except (TooLongError, TimeoutError) as error:
            complaints.append(f"after {len(recoveries_s)} times: {error}; it said: {run.process.said(600)}")
        complaints += run.crew.disband()
        found = checks.of_embedded(run.store, run.expected, run.folder / "replay.db")
        slowest = max(run.crew.stops_s, default=0.0)
        return row(fault, len(recoveries_s), found, recoveries_s, slowest, complaints)
