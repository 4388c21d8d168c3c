"""On a real Elasticsearch: one story taken out on request, retention, an older index brought up to date."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from elasticsearch import Elasticsearch

from sinks.elasticsearch import indices
from sinks.elasticsearch.client import ElasticsearchOptions, connect
from sinks.elasticsearch.indices import install
from sinks.elasticsearch.reader import ElasticsearchReader
from sinks.elasticsearch.removal import count_prunable, prune
from sinks.elasticsearch.sink import ElasticsearchSink
from sinks.elasticsearch.upgrade import upgrade
from stories import topics
from stories.model import Cluster, StoryLink
from stories.withdrawal import withdrawn
from streams.notify import HELD
from tests.stories_made import NOON, story
from tests.stream import Stream
from tests.web_documents import ALERT, CHANGE, PACT, STORY

pytestmark = pytest.mark.servers
CLUSTERED, CLUSTERS = topics.CLUSTERED.name, topics.CLUSTERS.name


def event(identity: str, *stories: str, **fields: object) -> Cluster:
    links = [StoryLink(id=one, title=f"Title {one}", outlet=one, published=NOON) for one in stories]
    return msgspec.structs.replace(
        Cluster(id=identity, title=f"Title {stories[0]}", first_seen=NOON, last_seen=NOON, size=len(stories), stories=links),
        **fields,
    )  # fmt: skip


def test_a_withdrawn_story_is_dropped_with_every_line_on_it(client: Elasticsearch, own: str) -> None:
    sink, reader = ElasticsearchSink(client, own), ElasticsearchReader(client, own)
    going, staying = (
        story("a", title="Going", cluster="c1", revision=3),
        story("b", title="Staying", cluster="c1"),
    )
    sink.write(
        [
            (CLUSTERED, going),
            (CLUSTERED, staying),
            (CLUSTERS, event("c1", "a", "b")),
            (CLUSTERS, event("c2", "x")),
        ]
    )

    gone = msgspec.structs.replace(withdrawn(going), cluster="c1")
    for _ in range(2):  # a redelivery changes nothing
        assert sink.write([(CLUSTERED, gone)]) == []
    assert sink.write([(CLUSTERED, going)]) == []  # nor does an older revision that comes late
    client.indices.refresh(index=f"{own}*")

    cluster = reader.cluster("c1")
    assert (reader.story("a"), [one.id for one in reader.search("")]) == (None, ["b"])
    assert cluster is not None
    assert ([link.id for link in cluster.stories], cluster.size, cluster.title) == (["b"], 1, "Title b")
    assert reader.cluster("c2") == event("c2", "x")


def test_news_and_alerts_that_rest_on_a_withdrawn_story_go_with_it(client: Elasticsearch, own: str) -> None:
    sink, reader = ElasticsearchSink(client, own), ElasticsearchReader(client, own)
    sink.write([("pact-changes", CHANGE), ("pacts", PACT), ("alerts", ALERT), (CLUSTERED, STORY)])
    client.indices.refresh(index=f"{own}*")
    quoted = {step.evidence.story for step in CHANGE.pact.steps}
    resting = ALERT.receipt.stories

    for one in {*quoted, *resting}:
        sink.write([(CLUSTERED, withdrawn(msgspec.structs.replace(STORY, id=one)))])
    client.indices.refresh(index=f"{own}*")

    assert quoted
    assert all(not change.pact.steps for change in reader.pact_changes(PACT.id))
    assert reader.alerts() == [] or not resting


def test_what_is_too_old_goes_and_months_without_a_younger_story_go_whole(
    client: Elasticsearch, own: str
) -> None:
    sink, reader = ElasticsearchSink(client, own), ElasticsearchReader(client, own)
    days = [NOON - timedelta(days=back) for back in (200, 199, 12, 3)]
    sink.write([(CLUSTERED, story(f"s{n}", when=day)) for n, day in enumerate(days)])
    sink.write([(CLUSTERS, event(f"c{n}", f"s{n}", last_seen=day)) for n, day in enumerate(days)])
    sink.write([("pacts", PACT)])
    client.indices.refresh(index=f"{own}*")
    before = NOON - timedelta(days=10)

    assert count_prunable(client, own, before) == (3, 3)
    assert sum(prune(client, own, before)) == 6
    assert sum(prune(client, own, before)) == 0
    client.indices.refresh(index=f"{own}*")

    assert [one.id for one in reader.search("")] == ["s3"]
    assert [one.id for one in reader.clusters()] == ["c3"]
    assert reader.pact(PACT.id) == PACT
    assert not client.indices.exists(index=f"{own}stories-{days[0]:%Y.%m}")
    assert client.indices.exists(index=f"{own}clusters-1")


def test_fields_are_added_to_indices_that_are_there(client: Elasticsearch, own: str) -> None:
    client.indices.delete(index=f"{own}clusters-1")
    old = indices.mapping("clusters")
    del old["properties"]["origins"]
    client.indices.create(index=f"{own}clusters-1", mappings=old, aliases={f"{own}clusters": {}})
    client.indices.delete_index_template(name=f"{own}pactwatch-clusters")

    install(client, own)
    assert list(upgrade(client, own)) == []

    found = client.indices.get_mapping(index=f"{own}clusters-1")[f"{own}clusters-1"]["mappings"]["properties"]
    assert found["origins"] == {"type": "integer"}


def test_a_changed_mapping_gets_a_new_index_behind_the_alias(
    client: Elasticsearch, own: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, reader = ElasticsearchSink(client, own), ElasticsearchReader(client, own)
    old.write(
        [
            (CLUSTERED, story("a", title="First", revision=2)),
            (CLUSTERED, story("b", when=datetime(2026, 1, 1, tzinfo=UTC))),
        ]
    )
    monkeypatch.setitem(indices.GENERATIONS, "stories", 2)
    new = ElasticsearchSink(client, own)
    new.write([(CLUSTERED, story("a", title="Edited meanwhile", revision=3))])

    done = list(upgrade(client, own))
    again = list(upgrade(client, own))
    client.indices.refresh(index=f"{own}*")

    assert len(done) == 2
    assert again == []
    assert sorted(client.indices.get(index=f"{own}stories-*").body) == [
        f"{own}stories-2025.05-g2",
        f"{own}stories-2026.01-g2",
    ]
    assert sorted(client.indices.get_alias(name=f"{own}stories").body) == [
        f"{own}stories-2025.05-g2",
        f"{own}stories-2026.01-g2",
    ]
    assert [(one.id, one.title) for one in reader.search("")] == [("b", ""), ("a", "Edited meanwhile")]
    assert new.write([(CLUSTERED, story("a", title="Old", revision=2))]) == []
    assert reader.story("a") == story("a", title="Edited meanwhile", revision=3)


DAILY = """
alerts:
  - name: daily
    on: story
    query: "topics:ratification"
    digest: daily
"""


def test_a_story_is_forgotten_through_a_live_worker(
    bootstrap: str, elasticsearch: str, prefix: str, tmp_path: Path
) -> None:
    """From the command to the index, and out of the digest that still held it; it does not come back."""
    (tmp_path / "alerts.yaml").write_text(DAILY, encoding="utf-8")
    stream = Stream(bootstrap, f"{prefix}live-", tmp_path, elasticsearch, config=tmp_path)
    stream.run("setup")
    told = "Iran's parliament ratified the strategic partnership treaty with Russia on Wednesday."
    gone, kept = (
        story("gone", title="Zanzibar ratifies", body=told),
        story("kept", title="It ratifies", body=told),
    )
    state = tmp_path / "state"
    worker = stream.start("work", "--state", str(state))
    try:
        with connect(ElasticsearchOptions(elasticsearch)) as client:
            reader = ElasticsearchReader(client, stream.prefix)
            stream.publish([gone, kept])
            wait_for(lambda: {one.id for one in fresh(client, reader).search("", 9)} == {"gone", "kept"})
            wait_for(lambda: held(state) == ["gone", "kept"])
            assert "Sent on its way" in stream.run("forget", "gone")
            wait_for(lambda: fresh(client, reader).story("gone") is None)
            wait_for(lambda: held(state) == ["kept"])
            after = story("after", title="Rain", body="It rains.")
            stream.publish([gone, after])
            wait_for(lambda: fresh(client, reader).story("after") is not None)

            assert {one.id for one in reader.search("", 9)} == {"kept", "after"}
            assert reader.search("zanzibar") == []
            assert {alert.subject.id for alert in reader.alerts()} == {"kept"}
            assert reader.dead_letters() == []
    finally:
        worker.terminate()
        worker.wait(30)


def held(state: Path) -> list[str]:
    """Return the stories of the alerts that a worker's digests hold."""
    found = []
    for path in (state / "notify").glob("*.db"):
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            rows = connection.execute("SELECT record FROM state WHERE name = ?", (HELD.name,))
            found += [HELD.decode(record).alert.subject.id for (record,) in rows]
    return sorted(found)


def fresh(client: Elasticsearch, reader: ElasticsearchReader) -> ElasticsearchReader:
    """Return `reader` with all in view that was written until now."""
    client.indices.refresh(index=f"{reader.prefix}*")
    return reader


def wait_for(holds: Callable[[], bool], within_s: float = 240) -> None:
    """Wait until `holds`; fail when it does not in time."""
    end = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end, "it did not come to hold"
        time.sleep(0.5)
