"""Sends events and waits until every replica in sync has each of them."""

import asyncio
from collections.abc import Iterable
from types import TracebackType

from aiokafka import AIOKafkaProducer
from aiokafka.codec import has_zstd
from aiokafka.errors import KafkaError
from aiokafka.partitioner import DefaultPartitioner

from stories.errors import TemporaryError
from stories.topics import PLACED_BY
from stories.trace import headers
from stories.wire import Sending
from streams.kafka.options import KafkaOptions
from streams.operator import Event
from streams.outgoing import sendings

REQUEST_TIMEOUT_MS = 30_000
COMPRESSION = "zstd" if has_zstd() else "gzip"  # as small, at a ninth of the time


class Placing(DefaultPartitioner):  # type: ignore[misc]
    """Kafka's usual placing by key, or by the part of it that keeps related documents together."""

    @classmethod
    def __call__(cls, key: bytes, all_partitions: list[int], available: list[int]) -> int:
        """Return the partition of `key`."""
        place: int = super().__call__(key.split(PLACED_BY.encode(), 1)[0], all_partitions, available)
        return place


class Outlet:
    """An idempotent producer with acks=all, whose every send is awaited."""

    def __init__(self, options: KafkaOptions, name: str) -> None:
        self.options = options
        self.producer = AIOKafkaProducer(
            bootstrap_servers=options.bootstrap.split(","),
            client_id=f"pactwatch-{name}",
            acks="all",
            enable_idempotence=True,
            linger_ms=options.linger_ms,
            compression_type=COMPRESSION,
            request_timeout_ms=REQUEST_TIMEOUT_MS,
            max_request_size=options.max_message_bytes,
            max_batch_size=256 * 1024,
            partitioner=Placing(),
            **options.security,
        )

    async def __aenter__(self) -> "Outlet":
        await self.producer.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.producer.stop()

    async def send(self, messages: Iterable[Sending]) -> None:
        """Send `messages` in order and wait for all acknowledgements. Raises TemporaryError."""
        try:
            futures = [
                await self.producer.send(
                    self.options.topic(topic), value=payload, key=key.encode(), headers=headers(trace)
                )
                for topic, key, payload, trace in messages
            ]
            await asyncio.gather(*futures)
        except KafkaError as error:
            raise TemporaryError(
                f"Kafka did not acknowledge an event ({type(error).__name__}: {error}): not committed; "
                "check that its brokers are up and that enough replicas are in sync"
            ) from error

    async def send_events(self, events: Iterable[Event]) -> None:
        """Send `events`, each under the trace it starts. Raises TemporaryError."""
        await self.send(sendings(events))
