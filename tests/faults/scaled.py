"""One disturbed run on Kafka and Elasticsearch: the stream, its processes, and how far they are."""

import contextlib
import random
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch

from tests.faults import checks, material
from tests.faults.clocks import JumpingClock
from tests.faults.crew import Crew, Member
from tests.faults.disk import small_disk
from tests.faults.fault import Row, Scaled, row
from tests.faults.groups import Groups, Lag
from tests.faults.servers import Servers
from tests.faults.waiting import TooLongError, note, wait_until
from tests.stream import Stream

WORKERS = 2
GOES_ON_WITHIN_S = 300.0
ENDS_WITHIN_S = 1200.0


class ScaledRun:
    """What a fault may take hold of."""

    def __init__(
        self, servers: Servers, fault: Scaled, count: int, chance: random.Random, stack: ExitStack
    ) -> None:
        self.servers, self.fault, self.count, self.chance = servers, fault, count, chance
        self.folder = Path(tempfile.mkdtemp(prefix="faults-"))
        stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.state = self.folder / "state"
        self.disk = stack.enter_context(small_disk(self.state)) if fault.small_disk else None
        self.clock: JumpingClock | None = None
        self.expected = {story.id for story in material.stories(count)}
        urls: list[str] = []
        if fault.polled:
            _, urls, self.expected = stack.enter_context(material.as_feeds(material.stories(count)))
        self.stream = Stream(
            servers.bootstrap, f"f{uuid.uuid4().hex[:8]}-", self.folder, servers.elasticsearch.url,
            config=material.write_config(self.folder / "config", urls),
        )  # fmt: skip
        self.environ: dict[str, str] = {}
        self.sent = 0
        self.crew = Crew(self.folder)
        self.client = Elasticsearch(servers.elasticsearch.url, request_timeout=10, max_retries=0)
        self.stream.run("setup", timeout_s=GOES_ON_WITHIN_S)
        self.groups = Groups(servers.bootstrap, self.stream.prefix, checks.steps())
        stack.callback(self._clean_up)

    def start(self) -> None:
        """Start the processes."""
        self.fault.prepare(self)
        for number in range(WORKERS):
            self.hire_worker(f"worker-{number}")
        if self.fault.polled:
            self.hire("poller", "poll")

    def hire_worker(self, name: str) -> Member:
        """Start another worker."""
        return self.hire(name, "work", "--state", str(self.state), "--instance", name)

    def hire(self, name: str, *command: str) -> Member:
        """Start one of pactwatch's commands and keep it running."""
        words = [sys.executable, "-m", "pactwatch", "--config", str(self.stream.config), *command]
        return self.crew.hire(name, words, self.stream.environment | self.environ)

    def worker(self) -> Member:
        """Return any of the workers."""
        return self.chance.choice(self.crew.named("worker"))

    def hold(self, least_s: float, most_s: float) -> None:
        """Let a fault last for a while."""
        time.sleep(self.chance.uniform(least_s, most_s))

    def searchable(self) -> int:
        """Return how many stories a search finds; -1 while the server does not say."""
        with contextlib.suppress(ApiError, TransportError):
            self.client.indices.refresh(index=f"{self.stream.prefix}stories-*", ignore_unavailable=True)
            found = self.client.count(index=f"{self.stream.prefix}stories-*", ignore_unavailable=True)
            return int(found["count"])
        return -1

    def reach(self, number: int, parts: int) -> None:
        """Wait until the stream is in the midst of its part `number`, with work ahead that a fault can meet."""
        self.publish((number + 2) / parts)
        wanted = int(self.count * (number + 0.5) / parts)
        wait_until(lambda: self.so_far() >= wanted, f"{wanted} of {self.count} stories", GOES_ON_WITHIN_S)

    def so_far(self) -> int:
        """Return how many stories have gone the way that the fault lies on; -1 while no server says."""
        return self.groups.published() if self.fault.polled else self.searchable()

    def publish(self, share: float = 1.0) -> None:
        """Have the stories come up to a share of them; a poller brings them by itself."""
        if not self.fault.polled:
            upto = min(self.count, int(self.count * share))
            self.stream.publish(material.stories(self.count)[self.sent : upto])
            self.sent = max(self.sent, upto)

    def recover(self) -> float:
        """Wait until every partition that had work goes on, and return the seconds it took."""
        started, before = time.monotonic(), None
        while before is None and time.monotonic() - started < GOES_ON_WITHIN_S:
            before = self.groups.lags()
        waiting = {at: lag for at, lag in (before or {}).items() if lag.end > lag.done}
        wait_until(lambda: self._went_on(waiting), "every partition going on", GOES_ON_WITHIN_S)
        return time.monotonic() - started

    def finish(self) -> list[str]:
        """Wait for the end of the stream and stop everybody; return complaints."""
        complaints = []
        self.publish()
        try:
            published = len(self.expected)
            wait_until(lambda: self.groups.published() >= published, "all published", ENDS_WITHIN_S, 1)
            wait_until(self.is_through, "the end of the stream", ENDS_WITHIN_S, 1)
        except TooLongError as error:
            complaints.append(f"{error}: {self.searchable()} are searchable; {self._behind()}")
            complaints += [f"{member.name}: {member.said(500)}" for member in self.crew.members.values()]
        return complaints + self.crew.disband()

    def _went_on(self, waiting: dict[object, Lag]) -> bool:
        now = self.groups.lags()
        return now is not None and all(now[at].done > lag.done for at, lag in waiting.items())  # type: ignore[index]

    def is_through(self) -> bool:
        """Tell whether no group has anything left to read."""
        for _ in range(2):  # what a step has just sent on is not yet in the lag of the next
            lags = self.groups.lags()
            if lags is None or any(lag.done < lag.end for lag in lags.values()):
                return False
            time.sleep(1.5)
        return True

    def _behind(self) -> str:
        lags = self.groups.lags() or {}
        return ", ".join(
            f"{step} {at.topic}/{at.partition} {lag.done}<{lag.end}"
            for (step, at), lag in lags.items()
            if lag.done < lag.end
        )

    def _clean_up(self) -> None:
        self.crew.disband()
        self.groups.close()
        with contextlib.suppress(ApiError, TransportError):
            for index in self.client.indices.get(index=f"{self.stream.prefix}*"):
                self.client.indices.delete(index=index)
        self.client.close()


@contextmanager
def running(servers: Servers, fault: Scaled, count: int, seed: int) -> Iterator[ScaledRun]:
    """Yield a run whose processes have been started."""
    with ExitStack() as stack:
        run = ScaledRun(servers, fault, count, random.Random(seed), stack)
        run.start()
        yield run


def disturbed(servers: Servers, fault: Scaled, count: int, times: int, seed: int) -> Row:
    """Make `fault` so many times while a stream is under way, and return what came of it."""
    recoveries_s, complaints = [], []
    with running(servers, fault, count, seed) as run:
        try:
            for number in range(times):
                run.reach(number, times + 1)
                if run.so_far() >= len(run.expected):
                    break  # nothing is left to disturb: the row says how often it was
                run.fault.inject(run)
                recoveries_s.append(run.recover())
                note(number + 1, run.searchable(), recoveries_s[-1])
        except (TooLongError, TimeoutError) as error:
            complaints.append(f"after {len(recoveries_s)} times: {error}; {run._behind()}")
        complaints += run.finish()
        if slow := [stop for stop in run.crew.stops_s if stop > 10]:
            complaints.append(f"{len(slow)} stops took longer than 10 s, up to {max(slow):.1f} s")
        found = checks.of_scaled(run.stream, run.client, run.expected, run.folder / "replay.db")
        if not fault.polled:
            reader = checks.reader_of(run.stream, run.client)
            complaints += checks.pacts_differ(reader, checks.undisturbed(count))
        slowest = max(run.crew.stops_s, default=0.0)
        return row(fault, len(recoveries_s), found, recoveries_s, slowest, complaints)
