"""Hands fetched stories to Kafka, acknowledged by every replica; the feed's state after its stories."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Any

from stories import topics, wire
from stories.errors import MissingExtraError, TemporaryError
from stories.model import FeedState, Story
from stories.topics import story_key
from stories.trace import headers, started
from stories.wire import Sending

ACK_TIMEOUT_S = 60.0
RETRY_AFTER_S = 30.0
LINGER_MS = 20
MAX_REQUEST_BYTES = 5_000_000

log = logging.getLogger(__name__)


class KafkaPublisher:
    """Publishes for a Poller: `await publisher.publish(state, stories)` returns when both are acknowledged.

    `bootstrap` is "host:port,host:port", `prefix` stands before every topic's name. `producer` replaces
    kafka-python's own in tests.
    """

    def __init__(self, bootstrap: str, prefix: str = "", *, producer: Any = None, **options: Any) -> None:
        self._prefix = prefix
        self._producer = producer or _connect(bootstrap, options)

    async def __aenter__(self) -> "KafkaPublisher":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.close)

    async def publish(self, state: FeedState, stories: Sequence[Story]) -> None:
        """Send `stories`, wait for every acknowledgement, then send `state` and wait for its own.

        Raises TemporaryError when Kafka does not acknowledge; what was sent may come again under its ids.
        """
        await asyncio.to_thread(self.send, state, stories)

    def send(self, state: FeedState, stories: Sequence[Story]) -> None:
        """Do what `publish` does, on this thread."""
        self.send_messages(fetched(story) for story in stories)
        self.send_messages([Sending(topics.FEEDS.name, state.url, wire.encode(state))])

    def send_messages(self, messages: Iterable[Sending]) -> None:
        """Send `messages`; on return every one is acknowledged. Raises TemporaryError."""
        from kafka.errors import KafkaError

        try:
            waiting = [
                self._producer.send(
                    f"{self._prefix}{topic}", key=key.encode(), value=value, headers=headers(trace)
                )
                for topic, key, value, trace in messages
            ]
            self._producer.flush(timeout=ACK_TIMEOUT_S)
            for future in waiting:
                future.get(timeout=ACK_TIMEOUT_S)
        except KafkaError as error:
            raise TemporaryError(
                f"Kafka did not acknowledge messages ({type(error).__name__}: {error}): "
                "check that its brokers are up, its topics made and enough replicas in sync",
                retry_after_s=RETRY_AFTER_S,
            ) from error

    def close(self) -> None:
        """Send what waits and close the connection."""
        self._producer.close(timeout=ACK_TIMEOUT_S)


def fetched(story: Story) -> Sending:
    """Return a story ready for its topic, at the beginning of its trace."""
    return Sending(topics.STORIES.name, story_key(story), wire.encode(story), str(started(story)))


def read_states(
    bootstrap: str, prefix: str = "", *, timeout_s: float = 30.0, **options: Any
) -> dict[str, FeedState]:
    """Return the last state of every feed, from the compacted topic. Raises TemporaryError."""
    try:
        from kafka import KafkaConsumer, TopicPartition
        from kafka.errors import KafkaError
    except ImportError as error:
        raise MissingExtraError("reading feed states from Kafka", "kafka") from error
    name = f"{prefix}{topics.FEEDS.name}"
    try:
        consumer = KafkaConsumer(
            bootstrap_servers=bootstrap.split(","),
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            **options,
        )
        try:
            return _read_to_end(consumer, name, TopicPartition, timeout_s)
        finally:
            consumer.close()
    except KafkaError as error:
        raise TemporaryError(
            f"the states of feeds could not be read from {name} ({error}): check the brokers at {bootstrap}"
        ) from error


def _read_to_end(consumer: Any, name: str, partition_of: Any, timeout_s: float) -> dict[str, FeedState]:
    partitions = [partition_of(name, number) for number in consumer.partitions_for_topic(name) or ()]
    states: dict[str, FeedState] = {}
    if not partitions:
        return states
    consumer.assign(partitions)
    ends = consumer.end_offsets(partitions)
    consumer.seek_to_beginning(*partitions)
    patience = timeout_s
    while any(consumer.position(partition) < ends[partition] for partition in partitions):
        records = consumer.poll(timeout_ms=1000)
        patience = timeout_s if records else patience - 1
        if patience <= 0:
            raise TemporaryError(f"{name} could not be read to its end in {timeout_s:.0f} s: try again")
        for batch in records.values():
            for record in batch:
                remember(record, states)
    return states


def remember(record: Any, states: dict[str, FeedState]) -> None:
    """Take one record into `states`; one that is no state only costs its feed a whole document."""
    if record.value is None:  # compaction's own way to say: forgotten
        states.pop((record.key or b"").decode("utf-8", "replace"), None)
        return
    try:
        state = wire.decode(record.value, FeedState)
    except wire.WireError as error:
        place = f"{record.topic}/{record.partition} at {record.offset}"
        log.warning("%s is no state of a feed, left out; its feed is polled as if new: %s", place, error)
        return
    states[state.url] = state


def _connect(bootstrap: str, options: dict[str, Any]) -> Any:
    try:
        from kafka import KafkaProducer
        from kafka.errors import KafkaError
    except ImportError as error:
        raise MissingExtraError("publishing to Kafka", "kafka") from error
    try:
        return KafkaProducer(
            bootstrap_servers=bootstrap.split(","),
            acks="all",
            enable_idempotence=True,
            linger_ms=LINGER_MS,
            compression_type="gzip",
            max_request_size=MAX_REQUEST_BYTES,
            **options,
        )
    except KafkaError as error:
        raise TemporaryError(
            f"no Kafka at {bootstrap} ({error}): start it, or set PACTWATCH_KAFKA_BOOTSTRAP to where it is"
        ) from error
