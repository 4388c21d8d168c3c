"""The scaled-out pactwatch as its users run it: commands in processes of their own, on real servers."""

import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from kafka import KafkaConsumer, KafkaProducer

from pactwatch.embedded import Embedded
from sinks.sqlite.reader import SqliteReader
from stories import topics, wire
from stories.model import Document, Story
from streams.operator import Event
from streams.topology import Step

D = TypeVar("D", bound=Document)


@dataclass(frozen=True)
class Stream:
    """One pactwatch on servers it may share: everything it makes begins with `prefix`."""

    bootstrap: str
    prefix: str
    folder: Path
    elasticsearch: str = ""
    partitions: int = 3
    config: Path | None = None

    @property
    def environment(self) -> dict[str, str]:
        """Return what its commands are told by the environment."""
        return os.environ | {
            "PACTWATCH_KAFKA_BOOTSTRAP": self.bootstrap,
            "PACTWATCH_KAFKA_PREFIX": self.prefix,
            "PACTWATCH_KAFKA_PARTITIONS": str(self.partitions),
            "PACTWATCH_ELASTICSEARCH_URL": self.elasticsearch,
            "PACTWATCH_ELASTICSEARCH_PREFIX": self.prefix,
        }

    def run(self, *arguments: str, timeout_s: float = 120) -> str:
        """Run a command to its end and return what it printed. Raises CalledProcessError."""
        done = subprocess.run(
            self._command(arguments), env=self.environment, timeout=timeout_s, check=True, capture_output=True,
            text=True,
        )  # fmt: skip
        return done.stdout

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start a command and return its process."""
        return subprocess.Popen(self._command(arguments), env=self.environment)

    def worker(self, name: str, idle_s: float = 12, *more: str) -> "subprocess.Popen[bytes]":
        """Start `work`, with the state of an earlier worker of the same name, until there is nothing to do."""
        state = self.folder / f"worker-{name}"
        return self.start("work", "--until-idle", str(idle_s), "--state", str(state), *more)

    def publish(self, stories: Iterable[Story]) -> None:
        """Put fetched stories on the stream, as a poller does."""
        self.send("stories", ((topics.story_key(one).encode(), wire.encode(one)) for one in stories))

    def send(self, topic: str, messages: Iterable[tuple[bytes, bytes]]) -> None:
        """Put (key, value) messages on a topic, all of them acknowledged on return."""
        producer = KafkaProducer(bootstrap_servers=self.bootstrap)
        waiting = [producer.send(self.prefix + topic, key=key, value=value) for key, value in messages]
        for future in waiting:
            future.get(30)
        producer.close()

    def records(self, topic: str) -> list[Any]:
        """Return the records of a topic, partition by partition in their order."""
        consumer = KafkaConsumer(
            self.prefix + topic, bootstrap_servers=self.bootstrap, auto_offset_reset="earliest",
            consumer_timeout_ms=4000,
        )  # fmt: skip
        records = list(consumer)
        consumer.close()
        return sorted(records, key=lambda record: (record.partition, record.offset))

    def documents(self, topic: str, kind: type[D]) -> list[D]:
        """Return the documents of a topic, partition by partition in their order."""
        return [wire.decode(record.value, kind) for record in self.records(topic)]

    def _command(self, arguments: Iterable[str]) -> list[str]:
        store = self.folder / "embedded.db"
        config = ("--config", str(self.config)) if self.config else ()
        return [sys.executable, "-m", "pactwatch", "--store", str(store), *config, *arguments]


@contextmanager
def replayed(stream: Stream, store: Path, steps: Sequence[Step]) -> Iterator[SqliteReader]:
    """Put what the workers recorded, in its order, through the embedded interpreter, and yield what it gives."""
    embedded = Embedded(store, steps)
    for topic in ("tagged", "pact-reports"):
        # the embedded interpreter routes pact reports itself, from the same log of the same step
        embedded.process_events(Event(topic, "", story) for story in stream.documents(topic, Story))
    reader = SqliteReader(store)
    yield reader
    reader.close()
    embedded.close()


def newest(documents: Iterable[D]) -> dict[str, D]:
    """Return by id the document of the highest revision; of those without revisions the first."""
    found: dict[str, D] = {}
    for document in documents:
        identity: str = getattr(document, "id")  # noqa: B009
        if getattr(document, "revision", 1) > getattr(found.get(identity), "revision", 0):
            found[identity] = document
    return found
