"""`python -m tests.faults.soak`: the archive and the series at full speed through Kafka; is memory flat, is nothing left?"""

import argparse
import random
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import islice

import numpy
import psutil

from stories.model import Story
from stories.topics import STORIES
from streams.admit import AdmitOperator
from streams.operator import Event, MemoryState, run
from tests.faults import news, table
from tests.faults.fault import Scaled
from tests.faults.scaled import ScaledRun
from tests.faults.servers import Servers
from tests.faults.waiting import wait_until

MIB = 1024 * 1024
AT_ONCE = 500
MOST_WAITING = 3_000  # stories ahead of the index: full speed, and an end that can be reached
EVERY_S = 5.0
TOLD_EVERY_S = 60.0
WARM_UP = 1 / 3
DRAINED_WITHIN_S = 900.0
NO_FAULT = Scaled("soak", "nothing but time", lambda run: None)
HEAD = ("process", "after warm-up (MiB)", "at most (MiB)", "slope (MiB/h)", "ended")
Samples = list[tuple[float, float]]  # seconds since the start, bytes


def main() -> int:
    """Stream until the time is over; 1 where something was left waiting."""
    asked = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # servers and processes are stopped, too
    with ExitStack() as stack:
        servers = stack.enter_context(Servers(1, {}))
        soak = Soak(ScaledRun(servers, NO_FAULT, 1, random.Random(9), stack), asked.stories)
        soak.stream(asked.minutes * 60)
        waited_s = wait_until(soak.run.is_through, "no lag", DRAINED_WITHIN_S, 1)
        told = soak.told(asked.minutes, waited_s)
        print(told)
        if not asked.dry:
            table.put("soak", told)
        return 0 if soak.run.searchable() == len(soak.expected) else 1


class Soak:
    """A stream at full speed: what was published, which stories must be there, how large each process was."""

    def __init__(self, stream: ScaledRun, stories: int) -> None:
        self.run, self.news = stream, news.without_end(stories)
        self.published, self.expected = 0, set[str]()
        self.admit, self.known = AdmitOperator(), MemoryState()
        for number in range(2):
            stream.hire_worker(f"worker-{number}")
        stream.hire("page", "page")
        self.samples: dict[str, Samples] = {name: [] for name in stream.crew.members}

    def stream(self, seconds: float) -> None:
        """Publish until the time is over."""
        started, sampled, told = time.monotonic(), 0.0, 0.0
        while (now := time.monotonic() - started) < seconds:
            if len(self.expected) - max(self.run.searchable(), 0) < MOST_WAITING:
                self._publish(list(islice(self.news, AT_ONCE)))
            else:
                time.sleep(0.5)
            if now - sampled >= EVERY_S:
                sampled = now
                self._sample(now)
            if now - told >= TOLD_EVERY_S:
                told = now
                sizes = ", ".join(f"{name} {found[-1][1] / MIB:.0f}" for name, found in self.samples.items())
                print(f"{now / 60:.0f} min: {self.published} published, MiB: {sizes}", flush=True)

    def told(self, minutes: float, waited_s: float) -> str:
        """Return what came of it, as it stands in the docs."""
        rows = ["| " + " | ".join(cells) + " |" for cells in (HEAD, ("---", *["---:"] * 4), *self._rows())]
        return "\n".join([
            f"{minutes:.0f} minutes: {self.published:,} messages published, of which {len(self.expected):,} are "
            f"stories of their own and the rest edits and retellings; {self.run.searchable():,} are searchable, "
            f"and nothing waited {waited_s:.0f} s after the last.", "", *rows,
        ])  # fmt: skip

    def _publish(self, batch: Sequence[Story]) -> None:
        self.run.stream.publish(batch)
        self.published += len(batch)
        for story in batch:  # what is told again under another id, or unchanged, is no story of its own
            events = run(self.admit, self.known, Event(STORIES.name, story.id, story))
            self.expected.update(event.document.id for event in events if isinstance(event.document, Story))

    def _sample(self, now: float) -> None:
        for name, member in self.run.crew.members.items():
            self.samples[name].append((now, psutil.Process(member.process.pid).memory_info().rss))

    def _rows(self) -> list[tuple[str, ...]]:
        rows = []
        for name, found in self.samples.items():
            times, sizes = numpy.array(found[int(len(found) * WARM_UP) :]).T
            slope = numpy.polyfit(times, sizes, 1)[0] * 3600 / MIB
            ended = len(self.run.crew.members[name].exits)
            numbers = (f"{sizes.mean() / MIB:.0f}", f"{sizes.max() / MIB:.0f}", f"{slope:+.0f}", str(ended))
            rows.append((name, *numbers))
        return rows


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument(
        "--stories", type=int, default=20_000, help="of the archive in a pass, beside the series"
    )
    parser.add_argument("--dry", action="store_true", help="do not write the sizes into docs/operations.md")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
