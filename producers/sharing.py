"""Several pollers share the feeds: who holds a partition of the `feeds` topic polls the feeds keyed to it."""

import asyncio
import logging
from collections.abc import Iterable
from typing import Any

from producers.kafka import remember
from producers.poll import Poller
from stories import topics
from stories.errors import MissingExtraError, PermanentError
from stories.model import FeedState

try:
    from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
    from aiokafka.partitioner import DefaultPartitioner
except ImportError as error:
    raise MissingExtraError("sharing feeds between pollers", "kafka") from error

log = logging.getLogger(__name__)

READ_MS = 200
SESSION_TIMEOUT_S = 10.0  # so long nobody polls the feeds of a poller that was killed
REBALANCE_TIMEOUT_MS = 60_000  # more than a poller takes to finish what it has begun
NEVER_MS = 24 * 3600 * 1000  # between reads: all records are read at assignment


class SharedFeeds(ConsumerRebalanceListener):  # type: ignore[misc]
    """Tells `poller` which feeds to hold and which to release, as the group hands partitions about.

    A partition's states are read to the end before its feeds are held: where another poller stopped,
    this one goes on. Before a partition is handed over, the polls of its feeds are finished.
    """

    def __init__(self, poller: Poller, bootstrap: str, prefix: str = "", **options: Any) -> None:
        self.poller, self.topic = poller, f"{prefix}{topics.FEEDS.name}"
        self._settings = {
            "bootstrap_servers": bootstrap.split(","),
            "group_id": f"{prefix}pactwatch-poll",
            "enable_auto_commit": False,
            "auto_offset_reset": "earliest",
            "session_timeout_ms": int(SESSION_TIMEOUT_S * 1000),
            "heartbeat_interval_ms": int(SESSION_TIMEOUT_S * 1000 / 5),
            "rebalance_timeout_ms": REBALANCE_TIMEOUT_MS,
            "max_poll_interval_ms": NEVER_MS,
        } | options
        self._reading: dict[TopicPartition, int] = {}  # up to which offset
        self._states: dict[TopicPartition, dict[str, FeedState]] = {}
        self._assigned = False
        self._failure: Exception | None = None
        self._consumer: AIOKafkaConsumer = None

    @property
    def ready(self) -> bool:
        """Tell whether every partition that was handed here is read, and its feeds held."""
        return self._assigned and not self._reading

    async def run(self, stop: asyncio.Event) -> None:
        """Take part until `stop`. Raises PermanentError, KafkaError."""
        self._consumer = AIOKafkaConsumer(**self._settings)
        self._consumer.subscribe([self.topic], listener=self)
        try:
            await self._consumer.start()
            while not stop.is_set():
                if self._failure is not None:
                    raise self._failure
                batches = await self._consumer.getmany(timeout_ms=READ_MS)
                await self._read(batches)
        finally:
            await self.poller.release(self.poller.sources)  # before another poller may hold them
            await self._consumer.stop()  # tells the group

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Finish what is under way; the state it leaves is what the next poller begins with."""
        self._reading.clear()
        self._states.clear()
        await self.poller.release(self.poller.sources)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Read each partition from its beginning to where it ends now."""
        try:
            places = list(assigned)
            ends = await self._consumer.end_offsets(places) if places else {}
            for at in places:
                self._consumer.seek(at, (await self._consumer.beginning_offsets([at]))[at])
                self._reading[at], self._states[at] = ends[at], {}
            self._assigned = True
        except Exception as error:  # the client would only log it
            self._failure = error

    async def _read(self, batches: dict[TopicPartition, list[Any]]) -> None:
        for at, records in batches.items():
            for record in records:
                if at in self._reading:
                    remember(record, self._states[at])
        for at, end in list(self._reading.items()):
            if at in self._consumer.assignment() and await self._consumer.position(at) >= end:
                self._consumer.pause(at)  # from here on, only this poller writes to it
                del self._reading[at]
                self._hold(at)

    def _hold(self, at: TopicPartition) -> None:
        numbers = sorted(self._consumer.partitions_for_topic(self.topic) or ())
        if not numbers:
            raise PermanentError(f"Kafka has no topic {self.topic}: run `pactwatch setup` first")
        known = self._states.pop(at)
        mine = [url for url in self.poller.sources if partition_of(url, numbers) == at.partition]
        self.poller.hold({url: known.get(url) or FeedState(url=url) for url in mine})
        log.info("partition %d of %s: %d feeds, %d of them known", at.partition, self.topic, len(mine),
                 len(known.keys() & set(mine)))  # fmt: skip


def partition_of(url: str, numbers: list[int]) -> int:
    """Return in which of the partitions `numbers` the producer puts the state of the feed at `url`."""
    place: int = DefaultPartitioner()(url.encode(), numbers, numbers)
    return place
