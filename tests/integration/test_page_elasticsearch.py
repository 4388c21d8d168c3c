"""The page over Elasticsearch is the page over SQLite, to the letter."""

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from pactwatch.web.app import create
from sinks.elasticsearch.client import ElasticsearchOptions, connect
from sinks.elasticsearch.indices import install
from sinks.elasticsearch.reader import ElasticsearchReader
from sinks.elasticsearch.sink import ElasticsearchSink
from sinks.sqlite.reader import SqliteReader
from tests.demo_store import documents, fill

pytestmark = pytest.mark.servers
Pages = tuple[TestClient, TestClient]
TIMES = re.compile(r"\d+ (min|h|d) ago|in \d+ (min|h|d)|just now")


@pytest.fixture(scope="module")
def pages(elasticsearch: str, prefix: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """A client of the page over the demo in each store."""
    store = fill(tmp_path_factory.mktemp("pages") / "demo.db")
    sqlite = SqliteReader(store)
    with connect(ElasticsearchOptions(elasticsearch)) as client:
        install(client, prefix)
        assert ElasticsearchSink(client, prefix).write(documents(store)) == []
        client.indices.refresh(index=f"{prefix}*")
        elastic = ElasticsearchReader(client, prefix)
        yield TestClient(create(sqlite)), TestClient(create(elastic))
    sqlite.close()


@pytest.mark.parametrize(
    "path",
    [
        "/", "/?actor=IRN&topic=ratification", "/?order=growing", "/search", "/search?q=topics:ratification",
        "/search?q=Iran AND NOT negated:ceasefire", "/search?q=topics:(", "/pacts", "/pacts?q=parties:RUS", "/actors",
        "/actor/IRN", "/alerts", "/alerts/ratifications", "/feeds", "/try?q=actors:RUS",
        "/try?q=step:ratified&on=pact", "/try?q=actors:IRN&on=cluster", "/search.csv", "/clusters.atom",
        "/alerts/ratifications.atom", "/api/v1/stories?limit=7", "/api/v1/clusters?q=origins:>1", "/api/v1/status",
        "/api/v1/facets?field=actors&field=topics",
        "/api/v1/over-time?since=2025-05-20T00:00:00Z&until=2025-05-22T00:00:00Z&span_s=3600",
    ],
)  # fmt: skip
def test_a_page_is_the_same(pages: Pages, path: str) -> None:
    sqlite, elastic = (client.get(path) for client in pages)

    assert elastic.status_code == sqlite.status_code
    assert TIMES.sub("", elastic.text) == TIMES.sub("", sqlite.text)


def test_what_the_pages_lead_to_is_the_same(pages: Pages) -> None:
    for listing, kind in (("/pacts", "pact"), ("/", "cluster"), ("/search", "story")):
        links = re.findall(rf'href="(/{kind}[/?][^"]*)"', pages[0].get(listing).text)
        assert links
        for link in links[:5]:
            sqlite, elastic = (client.get(link.replace("&amp;", "&")) for client in pages)
            assert (elastic.status_code, elastic.text) == (200, sqlite.text)
    (pact, *_) = re.findall(r'href="(/pact/[^"]*)"', pages[0].get("/pacts").text)
    for day in ("2025-05-20", "2025-05-21"):
        assert pages[1].get(f"{pact}?as_of={day}").text == pages[0].get(f"{pact}?as_of={day}").text
