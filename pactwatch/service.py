"""`pactwatch run`: poller, steps, channels and page in one process: one event loop, one writer thread."""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import uvicorn
from starlette.types import ASGIApp
from structlog.contextvars import bound_contextvars

from pactwatch.embedded import STORE, Embedded
from pactwatch.metrics import Metrics
from pactwatch.stopping import Deadline
from pactwatch.web.app import create
from pactwatch.web.guard import is_loopback
from producers.fetch import Fetcher
from producers.poll import Poller, Progress
from producers.source import FeedSource
from sinks.channels import Channels
from sinks.reader import Reader
from sinks.sqlite.reader import SqliteReader
from stories.errors import ConfigError
from stories.model import Alert, Delivery, FeedState, Story
from stories.trace import parse, started, story_of
from streams.state import Outgoing
from streams.ticks import EVERY_S
from streams.topology import Step

T = TypeVar("T")
log = logging.getLogger(__name__)

DELIVER_EVERY_S = 1.0
DELIVERED_AT_ONCE = 50  # alerts that a crash may send a second time
PORTS_TRIED = 50
PRUNE_EVERY_S = 86_400.0


class Service:
    """The embedded pactwatch. Everything that writes to the store happens on one thread of its own."""

    def __init__(
        self,
        store: Path,
        steps: Sequence[Step],
        sources: Sequence[FeedSource],
        channels: Channels,
        metrics: Metrics | None = None,
    ) -> None:
        self.writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
        self.metrics = metrics or Metrics()
        self.metrics.expect([*(step.name for step in steps), STORE])
        self.embedded = Embedded(store, steps, watch=self.metrics)
        self.reader = SqliteReader(store)
        self.sources, self.channels = list(sources), channels
        self.news = asyncio.Event()
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def publish(self, feed: FeedState, stories: list[Story]) -> None:
        """Take a feed's new stories the whole way and keep its state: both durable on return."""
        await self._write(lambda: self.embedded.process(stories, [feed]))
        self.news.set()

    async def poll_once(self, fetcher: Fetcher, progress: Progress | None = None) -> list[FeedState]:
        """Poll every feed one time, finish the work, and return how each feed fared."""
        return await self._poller(fetcher, progress).run_once()

    async def poll(self, fetcher: Fetcher, stop: asyncio.Event) -> None:
        """Poll each feed at its own pace until `stop`."""
        await self._poller(fetcher).run(stop)

    async def deliver(self, stop: asyncio.Event | None = None) -> None:
        """Hand every alert that waits to the channels of its subscription, until `stop`."""
        while waiting := await self._write(partial(self.embedded.undelivered, DELIVERED_AT_ONCE)):
            up_to_seq, log_of = 0, []
            for row, alert in waiting:
                if stop and stop.is_set():
                    break  # slow channels must not hold up the end; the rest waits in the store
                log_of += await self._hand_on(row, alert)
                up_to_seq = row.seq
            # noted together: each note waits its turn behind the stories that are being taken in
            await self._write(partial(self.embedded.delivered, up_to_seq, log_of))
            if up_to_seq < waiting[-1][0].seq:
                return

    async def _hand_on(self, row: Outgoing, alert: Alert) -> list[Delivery]:
        trace = parse(row.sending.trace) or started(alert)
        with bound_contextvars(step="deliver", story=story_of(alert), trace_id=trace.id):
            return await self.channels.deliver(alert)

    async def deliver_until(self, stop: asyncio.Event) -> None:
        """Deliver what comes until `stop`; a channel's failure is logged and holds up nothing else."""
        while not stop.is_set():
            try:
                await self.deliver(stop)
            except sqlite3.Error:  # the store failed: that ends the process, and nothing is lost
                raise
            except Exception:
                log.exception("delivering alerts failed; trying again in %.0f s", DELIVER_EVERY_S)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.news.wait(), DELIVER_EVERY_S)
            self.news.clear()

    async def tick_until(self, stop: asyncio.Event) -> None:
        """Tell the steps the time until `stop`: quiet hours end and digests close."""
        while not stop.is_set():
            await self._write(lambda: self.embedded.tick(datetime.now(UTC)))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), EVERY_S)

    async def break_off_at(self, stop: asyncio.Event) -> None:
        """At `stop`, have the writer leave the stories in hand: their feed brings them again."""
        await stop.wait()
        self.embedded.stopping.set()

    async def prune_until(self, stop: asyncio.Event, days: int) -> None:
        """Once a day remove what is older than `days`, a little at a time, until `stop`; 0 keeps all."""
        while days and not stop.is_set():
            before = self.now() - timedelta(days=days)
            while not stop.is_set() and await self._prune(before):
                await asyncio.sleep(0)  # stories that came meanwhile go first
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), PRUNE_EVERY_S)
        await stop.wait()

    async def _prune(self, before: datetime) -> int:
        return await self._write(lambda: self.embedded.prune(before))

    def close(self) -> None:
        """Finish what the writer has begun and close the store."""
        self.writer.shutdown(wait=True)
        self.reader.close()
        self.embedded.close()

    def _poller(self, fetcher: Fetcher, progress: Progress | None = None) -> Poller:
        states = {state.url: state for state in self.reader.feeds()}

        def polled(state: FeedState, found: int) -> None:
            self.metrics.polled(state, found)
            if progress:
                progress(state, found)

        return Poller(self.sources, fetcher, states, self.publish, progress=polled, now=self.now)

    async def _write(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.writer, work)


def free_port(host: str, wanted: int) -> socket.socket:
    """Return a listening socket on `wanted`, or on the next free port after it.

    Raises OSError, and ConfigError for a page that others could reach without a token.
    """
    if not is_loopback(host) and not page_token():
        raise ConfigError(
            f"what is told would be open to everybody who reaches {host}: set PACTWATCH_PAGE_TOKEN to a long "
            "random word that readers give as their password, or stay on 127.0.0.1",
            key="page.host",
        )
    for port in range(wanted, wanted + PORTS_TRIED):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            listener.close()
            continue
        return listener
    raise OSError(
        f"no free port on {host} from {wanted} to {wanted + PORTS_TRIED - 1}: give another with --port"
    )


def page_token() -> str:
    """Return the word that readers of the page must know; none is needed on loopback."""
    return os.environ.get("PACTWATCH_PAGE_TOKEN", "").strip()


class QuietServer(uvicorn.Server):
    """A page server that leaves signals to the process it runs in."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        """Let the service decide when to stop."""
        yield


async def serve(
    reader: Reader,
    listener: socket.socket,
    stop: asyncio.Event,
    subscriptions: Iterable[str] = (),
    metrics: Metrics | None = None,
) -> None:
    """Serve the page over `reader` on `listener` until `stop`.

    PACTWATCH_PAGE_NAMES lists the host names, comma-separated, under which a proxy makes it known;
    PACTWATCH_PAGE_TOKEN is the word that readers must know.
    """
    names = os.environ.get("PACTWATCH_PAGE_NAMES", "").split(",")
    await answer(create(reader, stop, names, page_token(), subscriptions, metrics), listener, stop)


async def answer(app: ASGIApp, listener: socket.socket, stop: asyncio.Event) -> None:
    """Answer for `app` on `listener` until `stop`."""
    server = QuietServer(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    await stop.wait()
    server.should_exit = True
    await task


async def until_stopped(
    *jobs: Callable[[asyncio.Event], Awaitable[None]], deadline: Deadline | None = None
) -> None:
    """Run `jobs` until one fails or SIGINT or SIGTERM asks for the end; each gets the event that says so.

    `deadline` begins then. Raises the first failure.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def end(*_: object) -> None:
        if deadline:
            deadline.begin()
        loop.call_soon_threadsafe(stop.set)

    # not the loop's own way to hear signals: a loop that is busy would hear them late
    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        async with asyncio.TaskGroup() as group:
            for job in jobs:
                group.create_task(_ending(job, stop, end))
    except BaseExceptionGroup as failures:
        raise _first(failures) from failures
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


async def _ending(
    job: Callable[[asyncio.Event], Awaitable[None]], stop: asyncio.Event, end: Callable[[], None]
) -> None:
    try:
        await job(stop)
    finally:
        end()  # one job's end, good or bad, is the end of all


def _first(group: BaseExceptionGroup[BaseException]) -> BaseException:
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
