"""The searches of the page on SQLite and on Elasticsearch, side by side, over the store of tests/bench/page.py."""

import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from itertools import islice

from sinks.elasticsearch.client import ElasticsearchOptions, connect
from sinks.elasticsearch.indices import install
from sinks.elasticsearch.reader import ElasticsearchReader
from sinks.elasticsearch.sink import ElasticsearchSink
from sinks.reader import Reader
from sinks.sqlite.reader import SqliteReader
from stories import topics
from tests.bench.page import QUERIES, STORIES, store
from tests.servers_elasticsearch import elasticsearch_server

TITLE = f"Searches over {STORIES:,} stories: milliseconds, median of 9, one reader"
FIELDS = ("actors", "topics", "language", "feed.name", "persons", "step")
TIMES = 9


def run() -> Iterable[Mapping[str, object]]:
    """Yield a row per query: 20 stories with their number and facets, as the search page asks them."""
    sqlite = SqliteReader(store())
    prefix = f"bench{uuid.uuid4().hex[:8]}-"
    with elasticsearch_server() as address, connect(ElasticsearchOptions(address)) as client:
        install(client, prefix)
        fill(ElasticsearchSink(client, prefix), sqlite)
        client.indices.refresh(index=f"{prefix}*")
        elastic = ElasticsearchReader(client, prefix)
        for query in QUERIES:
            assert sqlite.count(query) == elastic.count(query)
            yield {
                "what": query or "(all)",
                "stories": sqlite.count(query),
                "SQLite": median(lambda reader=sqlite, query=query: asked(reader, query)),
                "Elasticsearch": median(lambda reader=elastic, query=query: asked(reader, query)),
            }
        for index in client.indices.get(index=f"{prefix}*"):  # one by one: a line of all names is too long
            client.indices.delete(index=index)
    sqlite.close()


def fill(sink: ElasticsearchSink, sqlite: SqliteReader) -> None:
    """Put every story of the embedded store into Elasticsearch."""
    every = sqlite.every_story()
    while stories := list(islice(every, 2_000)):
        assert sink.write([(topics.CLUSTERED.name, story) for story in stories]) == []


def asked(reader: Reader, query: str) -> None:
    """Ask what the search page asks."""
    reader.search(query, 20)
    reader.count(query)
    reader.facets(query, FIELDS, 8)


def median(work: Callable[[], None]) -> float:
    """Return how long `work` takes."""
    took = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return round(sorted(took)[TIMES // 2] * 1000, 1)
