"""The embedded interpreter: the whole topology in one process, on one SQLite database.

State, documents and what is still to be delivered change in one transaction per batch, so a process killed at
any moment has either all of a batch or nothing of it.
"""

import hashlib
import logging
import sqlite3
import threading
import time
import traceback
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from filelock import FileLock, Timeout
from structlog.contextvars import bound_contextvars

from sinks.sqlite.sink import SqliteSink
from stories import topics, wire
from stories.errors import PermanentError, TemporaryError
from stories.model import Alert, DeadLetter, Delivery, Document, FeedState, Story
from stories.trace import Trace, started, story_of
from streams.operator import NOTHING, Decision, Event, Operator
from streams.state import Outgoing, SqliteState, connect
from streams.ticks import Ticking
from streams.topology import Step
from streams.watching import DEAD_LETTER, ENDED, PASSED, UNWATCHED, Outcome, Watcher

log = logging.getLogger(__name__)

LOCK_WITHIN_S = 1.0
STOPPED_RETRY_AFTER_S = 60.0
STORE = "store"  # what takes the documents, told of like a step
MAX_BATCH = 200  # stories per transaction: larger gains nothing, and readers see news later

SINK_TOPICS = frozenset(topic.name for topic in topics.STORED)


@dataclass
class _Batch:
    """What the events of one transaction led to: documents for the store, alerts for the channels.

    `outcomes` and `seconds` say how each step fared with them.
    """

    documents: list[tuple[str, Document]] = field(default_factory=list)
    deliveries: list[tuple[Event, Trace | None]] = field(default_factory=list)
    outcomes: dict[str, Counter[Outcome]] = field(default_factory=lambda: defaultdict(Counter))
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))


class Embedded:
    """Runs the steps on a database of its own. One thread at a time may call it.

    `quiet` tells nobody: alerts are noted as told, so that they never come as news, and go nowhere.
    """

    def __init__(
        self, store: Path, steps: Sequence[Step], *, quiet: bool = False, watch: Watcher = UNWATCHED
    ) -> None:
        self.quiet, self.watch = quiet, watch
        self.stopping = threading.Event()  # may be set by any thread
        self.lock = locked(store)
        self.connection = connect(store)
        self.state = SqliteState(self.connection)
        self.state.create()
        self.sink = SqliteSink(self.connection)
        self.sink.create()
        self.operators: list[Operator] = [step.make() for step in steps]
        self.readers: dict[str, list[Operator]] = {}
        for step, operator in zip(steps, self.operators, strict=True):
            for source in step.sources:
                self.readers.setdefault(source.name, []).append(operator)
        self._restore()

    def process(self, stories: Iterable[Story], feeds: Iterable[FeedState] = ()) -> None:
        """Take fetched stories the whole way; then keep `feeds`, whose ETags say that they were taken.

        In one transaction where the batch is small enough, else the feeds' state comes with the last one.
        Raises TemporaryError once `stopping` is set: some stories are durable then, the feeds' state is not,
        so that all of them come again.
        """
        waiting = iter(stories)
        chunks = list(iter(lambda: list(islice(waiting, MAX_BATCH)), [])) or [[]]
        states = [Event(topics.FEEDS.name, feed.url, feed) for feed in feeds]
        for number, chunk in enumerate(chunks, start=1):
            events = deque(Event(topics.STORIES.name, story.id, story) for story in chunk)
            events.extend(states if number == len(chunks) else ())
            self.process_events(self._until_stopped(events))
            if events:
                raise TemporaryError("told to stop", STOPPED_RETRY_AFTER_S)

    def process_events(self, events: Iterable[Event]) -> list[DeadLetter]:
        """Take events of any topic from there on, in one transaction: live, or replayed from a log.

        Return a dead letter for each that a step could not process.
        """
        batch = _Batch()
        with self._durable(batch):
            for event in events:
                trace = started(event.document, event.key)
                with bound_contextvars(story=story_of(event.document), trace_id=trace.id):
                    self._run([event], batch, trace)
        return [document for _, document in batch.documents if isinstance(document, DeadLetter)]

    def _until_stopped(self, waiting: deque[Event]) -> Iterator[Event]:
        while waiting and not self.stopping.is_set():
            yield waiting.popleft()

    def progress(self, source: str) -> int:
        """Return up to where `source` was taken in before, 0 for nothing."""
        return self.state.next_offset(source, 0) or 0

    def note_progress(self, source: str, done: int) -> None:
        """Remember up to where `source` is taken in: all before is durable."""
        with self.state.transaction():
            self.state.set_next_offset(source, 0, done)

    def tick(self, now: datetime) -> None:
        """Tell the steps that want to know how late it is; what they held back may go out."""
        batch = _Batch()
        with self._durable(batch):
            for operator in self.operators:
                if isinstance(operator, Ticking):
                    self._run(self._keep(operator, operator.tick(self.state, now)), batch)

    def forget(self, topic: str, identity: str) -> None:
        """Remove a document that is no longer true from what people read."""
        with self.state.transaction():
            self.sink.forget(topic, identity)

    def withdraw(self, gone: Story) -> None:
        """Take out what `gone` stands for, and the alerts that rest on it and went nowhere yet."""
        self.process([gone])
        waiting = [row.seq for row, alert in self.undelivered() if gone.id in alert.receipt.stories]
        with self.state.transaction():
            self.state.unqueue(waiting)

    def prune(self, before: datetime, limit: int = MAX_BATCH) -> int:
        """Remove up to `limit` of what is older than `before`; return how many, 0 when nothing is left."""
        with self.state.transaction():
            return self.sink.prune(before, limit)

    def undelivered(self, limit: int = -1) -> list[tuple[Outgoing, Alert]]:
        """Return the alerts that no channel has taken yet, in order; a negative `limit` means all."""
        return [(row, wire.decode(row.sending.payload, Alert)) for row in self.state.unsent(limit)]

    def delivered(self, up_to_seq: int, log: Iterable[Delivery] = ()) -> None:
        """Forget the alerts that the channels have taken, and keep the log of how."""
        with self.state.transaction():
            self.sink.write((topics.DELIVERIES.name, delivery) for delivery in log)
            self.state.sent(up_to_seq)

    def close(self) -> None:
        """Close the database, for another process to open."""
        self.connection.close()
        self.lock.release()

    def _restore(self) -> None:
        for operator in self.operators:
            operator.restore(self.state)

    @contextmanager
    def _durable(self, batch: "_Batch") -> Iterator[None]:
        """What is decided inside becomes durable together with the batch's documents, or not at all."""
        try:
            with self.state.transaction():
                yield
                began = time.perf_counter()
                self.sink.write(batch.documents)
                for event, trace in batch.deliveries:
                    self.state.enqueue([event], trace)
        except BaseException:
            self._restore()  # what is derived in memory ran ahead of what is durable
            raise
        self._tell(batch, time.perf_counter() - began)

    def _tell(self, batch: "_Batch", storing_s: float) -> None:
        """Tell who watches of a batch that is durable."""
        for step, outcomes in batch.outcomes.items():
            self.watch.worked(step, outcomes, batch.seconds[step])
        if batch.documents:
            self.watch.worked(STORE, {PASSED: len(batch.documents)}, storing_s)
            self.watch.stored(document for _, document in batch.documents if isinstance(document, Story))

    def _run(self, events: Iterable[Event], batch: "_Batch", trace: Trace | None = None) -> None:
        queue = deque(events)
        while queue:
            event = queue.popleft()
            if self.quiet and event.topic == topics.ALERTS.name:
                continue
            if event.topic in SINK_TOPICS:
                batch.documents.append((event.topic, event.document))
            elif event.topic.startswith(f"{topics.ALERTS.name}."):
                batch.deliveries.append((event, trace))
            for operator in self.readers.get(event.topic, ()):
                queue.extend(self._keep(operator, self._decide(operator, event, batch)))

    def _keep(self, operator: Operator, decision: Decision) -> Sequence[Event]:
        self.state.write(decision.changes)
        operator.apply(decision.changes)
        return decision.events

    def _decide(self, operator: Operator, event: Event, batch: "_Batch") -> Decision:
        began = time.perf_counter()
        try:
            decision = operator.decide(self.state, event)
            outcome = PASSED if decision.events else ENDED
        except sqlite3.Error:  # the store's fault, not the event's: nothing of this batch is kept
            raise
        except Exception as error:  # one poison event must not stop the others
            letter = dead_letter(operator.name, event, error)
            batch.documents.append((topics.DEAD_LETTERS.name, letter))
            log.warning("set aside as a dead letter: %s", letter.reason)
            decision, outcome = NOTHING, DEAD_LETTER
        batch.seconds[operator.name] += time.perf_counter() - began
        batch.outcomes[operator.name][outcome] += 1
        return decision


def locked(store: Path) -> FileLock:
    """Return the lock on `store`, held: indexes in memory follow one writer only. Raises PermanentError."""
    lock = FileLock(f"{store}.lock")
    try:
        lock.acquire(timeout=LOCK_WITHIN_S)
    except Timeout as error:
        raise PermanentError(
            f"another pactwatch is writing to {store}: stop it first, or give another --store"
        ) from error
    return lock


def dead_letter(step: str, event: Event, error: Exception) -> DeadLetter:
    """Return what to keep of an event that `step` could not process: same event and reason, same id."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    reason = f"{step}: {type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
    if isinstance(error, PermanentError):
        reason = f"{step}: {error}"
    payload = wire.encode(event.document)
    identity = hashlib.blake2b(payload + reason.encode(), digest_size=12).hexdigest()
    when = getattr(event.document, "timestamp", None) or datetime.now(UTC)
    return DeadLetter(
        id=identity, reason=reason, topic=event.topic, key=event.key, payload=payload, when=when,
        trace=started(event.document, event.key).id,
    )  # fmt: skip
