"""What the consumers of steps and roles share: how they are made, their lag, how they commit."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from streams.kafka.options import KafkaOptions
from streams.kafka.outlet import Outlet

log = logging.getLogger(__name__)

# the group waits only for sessions: how long a batch may take is the watchdog's business
MAX_POLL_INTERVAL_MS = 24 * 3600 * 1000
POLL_MS = 200
Turn = Callable[[Outlet, asyncio.Event], Awaitable[None]]
NOWHERE: Mapping[TopicPartition, int] = MappingProxyType({})


def consumer_of(options: KafkaOptions, step: str, **more: Any) -> AIOKafkaConsumer:
    """Return a consumer of `step`'s group that commits nothing by itself."""
    return AIOKafkaConsumer(
        bootstrap_servers=options.bootstrap.split(","),
        client_id=f"pactwatch-{step}",
        group_id=options.group(step),
        group_instance_id=f"{options.instance}-{step}" if options.instance else None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=int(options.session_timeout_s * 1000),
        heartbeat_interval_ms=int(options.session_timeout_s * 1000 / 5),
        max_poll_interval_ms=MAX_POLL_INTERVAL_MS,
        fetch_max_bytes=options.max_fetch_bytes,
        **more,
        **options.security,
    )


def lags_of(
    consumer: Any, places: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int] = NOWHERE
) -> dict[tuple[str, int], int]:
    """Return how many messages wait behind `places` (partition: next offset), as far as was heard of.

    `ends` are the partitions' as they were asked for; a consumer knows them only once it has fetched.
    """
    held = consumer.assignment()  # a rebalance may have come while a batch was under way
    return {
        (at.topic, at.partition): max(0, max(consumer.highwater(at) or 0, ends.get(at, 0)) - places[at])
        for at in held & places.keys()
    }


async def take_turns(consumer: AIOKafkaConsumer, turn: Turn, outlet: Outlet, stop: asyncio.Event) -> None:
    """Take turn upon turn until `stop`; however that ends, the consumer leaves its group."""
    async with outlet:
        try:
            await consumer.start()
            while not stop.is_set():
                await turn(outlet, stop)
        finally:
            await consumer.stop()


async def commit(
    consumer: AIOKafkaConsumer,
    step: str,
    owed: dict[TopicPartition, int],
    places: dict[TopicPartition, int],
) -> None:
    """Commit what is `owed` and note it in `places`. What fails stays owed: its lag would stand, long done.

    After a rebalance nothing is owed, and it all comes again.
    """
    offsets = dict(owed)
    try:
        await consumer.commit(offsets)
    except KafkaError as error:
        log.info("%s: offsets were not committed: %s", step, error)
        return
    places.update(offsets)
    for at in [at for at, offset in offsets.items() if owed.get(at) == offset]:
        del owed[at]
