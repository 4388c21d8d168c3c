"""A role: documents are handed on from where its group's offsets say; what is handed on is committed."""

import asyncio
from abc import abstractmethod
from collections.abc import Iterable, Sequence

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition

from streams.kafka.consuming import commit, consumer_of, lags_of, take_turns
from streams.kafka.options import KafkaOptions
from streams.kafka.outlet import Outlet
from streams.kafka.progress import Progress


class Role(ConsumerRebalanceListener):  # type: ignore[misc]
    """Consumes `sources` as the group of `step`; a subclass says what a turn does.

    `places` has the next offset of each partition, `owed` those that the group was not told yet; `epoch`
    counts how often partitions were taken back and shared out.
    """

    def __init__(self, step: str, sources: Sequence[str], options: KafkaOptions) -> None:
        self.step, self.sources, self.options = step, sources, options
        self.progress = Progress(step, options.watch)
        self.places: dict[TopicPartition, int] = {}
        self.owed: dict[TopicPartition, int] = {}
        self.epoch = 0
        self.consumer: AIOKafkaConsumer = None

    async def run(self, stop: asyncio.Event) -> None:
        """Take turns until `stop`. Raises KafkaError or TemporaryError when Kafka itself fails for good."""
        self.consumer = consumer_of(self.options, self.step)
        self.consumer.subscribe([self.options.topic(name) for name in self.sources], listener=self)
        await take_turns(self.consumer, self.turn, Outlet(self.options, self.step), stop)

    @abstractmethod
    async def turn(self, outlet: Outlet, stop: asyncio.Event) -> None:
        """Hand on what has come in."""

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Let go: what is in hand may still be handed on, but commits nothing."""
        self.epoch += 1
        self.places.clear()
        self.owed.clear()
        self.progress.revoked()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Begin where the group's offsets say."""
        self.epoch += 1
        for at in assigned:
            self.places[at] = await self.consumer.committed(at) or 0  # what was never begun waits, too
        self.progress.assigned()

    async def commit_owed(self) -> None:
        """Tell the group what it is owed, and those who watch how much waits."""
        if self.owed:
            await commit(self.consumer, self.step, self.owed, self.places)
        self.progress.lags = lags_of(self.consumer, self.places)
