"""A stateful step on Kafka: a consumer group whose offsets live with the step's state, not with the broker.

Order of events, per batch of a partition: one transaction (state, offset, outbox); every event acknowledged;
then the group's offset, which nobody reads but those who watch the lag.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from stories.topics import topic_named
from streams.kafka.aside import aside
from streams.kafka.consuming import POLL_MS, consumer_of, lags_of, take_turns
from streams.kafka.options import KafkaOptions
from streams.kafka.outlet import Outlet
from streams.kafka.partition import Partition
from streams.kafka.progress import Progress
from streams.ticks import EVERY_S
from streams.topology import Step

log = logging.getLogger(__name__)

COMMIT_TIMEOUT_S = 5.0


class StatefulStep(ConsumerRebalanceListener):  # type: ignore[misc]
    """Runs `step` on every partition that the group hands to this process."""

    def __init__(self, step: Step, options: KafkaOptions) -> None:
        self.step, self.options = step, options
        self.progress = Progress(step.name, options.watch)
        self.partitions: dict[TopicPartition, Partition] = {}
        self.fresh: set[TopicPartition] = set()
        self.owed: set[TopicPartition] = set()  # partitions whose offset the group was not told
        self.epoch = 0
        self.ticked = time.monotonic()
        self.busy = asyncio.Lock()
        self.failure: Exception | None = None
        self.consumer: AIOKafkaConsumer = None

    async def run(self, stop: asyncio.Event) -> None:
        """Process until `stop`. Raises what must end the process: OffsetError, TemporaryError, KafkaError."""
        self.consumer = consumer_of(self.options, self.step.name)
        sources = [self.options.topic(topic.name) for topic in self.step.sources]
        self.consumer.subscribe(sources, listener=self)
        try:
            await take_turns(self.consumer, self._turn, Outlet(self.options, self.step.name), stop)
        finally:
            self._close()

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Close the databases once the batch in hand is through; another process may open them now."""
        async with self.busy:
            self._close()
        self.progress.revoked()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Open each partition's database and go to where it ends."""
        try:
            async with self.busy:
                self._close()
                for at in sorted(assigned):
                    await self._open(at)
                self.progress.assigned()
        except Exception as error:  # the client would only log it, and read on from anywhere
            self.failure = error

    async def _open(self, at: TopicPartition) -> None:
        name = self.options.plain(at.topic)
        path = self.options.state / self.step.name / f"{self.options.prefix}{name}-{at.partition}.db"
        partition = Partition(
            path, topic_named(name), at.partition, self.step.make(), accept_gaps=self.options.accept_gaps
        )
        start = partition.next
        if start is None:  # a fresh disk replays the topic, whatever the group once committed
            start = (await self.consumer.beginning_offsets([at]))[at]
        self.consumer.seek(at, start)
        self.partitions[at] = partition
        self.fresh.add(at)
        if partition.next is not None:
            self.owed.add(at)  # whoever held it before may not have come to it

    async def _turn(self, outlet: Outlet, stop: asyncio.Event) -> None:
        if self.failure is not None:
            raise self.failure
        await self._send_leftovers(outlet)
        await self._tick(outlet)
        batches = await self.consumer.getmany(timeout_ms=POLL_MS, max_records=self.options.batch * 4)
        epoch = self.epoch
        for at, messages in batches.items():
            for begin in range(0, len(messages), self.options.batch):
                async with self.busy:
                    if epoch != self.epoch or at not in self.partitions or stop.is_set():
                        return  # what was fetched before the change will be fetched again after the seek
                    await self._process(outlet, at, messages[begin : begin + self.options.batch], stop)
        await self._commit_owed()
        places = {at: partition.next or 0 for at, partition in self.partitions.items()}
        self.progress.lags = lags_of(self.consumer, places)

    async def _process(
        self, outlet: Outlet, at: TopicPartition, messages: Sequence[Any], stop: asyncio.Event
    ) -> None:
        partition, began = self.partitions[at], time.perf_counter()
        outcomes = await aside(lambda: partition.process(messages, stop.is_set))
        await self._send(outlet, partition)
        self.progress.done(outcomes, time.perf_counter() - began)
        self.owed.add(at)
        await self._commit(at, partition)

    async def _tick(self, outlet: Outlet) -> None:
        """Tell every partition how late it is, now and then."""
        if time.monotonic() - self.ticked < EVERY_S:
            return
        self.ticked = time.monotonic()
        async with self.busy:
            for partition in self.partitions.values():
                partition.tick(datetime.now(UTC))
                await self._send(outlet, partition)

    async def _send_leftovers(self, outlet: Outlet) -> None:
        """Send again what a killed process made durable and perhaps never sent, before anything new."""
        if not self.fresh:
            return
        async with self.busy:
            for at in self.fresh:
                await self._send(outlet, self.partitions[at])
            self.fresh.clear()

    async def _send(self, outlet: Outlet, partition: Partition) -> None:
        if rows := partition.unsent():
            await outlet.send(row.sending for row in rows)
            partition.acknowledged(rows[-1].seq)

    async def _commit_owed(self) -> None:
        """Tell the group what it was not told: until the next message, its lag would show work long done."""
        for at in list(self.owed):
            async with self.busy:
                if at in self.owed:
                    await self._commit(at, self.partitions[at])

    async def _commit(self, at: TopicPartition, partition: Partition) -> None:
        try:
            async with asyncio.timeout(COMMIT_TIMEOUT_S):
                await self.consumer.commit({at: partition.next})
            self.owed.discard(at)
        except (KafkaError, TimeoutError) as error:  # the database has the truth
            log.info("%s: the group's offset was not committed: %s", partition.name, error)

    def _close(self) -> None:
        self.epoch += 1
        self.fresh.clear()
        self.owed.clear()
        for partition in self.partitions.values():
            with contextlib.closing(partition):
                pass
        self.partitions.clear()
