"""`python -m tests.faults.slow`: a sink at a tenth of its speed; how large do worker and poller grow, is polling late?"""

import argparse
import random
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from itertools import pairwise
from statistics import median

import psutil

from tests.fakes_http import FakeServer, Reply, Request, serving
from tests.faults import material, table
from tests.faults.door import Door, door_before
from tests.faults.fault import Scaled
from tests.faults.scaled import ScaledRun
from tests.faults.servers import Servers
from tests.faults.waiting import wait_until

MIB = 1024 * 1024
SHARE = 10
FEEDS, EVERY_S = 20, 20
WITHIN_S = 1800.0
SLOW_SINK = Scaled("slow-sink", "Elasticsearch at a tenth of its speed", lambda run: None)


class Feeds:
    """Feeds on loopback that note when each is asked."""

    def __init__(self, server: FakeServer) -> None:
        self.asked: dict[str, list[float]] = {}
        self.urls = [server.on(f"/{number}.xml", self._answer) for number in range(FEEDS)]

    def _answer(self, request: Request) -> Reply:
        self.asked.setdefault(request.path, []).append(time.monotonic())
        return Reply(material.rss(material.stories(1)), etag='"same"')

    def gaps_s(self, since: float) -> list[float]:
        """Return the seconds between one poll of a feed and its next, of those that began after `since`."""
        return [
            later - earlier
            for times in self.asked.values()
            for earlier, later in pairwise(times)
            if earlier >= since
        ]


class Phase:
    """What was seen of a stream while its sink was as fast as it is, or slow: sizes in bytes by process."""

    def __init__(self, run: ScaledRun, door: Door, feeds: Feeds) -> None:
        self.run, self.door, self.feeds = run, door, feeds
        self.most: dict[str, int] = {}
        self.started, self.before = time.monotonic(), door.documents

    def look(self) -> None:
        """Note how large each process is now."""
        for name, member in self.run.crew.members.items():
            size = psutil.Process(member.process.pid).memory_info().rss
            self.most[name] = max(self.most.get(name, 0), size)

    @property
    def seconds(self) -> float:
        """Return how long it has been going on."""
        return time.monotonic() - self.started

    @property
    def per_s(self) -> float:
        """Return how many documents went into the sink a second."""
        return (self.door.documents - self.before) / self.seconds

    def row(self, name: str) -> str:
        """Return its line of the table."""
        gaps = self.feeds.gaps_s(self.started)
        workers = max(size for process, size in self.most.items() if process.startswith("worker"))
        polls = f"{median(gaps):.1f} | {max(gaps):.1f}" if gaps else "- | -"
        return (
            f"| {name} | {self.per_s:.0f} | {workers / MIB:.0f} | {self.most['poller'] / MIB:.0f} | {polls} |"
        )


def main() -> int:
    """Measure both; 1 where anything was lost."""
    asked = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with ExitStack() as stack:
        servers = stack.enter_context(Servers(1, {}))
        door = stack.enter_context(door_before(servers.elasticsearch.url))
        feeds = Feeds(stack.enter_context(serving()))
        run = ScaledRun(servers, SLOW_SINK, asked.stories, random.Random(9), stack)
        material.write_config(run.folder / "config", feeds.urls, every=f"{EVERY_S}s")
        run.environ = {"PACTWATCH_ELASTICSEARCH_URL": door.url}
        run.hire_worker("worker-0")
        run.hire("poller", "poll")
        told = _measured(run, door, feeds, asked.minutes * 60)
        print(told)
        if not asked.dry:
            table.put("slow-sink", told)
        return 0 if run.searchable() >= len(run.expected) else 1


def _measured(run: ScaledRun, door: Door, feeds: Feeds, seconds: float) -> str:
    fast = Phase(run, door, feeds)
    run.publish(0.5)
    _until(fast, lambda: run.searchable() >= run.count // 2)
    door.per_s = fast.per_s / SHARE
    slow = Phase(run, door, feeds)
    run.publish()
    _until(slow, lambda: slow.seconds >= seconds)
    behind = len(run.expected) - run.searchable()
    rows = fast.row("as fast as it is"), slow.row("at a tenth")
    door.per_s = 0.0
    wait_until(run.is_through, "the end of the stream", WITHIN_S, 1)
    return "\n".join([
        "| sink | documents/s | worker, at most (MiB) | poller, at most (MiB) | poll to poll, median (s) | worst (s) |",
        "| --- | ---: | ---: | ---: | ---: | ---: |", *rows, "",
        f"Slow for {seconds / 60:.0f} minutes, with {behind:,} of {len(run.expected):,} stories waiting at their end; "
        f"each of {FEEDS} feeds is due every {EVERY_S} s.",
    ])  # fmt: skip


def _until(phase: Phase, over: Callable[[], bool]) -> None:
    def looked() -> bool:
        phase.look()
        return over()

    wait_until(looked, "the end of a phase", WITHIN_S, 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.slow", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="how long the sink is slow")
    parser.add_argument(
        "--stories", type=int, default=4_000, help="half of them before, half while it is slow"
    )
    parser.add_argument("--dry", action="store_true", help="do not write the table into docs/operations.md")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
