"""Kafka into Elasticsearch: the same documents as embedded, shared by two workers; poison loses nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pactwatch.pipeline import build
from pactwatch.settings import load
from sinks.elasticsearch.client import ElasticsearchOptions, connect
from sinks.elasticsearch.reader import ElasticsearchReader
from sinks.sqlite.reader import SqliteReader
from stories import trace, wire
from stories.model import Alert, Cluster, DeadLetter, Pact, Story
from streams.topology import READS
from tests.archive import archive
from tests.stream import Stream, newest, replayed

pytestmark = pytest.mark.servers
STORIES = 400
SETTINGS = load(None, {})


@pytest.fixture(scope="module")
def stream(
    bootstrap: str, elasticsearch: str, prefix: str, tmp_path_factory: pytest.TempPathFactory
) -> Stream:
    return Stream(bootstrap, prefix, tmp_path_factory.mktemp("stream"), elasticsearch)


@pytest.fixture(scope="module")
def worked(stream: Stream, data: Path) -> Stream:
    """Let two workers take the archive's stories, and two poison messages, the whole way."""
    made = stream.run("setup")
    assert "topics made" in made
    assert "templates are up to date" in made
    stream.publish(archive(data, STORIES))
    stream.send("stories", [(b"bad", b"\xff is no JSON")])
    stream.send("admitted", [(b"bad", b'{"id": 7}')])
    workers = [stream.worker("one"), stream.worker("two")]
    assert [worker.wait(timeout=250) for worker in workers] == [0, 0]
    return stream


@pytest.fixture(scope="module")
def replay(worked: Stream, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteReader]:
    with replayed(worked, tmp_path_factory.mktemp("replay") / "replay.db", build(SETTINGS)) as reader:
        yield reader


@pytest.fixture(scope="module")
def indexed(worked: Stream) -> Iterator[ElasticsearchReader]:
    client = connect(ElasticsearchOptions(worked.elasticsearch))
    client.indices.refresh(index=f"{worked.prefix}*")
    yield ElasticsearchReader(client, worked.prefix)
    client.close()


def test_every_story_goes_the_whole_way_and_a_repeat_is_the_same_document(worked: Stream, data: Path) -> None:
    """A partition that moves to a worker without its database is replayed: a topic may repeat an id then."""
    documents: dict[tuple[str, int], set[bytes]] = {}
    for record in worked.records("clustered"):
        one = wire.decode(record.value, Story)
        documents.setdefault((one.id, one.revision), set()).add(record.value)

    assert {story_id for story_id, _ in documents} == {one.id for one in archive(data, STORIES)}
    assert all(len(written) == 1 for written in documents.values())


def test_poison_goes_to_the_dead_letters_with_its_origin(
    worked: Stream, indexed: ElasticsearchReader
) -> None:
    letters = newest(worked.documents("dead-letters", DeadLetter))

    assert sorted(letter.topic for letter in letters.values()) == ["admitted", "stories"]
    assert all(letter.reason and letter.payload for letter in letters.values())
    assert {letter.id: letter for letter in indexed.dead_letters()} == letters


def test_what_one_story_leads_to_is_one_trace(worked: Stream) -> None:
    """Published without a header here: the first step finds the trace, every later one is handed it."""
    poison: set[str] = set()
    for topic in ("admitted", "tagged", "pact-reports", "clustered"):
        for record in worked.records(topic):
            carried = trace.found(record.headers)
            if record.key == b"bad":
                assert carried is None
                continue
            story = wire.decode(record.value, Story)
            assert carried is not None
            if topic != "clustered":  # a merge tells of stories that came before, in the trace of what merged
                assert carried.id == trace.started(story).id
    stories = {trace.started(story).id for story in worked.documents("tagged", Story)}
    for topic in ("clusters", "alerts", "alerts.ratifications", "pacts"):
        carried_on = {found.id for one in worked.records(topic) if (found := trace.found(one.headers))}
        assert carried_on
        assert carried_on <= stories
    for record in worked.records("dead-letters"):
        letter = wire.decode(record.value, DeadLetter)
        carried = trace.found(record.headers)
        assert carried is not None
        assert letter.trace == carried.id
        poison.add(letter.trace)
    assert len(poison) == 2


def test_the_recorded_order_gives_the_same_documents_embedded(worked: Stream, replay: SqliteReader) -> None:
    stories = {one.id: one for one in worked.documents("clustered", Story)}
    clusters = newest(worked.documents("clusters", Cluster))
    pacts = newest(worked.documents("pacts", Pact))

    assert stories == {one.id: one for one in replay.every_story()}
    assert clusters == {key: exactly(replay, "clusters", key, Cluster) for key in clusters}
    assert settled(pacts.values()) == settled(exactly(replay, "pacts", key, Pact) for key in pacts)


def test_elasticsearch_holds_the_same_documents_as_the_embedded_store(
    indexed: ElasticsearchReader, replay: SqliteReader
) -> None:
    assert list(indexed.every_story()) == list(replay.every_story())
    assert indexed.clusters(limit=STORIES) == replay.clusters(limit=STORIES)
    assert settled(indexed.pacts()) == settled(replay.pacts())
    for query in ("topics:armed-conflict", "actors:(RUS AND UKR)", '"prime minister" AND NOT killed'):
        assert indexed.search(query, 100) == replay.search(query, 100)


def test_alerts_are_told_once_by_id_and_as_embedded(
    worked: Stream, indexed: ElasticsearchReader, replay: SqliteReader
) -> None:
    told = newest(worked.documents("alerts", Alert))
    on_clusters = {alert.id for alert in told.values() if alert.subject.kind == "cluster"}

    assert {alert.id for alert in indexed.alerts(limit=1000)} == set(told)
    assert on_clusters == {alert.id for alert in replay.alerts(limit=1000) if alert.subject.kind == "cluster"}
    ratifications = {alert.id for alert in told.values() if alert.subscription == "ratifications"}
    assert ratifications  # they have no quiet hours, so each is on the subscription's own topic
    assert ratifications == set(newest(worked.documents("alerts.ratifications", Alert)))


def test_a_second_run_of_setup_changes_nothing(worked: Stream) -> None:
    assert "every topic is there" in worked.run("setup")
    assert "is there, with everything it needs" in worked.run("check")


def test_the_commands_read_elasticsearch(worked: Stream, indexed: ElasticsearchReader) -> None:
    status = msgspec.json.decode(worked.run("status", "--json"))
    found = msgspec.json.decode(worked.run("search", "topics:armed-conflict", "--limit", "3", "--json"))

    assert status["stories"] == STORIES
    assert status["dead_letters"] == 2
    assert status["waiting"] == dict.fromkeys([*READS, "index"], 0)
    assert status["troubles"][0].startswith("2 dead letters wait")
    assert [one["id"] for one in found] == [one.id for one in indexed.search("topics:armed-conflict", 3)]


def exactly(reader: SqliteReader, kind: str, identity: str, decoded: Any) -> Any:
    """Return the stored document itself, not the one that a merge leads to."""
    return reader._document(kind, identity, decoded)


def settled(pacts: Any) -> dict[str, Pact]:
    """Return pacts without their count of changes: the end does not depend on the order, the way does."""
    return {pact.id: msgspec.structs.replace(pact, revision=0) for pact in pacts}
