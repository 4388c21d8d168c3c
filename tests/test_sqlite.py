"""The embedded store keeps the newest revision, finds what was written, and refuses what it cannot read."""

from datetime import timedelta

import pytest

from sinks.sqlite.reader import SqliteReader
from sinks.sqlite.sink import SqliteSink
from stories.errors import PermanentError, QueryError
from stories.model import Cluster, FeedState
from streams.state import connect
from tests.stories_made import NOON, story


@pytest.fixture
def store(tmp_path):
    connection = connect(tmp_path / "store.db")
    sink = SqliteSink(connection)
    sink.create()
    reader = SqliteReader(tmp_path / "store.db")
    yield sink, reader
    reader.close()
    connection.close()


def ids(stories):
    return [one.id for one in stories]


def test_of_one_id_the_highest_revision_stays(store):
    sink, reader = store
    sink.write([("clustered", story(title="second", revision=2)), ("clustered", story(title="first"))])
    sink.write([("clustered", story(title="first"))])

    assert [one.title for one in reader.search()] == ["second"]
    assert ids(reader.search("title:first")) == []


def test_an_edit_is_found_by_its_new_words_only(store):
    sink, reader = store
    sink.write([("clustered", story(title="Senate delays vote", topics=["negotiation"]))])
    sink.write([("clustered", story(title="Senate ratifies", topics=["ratification"], revision=2))])

    assert ids(reader.search("delays")) == []
    assert ids(reader.search("ratifies AND topics:ratification")) == ["a"]
    assert ids(reader.search("topics:negotiation")) == []


QUERIES = {
    "iran's": ["a"],
    '"strategic partnership"': ["a"],
    "partner*": ["b", "a"],
    "p?ct": ["b"],
    "actors:(IRN OR USA)": ["b", "a"],
    "NOT actors:USA": ["a"],
    "actors:RU*": ["a"],
    "published:[2025-05-22 TO *]": ["b"],
    "published:{* TO 2025-05-22}": ["a"],
    "revision:>=2": [],
    "summary:*": ["a"],
    "*:*": ["b", "a"],
    "feed.name:News": ["b", "a"],
    "中": ["b"],
    "partner* AND (pact OR iran's) AND NOT (topics:sanctions)": ["b", "a"],
}


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_finds_its_stories_newest_first(store, query):
    sink, reader = store
    sink.write(
        [
            (
                "clustered",
                story("a", title="Iran's strategic partnership", summary="x", actors=["IRN", "RUS"]),
            ),
            (
                "clustered",
                story("b", title="Pact of partners, 中国", actors=["USA"], when=NOON + timedelta(days=2)),
            ),
        ]
    )

    assert ids(reader.search(query)) == QUERIES[query]
    assert reader.count(query) == len(QUERIES[query])


def test_a_wildcard_that_fits_too_much_is_refused(store):
    sink, reader = store
    sink.write([("clustered", story(title=" ".join(f"w{n}" for n in range(1100))))])

    with pytest.raises(QueryError, match=r"column 1: .*write more letters"):
        reader.search("w*")


def test_the_id_of_a_merged_cluster_leads_to_the_one_it_became(store):
    sink, reader = store
    kept = Cluster(id="k", title="kept", first_seen=NOON, last_seen=NOON, size=2, merged_from=["m"])
    gone = Cluster(
        id="m", title="gone", first_seen=NOON, last_seen=NOON, size=1, state="merged", merged_into="k"
    )
    sink.write([("clusters", kept), ("clusters", gone)])

    assert reader.cluster("m") == kept
    assert reader.clusters() == [kept]
    assert reader.clusters("size:>5") == []


def test_counts_tell_feeds_that_fail(store):
    sink, reader = store
    sink.write([("feeds", FeedState(url="a")), ("feeds", FeedState(url="b", error="gone (410)"))])

    assert (reader.counts().feeds_ok, reader.counts().feeds_failing) == (1, 1)


def test_a_newer_store_and_a_missing_one_are_refused_with_a_cure(store, tmp_path):
    sink, _ = store
    sink.connection.execute("PRAGMA user_version = 99")

    with pytest.raises(PermanentError, match="newer pactwatch"):
        sink.create()
    with pytest.raises(PermanentError, match="newer pactwatch"):
        SqliteReader(tmp_path / "store.db").counts()
    with pytest.raises(PermanentError, match="no store at"):
        SqliteReader(tmp_path / "none.db")
