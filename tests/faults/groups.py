"""How far each consumer group of a stream is, asked of the brokers."""

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from stories import topics
from streams.topology import Step


class Lag(NamedTuple):
    """One partition that a group reads: where it stands and where the topic ends."""

    done: int
    end: int


class Groups:
    """The groups of the steps and of the index role, under one prefix."""

    def __init__(self, bootstrap: str, prefix: str, steps: tuple[Step, ...]) -> None:
        self.bootstrap, self.prefix = bootstrap.split(","), prefix
        self.reads = {step.name: [source.name for source in step.sources] for step in steps}
        self.reads["index"] = [topic.name for topic in topics.STORED]
        self._connect()
        names = {name for reads in self.reads.values() for name in reads}
        self.parts = {
            name: [TopicPartition(prefix + name, part) for part in self._partitions(prefix + name)]
            for name in names
        }

    def lags(self) -> dict[tuple[str, TopicPartition], Lag] | None:
        """Return the lag of every partition of every group; None while the brokers do not say."""
        with self._asking():
            ends = self.consumer.end_offsets([at for parts in self.parts.values() for at in parts])
            names = {f"{self.prefix}pactwatch-{step}": step for step in self.reads}
            found = self.admin.list_group_offsets(list(names))
            return {
                (step, at): Lag(found.get(group, {}).get(at).offset if found.get(group, {}).get(at) else 0, ends[at])
                for group, step in names.items()
                for name in self.reads[step]
                for at in self.parts[name]
            }  # fmt: skip
        return None

    def published(self) -> int:
        """Return how many messages the topic of fetched stories has; -1 while the brokers do not say."""
        with self._asking():
            return sum(self.consumer.end_offsets(self.parts["stories"]).values())
        return -1

    def close(self) -> None:
        """Close the connections, and remove the stream's topics."""
        with contextlib.suppress(KafkaError, OSError):
            mine = [name for name in self.admin.list_topics() if name.startswith(self.prefix)]
            self.admin.delete_topics(mine)
        self.consumer.close()
        self.admin.close()

    def _connect(self) -> None:
        self.admin = KafkaAdminClient(bootstrap_servers=self.bootstrap)
        self.consumer = KafkaConsumer(bootstrap_servers=self.bootstrap)

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Take a fault for no answer; the connection is made anew, as an old one may stay with a dead broker."""
        try:
            yield
        except (KafkaError, OSError, ValueError, RuntimeError):
            with contextlib.suppress(Exception):
                self.admin.close()
                self.consumer.close()
            with contextlib.suppress(KafkaError):
                self._connect()

    def _partitions(self, topic: str) -> list[int]:
        return sorted(self.consumer.partitions_for_topic(topic) or ())
