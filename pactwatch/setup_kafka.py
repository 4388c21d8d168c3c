"""Creates the topics: partitions, replication, compaction; what exists already is left as it is."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from stories.errors import MissingExtraError, PermanentError, TemporaryError
from stories.topics import ALL, Topic, alert_topic

MAX_MESSAGE_BYTES = 5_000_000


@dataclass(frozen=True)
class TopicOptions:
    """`replication` 0 means: three, or as many brokers as there are; `retention_days` 0 keeps for ever."""

    bootstrap: str
    prefix: str = ""
    partitions: int = 8
    replication: int = 0
    retention_days: int = 0
    security: dict[str, Any] = field(default_factory=dict)


def wanted(subscriptions: Iterable[str]) -> list[Topic]:
    """Return every topic of the stream, those of the subscriptions included."""
    return [*ALL, *(alert_topic(name) for name in subscriptions)]


def create_topics(options: TopicOptions, subscriptions: Iterable[str]) -> list[str]:
    """Create what is missing and return its names. Raises TemporaryError when Kafka is not there."""
    admin = _connect(options)
    try:
        present = set(admin.list_topics())
        missing = [topic for topic in wanted(subscriptions) if options.prefix + topic.name not in present]
        if missing:
            replication = options.replication or min(3, _brokers(admin))
            _create(admin, [_new(topic, options, replication) for topic in missing])
        return [options.prefix + topic.name for topic in missing]
    finally:
        admin.close()


def check_topics(options: TopicOptions, subscriptions: Iterable[str]) -> None:
    """Raise PermanentError that names the topics which are missing, TemporaryError without Kafka."""
    admin = _connect(options)
    try:
        present = set(admin.list_topics())
    finally:
        admin.close()
    missing = [topic.name for topic in wanted(subscriptions) if options.prefix + topic.name not in present]
    if missing:
        names = ", ".join(options.prefix + name for name in missing)
        raise PermanentError(f"Kafka at {options.bootstrap} lacks topics ({names}): run pactwatch setup")


def configuration(topic: Topic, replication: int, retention_days: int) -> dict[str, str]:
    """Return the topic's settings: with three brokers, no acknowledged message is lost with one."""
    config = {
        "cleanup.policy": "compact" if topic.compacted else "delete",
        "min.insync.replicas": str(max(1, replication - 1)),
        "max.message.bytes": str(MAX_MESSAGE_BYTES),
        # else a broker refuses whatever a machine sends whose clock is an hour ahead
        "message.timestamp.type": "LogAppendTime",
    }
    if not topic.compacted:
        config["retention.ms"] = str(retention_days * 86_400_000) if retention_days else "-1"
    return config


def _new(topic: Topic, options: TopicOptions, replication: int) -> Any:
    from kafka.admin import NewTopic

    return NewTopic(
        name=options.prefix + topic.name,
        num_partitions=topic.partitions or options.partitions,
        replication_factor=replication,
        topic_configs=configuration(topic, replication, options.retention_days),
    )


def _create(admin: Any, topics: list[Any]) -> None:
    from kafka.errors import KafkaError, TopicAlreadyExistsError

    try:
        admin.create_topics(topics)
    except TopicAlreadyExistsError:
        return  # another setup was quicker
    except KafkaError as error:
        raise TemporaryError(
            f"Kafka did not create topics ({error}): check its brokers, then run setup again"
        ) from error


def _brokers(admin: Any) -> int:
    return max(1, len(admin.describe_cluster().get("brokers", ())))


def _connect(options: TopicOptions) -> Any:
    try:
        from kafka.admin import KafkaAdminClient
        from kafka.errors import KafkaError
    except ImportError as error:
        raise MissingExtraError("Kafka's topics", "kafka") from error
    try:
        return KafkaAdminClient(bootstrap_servers=options.bootstrap.split(","), **options.security)
    except KafkaError as error:
        raise TemporaryError(
            f"no Kafka at {options.bootstrap} ({error}): start it, or set PACTWATCH_KAFKA_BOOTSTRAP"
        ) from error
