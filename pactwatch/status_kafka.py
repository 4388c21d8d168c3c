"""What waits for each step of a scaled-out pactwatch, asked of the brokers: whichever workers there are."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from stories import topics
from stories.errors import MissingExtraError, TemporaryError
from streams.topology import READS

try:
    from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
    from kafka.errors import KafkaError
except ImportError as error:
    raise MissingExtraError("pactwatch status on Kafka", "kafka") from error


def behind(
    bootstrap: str, prefix: str, channels: Sequence[str], security: Mapping[str, Any]
) -> dict[str, int]:
    """Return by step how many messages its group has not taken yet. Raises TemporaryError without Kafka.

    `channels` names the subscriptions that have some: their alerts wait for the deliver role.
    """
    reads = {step: [source.name for source in sources] for step, sources in READS.items()}
    reads["index"] = [topic.name for topic in topics.STORED]
    if channels:
        reads["deliver"] = [topics.alert_topic(name).name for name in channels]
    brokers = bootstrap.split(",")
    try:
        with (
            closing(
                KafkaConsumer(bootstrap_servers=brokers, enable_auto_commit=False, **security)
            ) as consumer,
            closing(KafkaAdminClient(bootstrap_servers=brokers, **security)) as admin,
        ):
            return _waiting(consumer, admin, prefix, reads)
    except KafkaError as error:
        raise TemporaryError(
            f"Kafka at {bootstrap} does not say what waits ({type(error).__name__}): "
            "check that its brokers are up"
        ) from error


def _waiting(consumer: Any, admin: Any, prefix: str, reads: Mapping[str, list[str]]) -> dict[str, int]:
    names = {name for sources in reads.values() for name in sources}
    parts = {
        name: [TopicPartition(prefix + name, number) for number in numbers]
        for name in names
        if (numbers := consumer.partitions_for_topic(prefix + name))
    }
    every = [at for found in parts.values() for at in found]
    ends, begins = consumer.end_offsets(every), consumer.beginning_offsets(every)
    groups = admin.list_group_offsets([f"{prefix}pactwatch-{step}" for step in reads])
    waiting = {}
    for step, sources in reads.items():
        taken = groups.get(f"{prefix}pactwatch-{step}", {})
        waiting[step] = sum(
            max(0, ends[at] - max(begins[at], taken[at].offset if at in taken else 0))
            for name in sources
            for at in parts.get(name, ())
        )
    return waiting
