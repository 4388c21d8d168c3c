"""`pactwatch work`: runs the chosen steps on Kafka, watches over them, and ends rather than stands still."""

import asyncio
import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pactwatch.door import application, door
from pactwatch.metrics import Metrics
from pactwatch.service import free_port, page_token, until_stopped
from pactwatch.stopping import EXIT_STUCK, Deadline
from stories.errors import MissingExtraError, PermanentError
from streams.topology import Step

try:
    from streams.kafka.agents import StatelessStep
    from streams.kafka.deliver import STEP as DELIVER
    from streams.kafka.deliver import Deliver, DeliverRole
    from streams.kafka.index import STEP as INDEX
    from streams.kafka.index import IndexRole, Write
    from streams.kafka.options import KafkaOptions
    from streams.kafka.progress import Progress
    from streams.kafka.stateful import StatefulStep
except ImportError as error:
    raise MissingExtraError("pactwatch work", "kafka") from error

log = logging.getLogger(__name__)

LOOP_SILENT_S = 120.0


class Job(Protocol):
    """A step, or the index role, as this process runs it."""

    progress: Progress

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop`."""
        ...


@dataclass(frozen=True)
class WorkOptions:
    """`only` names steps (all where empty); `until_idle_s` ends after that long with nothing to do."""

    kafka: KafkaOptions
    only: Sequence[str] = ()
    until_idle_s: float | None = None
    stuck_s: float = 300.0
    health_port: int | None = None
    health_host: str = "127.0.0.1"


@dataclass(frozen=True)
class Outlets:
    """Where the stream ends: `write` for the index role, `deliver` for the alerts of `subscriptions`."""

    write: Write | None = None
    deliver: Deliver | None = None
    subscriptions: Sequence[str] = ()


def jobs(steps: Sequence[Step], outlets: Outlets, options: WorkOptions) -> list[Job]:
    """Return what this process is to run. Raises PermanentError."""
    names = [step.name for step in steps] + [INDEX, DELIVER]
    for name in options.only:
        if name not in names:
            raise PermanentError(f"there is no step {name!r}: take one of {', '.join(names)}")
    chosen = set(options.only or names)
    found: list[Job] = [_job(step, options.kafka) for step in steps if step.name in chosen]
    if INDEX in chosen and outlets.write is not None:
        found.append(IndexRole(outlets.write, options.kafka))
    if DELIVER in chosen and outlets.deliver is not None and outlets.subscriptions:
        found.append(DeliverRole(outlets.deliver, outlets.subscriptions, options.kafka))
    if not found:
        raise PermanentError(
            "nothing to do: the index role needs PACTWATCH_ELASTICSEARCH_URL, "
            "the deliver role a subscription with channels"
        )
    return found


def work(
    steps: Sequence[Step], outlets: Outlets, options: WorkOptions, metrics: Metrics | None = None
) -> list[Progress]:
    """Run until told to stop, until idle, or until something fails; the first failure is raised.

    `metrics` is what the steps are watched by (`options.kafka.watch`), for the door to tell of.
    """
    with Deadline() as deadline:
        return asyncio.run(_work(steps, outlets, options, metrics or Metrics(), deadline))


async def _work(
    steps: Sequence[Step], outlets: Outlets, options: WorkOptions, metrics: Metrics, deadline: Deadline
) -> list[Progress]:
    running = jobs(steps, outlets, options)
    watch = Watchdog([job.progress for job in running], options)
    metrics.ask_steps(watch.progress, options.kafka.group)
    asked = []
    if options.health_port is not None:
        listener = free_port(options.health_host, options.health_port)
        asked = [door(application(watch.progress, metrics, token=page_token()), listener)]
    await until_stopped(*(job.run for job in running), watch.run, *asked, deadline=deadline)
    return [job.progress for job in running]


def _job(step: Step, kafka: KafkaOptions) -> Job:
    return StatefulStep(step, kafka) if step.stateful else StatelessStep(step, kafka)


class StuckError(PermanentError):
    """Work waits and nothing moves: a supervisor starts the process again."""


class Watchdog:
    """Ends the process when it is idle (if asked), when a step stands still, when the loop does not turn.

    A thread watches the event loop itself, which cannot notice its own silence.
    """

    def __init__(
        self, progress: Sequence[Progress], options: WorkOptions, leave: Callable[[int], None] = os._exit
    ) -> None:
        self.progress, self.options, self.leave = progress, options, leave
        self.beat = time.monotonic()
        self.over = threading.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Look every half second until `stop`. Raises StuckError."""
        threading.Thread(target=self.watch_loop, name="watchdog", daemon=True).start()
        try:
            while not stop.is_set():
                self.beat = time.monotonic()
                self.check()
                if self.is_idle:
                    log.info("nothing to do for %.0f s: ending", self.options.until_idle_s)
                    return
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), 0.5)
        finally:
            self.over.set()

    @property
    def is_idle(self) -> bool:
        """Tell whether every step has been without work for as long as was asked for."""
        limit = self.options.until_idle_s
        return limit is not None and all(
            part.ready and part.lag == 0 and part.silent_s > limit for part in self.progress
        )

    def check(self) -> None:
        """Raise StuckError when a step has work and does not do it, or is never given any."""
        for part in self.progress:
            if part.silent_s <= self.options.stuck_s or (part.ready and part.lag == 0):
                continue
            found = f"{part.lag} messages wait, none was processed" if part.ready else "no partitions came"
            raise StuckError(
                f"{part.step}: {found} in {part.silent_s:.0f} s; "
                "ending, so that a supervisor starts the process again"
            )

    def watch_loop(self, every_s: float = 0.5) -> None:
        """End the process when the event loop is silent."""
        while not self.over.wait(every_s):
            silent_s = time.monotonic() - self.beat
            if silent_s > LOOP_SILENT_S:
                log.critical("the event loop did not turn for %.0f s: leaving", silent_s)
                self.leave(EXIT_STUCK)
                return
