"""The index role: documents from their topics to a sink, offsets committed only after the sink has them."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from aiokafka import TopicPartition

from stories import topics, wire
from stories.errors import PermanentError, TemporaryError
from stories.model import Document, Story
from stories.topics import BY_NAME
from stories.trace import started
from streams.kafka.consuming import POLL_MS
from streams.kafka.deciding import set_aside
from streams.kafka.letters import reason_of, trace_of
from streams.kafka.options import KafkaOptions
from streams.kafka.outlet import Outlet
from streams.kafka.role import Role
from streams.operator import Event
from streams.watching import DEAD_LETTER, PASSED

log = logging.getLogger(__name__)

STEP = "index"
BATCH, LEAST = 1000, 50
SLOW_S, QUICK_S = 5.0, 1.0  # for a batch
LONGEST_WAIT_S = 60.0

# (topic, document) in, (topic, document, reason) of each that the store refused for good out
Write = Callable[[Sequence[tuple[str, Document]]], Iterable[tuple[str, Document, str]]]


class IndexRole(Role):
    """Feeds a sink. While the sink is away nothing is fetched: memory stays bounded, Kafka keeps the rest."""

    def __init__(self, write: Write, options: KafkaOptions) -> None:
        super().__init__(STEP, [topic.name for topic in topics.STORED], options)
        self.write = write
        self.at_once = BATCH

    async def turn(self, outlet: Outlet, stop: asyncio.Event) -> None:
        """Index what has come in; written twice after a rebalance, it is harmless."""
        batches = await self.consumer.getmany(timeout_ms=POLL_MS, max_records=self.at_once)
        epoch = self.epoch
        if not batches:
            await self.commit_owed()
            return
        began = time.perf_counter()
        documents: list[tuple[str, Document]] = []
        letters: list[Event] = []
        for at, messages in batches.items():
            self._read(at, messages, documents, letters)
        refused = await self._write(documents, stop)
        if refused is None:
            return  # told to stop while the sink was away: not committed, so it comes again
        letters.extend(_letter(*item) for item in refused)
        await outlet.send_events(letters)
        self.options.watch.stored(document for _, document in documents if isinstance(document, Story))
        taken = sum(map(len, batches.values())) - len(letters)
        self.progress.done({PASSED: taken, DEAD_LETTER: len(letters)}, time.perf_counter() - began)
        if epoch == self.epoch:
            self.owed |= {at: messages[-1].offset + 1 for at, messages in batches.items()}
        await self.commit_owed()

    def _read(
        self, at: TopicPartition, messages: Sequence[Any], documents: list[tuple[str, Document]],
        letters: list[Event],
    ) -> None:  # fmt: skip
        topic = BY_NAME[self.options.plain(at.topic)]
        for message in messages:
            if message.value is None:
                continue  # a tombstone of a compacted topic
            try:
                documents.append((topic.name, wire.decode(message.value, topic.document)))
            except PermanentError as error:
                if topic is topics.DEAD_LETTERS:  # never letters about letters
                    log.error("an unreadable dead letter at offset %d: %s", message.offset, error)  # noqa: TRY400
                else:
                    trace = trace_of(message, topic.name, at.partition)
                    reason = reason_of(STEP, error)
                    letters.append(set_aside(topic.name, at.partition, message, reason, trace))

    async def _write(
        self, documents: Sequence[tuple[str, Document]], stop: asyncio.Event
    ) -> list[tuple[str, Document, str]] | None:
        while not stop.is_set():
            started = time.monotonic()
            try:
                refused = list(await asyncio.to_thread(self.write, documents))
                self.pace(time.monotonic() - started)
                return refused
            except TemporaryError as error:
                wait_s = min(error.retry_after_s, LONGEST_WAIT_S)
                log.warning(
                    "the index cannot take %d documents: %s; again in %.0f s", len(documents), error, wait_s
                )
                self.progress.touch()  # waiting for another server is no standstill of ours
                await _wait(stop, wait_s)
        return None

    def pace(self, took_s: float) -> None:
        """Take less at once where the sink is slow: it shows that it works, and stops when it is told to."""
        if took_s > SLOW_S:
            self.at_once = max(self.at_once // 2, LEAST)
        elif took_s < QUICK_S:
            self.at_once = min(self.at_once * 2, BATCH)


def _letter(topic: str, document: Document, reason: str) -> Event:
    when = getattr(document, "timestamp", None) or getattr(document, "last_seen", None)
    message = _Refused(
        wire.encode(document), str(getattr(document, "id", "")), int(when.timestamp() * 1000) if when else 0
    )
    return set_aside(topic, 0, message, f"{STEP}: {reason}", started(document))


class _Refused:
    """A document that the sink refused, in the form of the message that it was."""

    def __init__(self, value: bytes, key: str, timestamp: int) -> None:
        self.offset, self.key, self.value, self.timestamp = -1, key.encode(), value, timestamp
        self.headers = ()


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
