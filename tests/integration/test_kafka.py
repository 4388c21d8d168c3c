"""Real Kafka: the same documents as embedded, shared by two workers; poison goes aside and loses nothing."""

import gzip
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer

from pactwatch.embedded import Embedded
from pactwatch.pipeline import build
from pactwatch.settings import load
from pactwatch.setup_kafka import TopicOptions, create_topics
from sinks.sqlite import SqliteReader
from stories import topics, wire
from stories.model import Cluster, DeadLetter, Feed, Pact, Story
from streams.operator import Event

pytestmark = pytest.mark.servers
STORIES = 400
PARTITIONS = 3
SETTINGS = load(None, {})


def archive(data: Path) -> list[Story]:
    """Return news items of June and July 2022, as stories of four outlets."""
    found: list[Story] = []
    with gzip.open(data / "archive" / "current_events_2010_2024.jsonl.gz", "rt") as lines:
        for line in lines:
            item = json.loads(line)
            if item["date"] >= "2022-06-20" and len(found) < STORIES:
                when = datetime.fromisoformat(item["date"]).replace(tzinfo=UTC)
                host = f"outlet{len(found) % 4}.test"
                found.append(
                    Story(
                        id=item["id"],
                        url=f"https://{host}/{item['id']}",
                        title=item["text"][:80],
                        summary=item["text"],
                        published=when,
                        first_published=when,
                        fetched=when,
                        timestamp=when,
                        feed=Feed(url=f"https://{host}/feed", language="en"),
                    )
                )
    return found


def read(bootstrap: str, topic: str) -> list[Any]:
    """Return the records of a topic, partition by partition in their order."""
    consumer = KafkaConsumer(
        topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest", consumer_timeout_ms=4000
    )
    records = list(consumer)
    consumer.close()
    return sorted(records, key=lambda record: (record.partition, record.offset))


@pytest.fixture(scope="module")
def worked(bootstrap: str, data: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Let two workers take the archive's stories, and two poison messages, the whole way."""
    create_topics(TopicOptions(bootstrap, partitions=PARTITIONS), [alert.name for alert in SETTINGS.alerts])
    producer = KafkaProducer(bootstrap_servers=bootstrap)
    for one in archive(data):
        producer.send("stories", key=topics.story_key(one).encode(), value=wire.encode(one))
    producer.send("stories", key=b"bad", value=b"\xff is no JSON")
    producer.send("admitted", key=b"bad", value=b'{"id": 7}')
    producer.flush()
    producer.close()
    folder = tmp_path_factory.mktemp("workers")
    command = [sys.executable, "-m", "pactwatch", "work", "--until-idle", "12", "--state"]
    workers = [
        subprocess.Popen(
            [*command, str(folder / str(number))],
            env=os.environ | {"PACTWATCH_KAFKA_BOOTSTRAP": bootstrap},
        )
        for number in range(2)
    ]
    assert [worker.wait(timeout=200) for worker in workers] == [0, 0]
    return bootstrap


def test_every_story_goes_the_whole_way_and_a_repeat_is_the_same_document(worked: str, data: Path) -> None:
    """A partition that moves to a worker without its database is replayed: a topic may repeat an id then."""
    documents: dict[tuple[str, int], set[bytes]] = {}
    for record in read(worked, "clustered"):
        one = wire.decode(record.value, Story)
        documents.setdefault((one.id, one.revision), set()).add(record.value)

    assert {story_id for story_id, _ in documents} == {one.id for one in archive(data)}
    assert all(len(written) == 1 for written in documents.values())


def test_poison_goes_to_the_dead_letters_with_its_origin(worked: str) -> None:
    letters = newest(read(worked, "dead-letters"), DeadLetter).values()

    assert sorted(letter.topic for letter in letters) == ["admitted", "stories"]
    assert all(letter.reason and letter.payload for letter in letters)


def test_the_recorded_order_gives_the_same_documents_embedded(worked: str, tmp_path: Path) -> None:
    embedded = Embedded(tmp_path / "replay.db", build(SETTINGS))
    for topic in ("tagged", "pact-reports"):
        for record in read(worked, topic):
            # the embedded interpreter routes pact reports itself, from the same log of the same step
            embedded.process_events([Event(topic, "", wire.decode(record.value, Story))])
    reader = SqliteReader(tmp_path / "replay.db")
    written = [wire.decode(record.value, Story) for record in read(worked, "clustered")]
    clusters = newest(read(worked, "clusters"), Cluster)
    pacts = newest(read(worked, "pacts"), Pact)

    assert {one.id: one for one in written} == {one.id: one for one in reader.every_story()}
    assert clusters == {
        cluster_id: exactly(reader, "clusters", cluster_id, Cluster) for cluster_id in clusters
    }
    assert {key: settled(pact) for key, pact in pacts.items()} == {
        key: settled(exactly(reader, "pacts", key, Pact)) for key in pacts
    }
    reader.close()
    embedded.close()


def newest(records: list[Any], kind: Any) -> dict[str, Any]:
    """Return by id the document of the highest revision; of one without revisions the last."""
    found: dict[str, Any] = {}
    for record in records:
        document = wire.decode(record.value, kind)
        if getattr(document, "revision", 1) > getattr(found.get(document.id), "revision", 0):
            found[document.id] = document
    return found


def exactly(reader: SqliteReader, kind: str, identity: str, decoded: Any) -> Any:
    """Return the stored document itself, not the one that a merge leads to."""
    return reader._document(kind, identity, decoded)


def settled(pact: Pact) -> bytes:
    """Return a pact without its count of changes: the end does not depend on the order, the way does."""
    pact.revision = 0
    return wire.encode(pact)
