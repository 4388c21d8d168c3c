"""Facets, series, clusters behind a query and places in a listing: the same from both stores."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pactwatch.embedded import Embedded
from pactwatch.pipeline import build
from pactwatch.settings import load
from sinks.elasticsearch import reader as elasticsearch_reader
from sinks.elasticsearch.client import ElasticsearchOptions, connect
from sinks.elasticsearch.indices import install
from sinks.elasticsearch.reader import ElasticsearchReader
from sinks.elasticsearch.sink import ElasticsearchSink
from sinks.reader import Place, Reader
from sinks.sqlite import summary as sqlite_summary
from sinks.sqlite.reader import SqliteReader
from stories import topics
from stories.errors import QueryError
from tests.archive import archive

pytestmark = pytest.mark.servers
Both = tuple[Reader, Reader]

QUERIES = ("", "topics:armed-conflict", "actors:(RUS OR UKR) AND NOT topics:sanctions", "parliament", "zzz")
FIELDS = ("actors", "topics", "language", "feed.name", "outlet", "persons", "step")


@pytest.fixture(scope="module")
def both(
    elasticsearch: str, prefix: str, data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Both]:
    """Two readers over the same 300 stories of the archive and their clusters."""
    store = tmp_path_factory.mktemp("both") / "one.db"
    embedded = Embedded(store, build(load(None, {})))
    embedded.process(archive(data, 300))
    sqlite = SqliteReader(store)
    with connect(ElasticsearchOptions(elasticsearch)) as client:
        install(client, prefix)
        documents = [(topics.CLUSTERED.name, story) for story in sqlite.every_story()]
        clusters = [(topics.CLUSTERS.name, cluster) for cluster in sqlite.clusters(limit=10_000)]
        assert ElasticsearchSink(client, prefix).write([*documents, *clusters]) == []
        client.indices.refresh(index=f"{prefix}*")
        yield sqlite, ElasticsearchReader(client, prefix)
    sqlite.close()
    embedded.close()


@pytest.mark.parametrize("query", QUERIES)
def test_facets(both: Both, query: str) -> None:
    sqlite, elastic = both

    assert elastic.facets(query, FIELDS, 7) == sqlite.facets(query, FIELDS, 7)


@pytest.mark.parametrize("query", QUERIES)
def test_facets_of_the_newest_only(both: Both, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sqlite, elastic = both
    monkeypatch.setattr(sqlite_summary, "FACETED", 20)
    monkeypatch.setattr(elasticsearch_reader, "FACETED", 20)

    assert elastic.facets(query, FIELDS, 7) == sqlite.facets(query, FIELDS, 7)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("span_s", [86_400, 7 * 86_400])
def test_series(both: Both, query: str, span_s: int) -> None:
    sqlite, elastic = both
    since, until = datetime(2022, 6, 21, tzinfo=UTC), datetime(2022, 7, 20, tzinfo=UTC)

    assert elastic.over_time(query, since, until, span_s) == sqlite.over_time(query, since, until, span_s)


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("offset", [0, 3])
def test_clusters_behind_a_query(both: Both, query: str, offset: int) -> None:
    sqlite, elastic = both

    assert elastic.clusters_with(query, 10, offset) == sqlite.clusters_with(query, 10, offset)


@pytest.mark.parametrize("query", QUERIES)
def test_a_listing_in_pages_is_the_whole_listing(both: Both, query: str) -> None:
    for reader in both:
        found, after = [], None
        while page := reader.search(query, 37, after=after):
            found += [story.id for story in page]
            after = Place(int(page[-1].timestamp.timestamp() * 1000), page[-1].id)
        assert found == [story.id for story in both[0].search(query, 1000)]


def test_clusters_in_pages(both: Both) -> None:
    sqlite, elastic = both
    first = sqlite.clusters("origins:>=1", 5)
    place = Place(int(first[-1].last_seen.timestamp() * 1000), first[-1].id)

    assert elastic.clusters("origins:>=1", 9, after=place) == sqlite.clusters("origins:>=1", 9, after=place)
    assert sqlite.clusters("origins:>=1", 9, after=place) == sqlite.clusters("origins:>=1", 14)[5:]


def test_a_query_that_cannot_be_read_is_said_by_both(both: Both) -> None:
    for reader in both:
        with pytest.raises(QueryError):
            reader.facets("actors:(", ["actors"])
        with pytest.raises(QueryError):
            reader.clusters_with("actors:(")
