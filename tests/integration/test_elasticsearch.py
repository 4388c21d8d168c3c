"""The sink and the reader on a real Elasticsearch: once by id, refusals one by one, faults that pass."""

from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from elasticsearch import Elasticsearch

from pactwatch.embedded import Embedded
from pactwatch.pipeline import build
from pactwatch.settings import load
from sinks.elasticsearch import languages
from sinks.elasticsearch.client import ElasticsearchOptions, connect
from sinks.elasticsearch.indices import KINDS, install, mapping, missing_templates
from sinks.elasticsearch.reader import ElasticsearchReader
from sinks.elasticsearch.sink import ElasticsearchSink
from sinks.sqlite.reader import SqliteReader
from stories import topics, wire
from stories.errors import PermanentError, TemporaryError
from stories.model import Alert, Edit, Receipt, Subject
from tests.archive import archive
from tests.servers_elasticsearch import ElasticsearchNode, java_home
from tests.stories_made import NOON, story

pytestmark = pytest.mark.servers
CLUSTERED = topics.CLUSTERED.name


def test_templates_can_be_put_again_and_are_missed_where_they_are_not(
    client: Elasticsearch, own: str
) -> None:
    install(client, own)

    assert missing_templates(client, own) == []
    assert len(missing_templates(client, "elsewhere-")) == len(KINDS)


def test_an_index_of_an_older_version_takes_a_newer_ones_fields(client: Elasticsearch, prefix: str) -> None:
    name = f"{prefix}aged-"
    older = mapping("stories")
    del older["properties"]["edits"]
    client.indices.create(index=f"{name}stories-2025.05", mappings=older)
    edit = Edit(when=NOON, field="title", before="Talks", after="First")
    edited = story("a", title="First", edits=[edit])

    install(client, name)

    assert ElasticsearchSink(client, name).write([(CLUSTERED, edited)]) == []
    found = client.get(index=f"{name}stories-2025.05", id="a").body["_source"]
    assert found["edits"][0]["before"] == "Talks"


def test_stories_are_analysed_in_the_languages_that_the_cluster_has(
    client: Elasticsearch, own: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sink, template = ElasticsearchSink(client, own), languages.template_name(own)
    indexed = msgspec.structs.replace(story("a", title="The treaties"), revision=1)
    assert sink.write([(CLUSTERED, indexed)]) == []  # a cluster without them lacks nothing else

    few = {"en": "stop", "xx": "there-is-no-such"}  # the test's server has no stemmers
    monkeypatch.setattr(languages, "ANALYZERS", few)
    install(client, own, spoken=["en-GB", "xx", ""])
    install(client, own, spoken=["en-GB", "xx", ""])
    later = msgspec.structs.replace(
        story("b", title="The treaties of July"), first_published=NOON.replace(year=2031)
    )
    assert sink.write([(CLUSTERED, later), (CLUSTERED, msgspec.structs.replace(indexed, revision=2))]) == []
    client.indices.refresh(index=f"{own}stories")

    assert client.cluster.get_component_template(name=template)["component_templates"][0]["name"] == template
    for field, word, found in (("title.en", "treaties", 2), ("title.en", "the", 0), ("title", "the", 2)):
        assert client.count(index=f"{own}stories", query={"term": {field: word}})["count"] == found, field


def test_of_one_story_the_highest_revision_stays(client: Elasticsearch, own: str) -> None:
    sink, reader = ElasticsearchSink(client, own), ElasticsearchReader(client, own)
    first = story("a", title="First")
    third = msgspec.structs.replace(first, title="Third", revision=3)
    second = msgspec.structs.replace(first, title="Second", revision=2)

    assert sink.write([(CLUSTERED, first), (CLUSTERED, third), (CLUSTERED, second)]) == []
    assert sink.write([(CLUSTERED, first), (CLUSTERED, third)]) == []
    client.indices.refresh(index=f"{own}*")

    assert [one.title for one in reader.search()] == ["Third"]


class OddAlert(Alert):
    """An alert with a field that no mapping knows, as a newer pactwatch might write it."""

    surprise: str = "?"


def test_what_a_strict_mapping_refuses_comes_back_and_the_rest_is_indexed(
    client: Elasticsearch, own: str
) -> None:
    about = Subject(kind="story", id="1")
    told = {
        "subscription": "s",
        "subject": about,
        "title": "t",
        "when": NOON,
        "receipt": Receipt(query="*:*"),
    }
    good = [Alert(id=str(number), **told) for number in range(3)]
    odd = OddAlert(id="odd", surprise="!", **told)
    sink, reader = ElasticsearchSink(client, own), ElasticsearchReader(client, own)

    refused = sink.write([("alerts", one) for one in (good[0], odd, *good[1:])])
    client.indices.refresh(index=f"{own}*")

    assert [(topic, document) for topic, document, _ in refused] == [("alerts", odd)]
    assert "strict_dynamic_mapping_exception" in refused[0][2]
    assert "surprise" in refused[0][2]
    assert {one.id for one in reader.alerts()} == {"0", "1", "2"}


@pytest.mark.parametrize("block", ["read_only_allow_delete", "write"])
def test_a_blocked_index_is_waited_for(client: Elasticsearch, own: str, block: str) -> None:
    sink, reader = ElasticsearchSink(client, own, retries=0), ElasticsearchReader(client, own)
    sink.write([(CLUSTERED, story("a", title="Before"))])
    client.indices.put_settings(index=f"{own}stories-*", settings={f"index.blocks.{block}": True})

    with pytest.raises(TemporaryError, match="takes no documents now"):
        sink.write([(CLUSTERED, story("b", title="While blocked"))])
    client.indices.put_settings(index=f"{own}stories-*", settings={f"index.blocks.{block}": None})
    sink.write([(CLUSTERED, story("b", title="While blocked"))])
    client.indices.refresh(index=f"{own}*")

    assert {one.id for one in reader.search()} == {"a", "b"}


def test_an_index_deleted_while_we_write_is_made_again(client: Elasticsearch, own: str) -> None:
    sink, reader = ElasticsearchSink(client, own), ElasticsearchReader(client, own)
    one = story("a", title="Before")
    sink.write([(CLUSTERED, one)])
    client.indices.delete(index=",".join(client.indices.get(index=f"{own}stories-*")))

    with pytest.raises(TemporaryError):
        sink.write([(CLUSTERED, one)])
    sink.write([(CLUSTERED, one)])
    client.indices.refresh(index=f"{own}*")

    assert [found.id for found in reader.search()] == ["a"]


def test_a_server_that_is_not_there_is_a_fault_that_may_pass() -> None:
    sink = ElasticsearchSink(connect(ElasticsearchOptions("http://127.0.0.1:9")))

    with pytest.raises(TemporaryError, match="check that it is up"):
        sink.write([(CLUSTERED, story("a", title="Title"))])


def test_an_address_that_is_none_says_how_to_write_one() -> None:
    with pytest.raises(PermanentError, match="PACTWATCH_ELASTICSEARCH_URL"):
        connect(ElasticsearchOptions("localhost"))


def test_both_readers_answer_alike(client: Elasticsearch, own: str, data: Path, tmp_path: Path) -> None:
    """What the embedded store was given goes into Elasticsearch; every listing then says the same."""
    embedded = Embedded(tmp_path / "one.db", build(load(None, {})))
    embedded.process(archive(data, 400))
    sqlite = SqliteReader(tmp_path / "one.db")
    elastic = ElasticsearchReader(client, own)
    rows = embedded.connection.execute("SELECT kind, document FROM documents").fetchall()
    documents = [(CLUSTERED, story) for story in sqlite.every_story()]
    documents += [(kind, wire.decode(document, topics.BY_NAME[kind].document)) for kind, document in rows]
    assert ElasticsearchSink(client, own).write(documents) == []
    client.indices.refresh(index=f"{own}*")

    assert elastic.counts() == sqlite.counts()
    assert elastic.clusters(limit=500) == sqlite.clusters(limit=500)
    assert elastic.clusters("topics:armed-conflict AND origins:>1") == sqlite.clusters(
        "topics:armed-conflict AND origins:>1"
    )
    assert elastic.pacts() == sqlite.pacts()
    assert elastic.pacts("kind:accession") == sqlite.pacts("kind:accession")
    assert elastic.alerts(limit=500) == sqlite.alerts(limit=500)
    assert list(elastic.every_story()) == list(sqlite.every_story())
    since = datetime(2022, 6, 24, tzinfo=UTC)
    assert list(elastic.every_story(since)) == list(sqlite.every_story(since))
    for one in sqlite.search("topics:*", 20):
        assert elastic.story(one.id) == elastic.story(one.url) == one
        assert elastic.related(one) == sqlite.related(one)
    for pact in sqlite.pacts():
        assert elastic.pact(pact.id) == pact
        assert elastic.pact_changes(pact.id) == sqlite.pact_changes(pact.id)
    for alert in sqlite.alerts():
        assert elastic.alert(alert.id) == alert
    assert elastic.search("", 5, 12_000) == sqlite.search("", 5, 12_000) == []
    for (merged,) in embedded.connection.execute(
        "SELECT id FROM documents WHERE kind = 'clusters' AND parent = 'merged'"
    ):
        assert elastic.cluster(merged) == sqlite.cluster(merged)
    sqlite.close()
    embedded.close()


@pytest.mark.skipif(java_home() is None, reason="kills a server of its own, which needs Java 21")
def test_a_killed_server_loses_nothing_that_it_acknowledged(data: Path) -> None:
    node = ElasticsearchNode()
    try:
        client = connect(ElasticsearchOptions(node.start()))
        install(client)
        sink = ElasticsearchSink(client)
        stories = [(CLUSTERED, one) for one in archive(data, 600)]
        assert sink.write(stories[:400]) == []
        node.kill()
        with pytest.raises(TemporaryError):
            sink.write(stories[400:])
        client = connect(ElasticsearchOptions(node.start()))
        again = ElasticsearchSink(client)

        assert again.write(stories[300:]) == []  # a redelivery brings some a second time
        client.indices.refresh(index="stories")
        assert ElasticsearchReader(client).count() == 600
    finally:
        node.stop()
