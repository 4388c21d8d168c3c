"""Every list of the page as Atom and CSV: well-formed, complete, harmless in a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import feedparser
import msgspec
import pytest
from fastapi.testclient import TestClient
from lxml import etree

from tests.web_documents import ALERT, CLUSTER, DOCUMENTS, NOON, STORY, page_over

LISTS = ["/search", "/clusters", "/pacts", "/alerts", "/alerts/ratifications", "/feeds"]
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with page_over(tmp_path / "page.db") as client:
        yield client


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_an_atom_feed_that_readers_take(client: TestClient, path: str) -> None:
    response = client.get(f"{path}.atom")
    read = feedparser.parse(response.content, response_headers={"content-type": "application/atom+xml"})

    assert not read.bozo, read.get("bozo_exception")
    assert read.version == "atom10"
    assert len(read.entries) == 1
    assert read.entries[0].link.startswith("http://127.0.0.1:8765/")


def test_actors_are_a_list_too(client: TestClient) -> None:
    rows = list(csv.reader(io.StringIO(client.get("/actors.csv").text)))
    read = feedparser.parse(client.get("/actors.atom").content)

    assert rows[0] == ["code", "name", "stories"]
    assert ["RUS", "Russia", "1"] in rows
    assert (read.bozo, {entry.title for entry in read.entries}) == (False, {row[1] for row in rows[1:]})


def test_an_actor_is_as_new_as_the_newest_story_that_names_it(tmp_path: Path) -> None:
    earlier = msgspec.structs.replace(STORY, id="s2", timestamp=NOON - timedelta(days=3), actors=["IRN"])
    stories = [("clustered", STORY), ("clustered", earlier)]
    with page_over(tmp_path / "page.db", stories) as client:
        read = feedparser.parse(client.get("/actors.atom").content)

    assert {entry.title: entry.updated for entry in read.entries} == {
        "NATO": "2025-05-21T12:00:00Z", "Russia": "2025-05-21T12:00:00Z", "Iran": "2025-05-18T12:00:00Z",
    }  # fmt: skip
    assert read.feed.updated == "2025-05-21T12:00:00Z"


@pytest.mark.parametrize("query", ["", "?topic=ratification", "?actor=RUS&language=en"])
def test_a_filtered_page_links_to_json_of_what_it_shows(client: TestClient, query: str) -> None:
    html = client.get(f"/{query}").text
    (link,) = re.findall(r'href="(/api/v1/clusters[^"]*)">JSON', html)
    shown = re.findall('data-cluster="([^"]*)"', html)

    assert [one["id"] for one in client.get(unescape(link)).json()] == shown


@pytest.mark.parametrize("path", LISTS)
def test_a_feed_has_what_rfc_4287_asks_for(client: TestClient, path: str) -> None:
    root = etree.fromstring(client.get(f"{path}.atom").content)

    for parent in (root, *root.findall("a:entry", ATOM)):
        for name in ("id", "title", "updated"):
            assert len(parent.findall(f"a:{name}", ATOM)) == 1, name
            assert parent.findtext(f"a:{name}", namespaces=ATOM)
        assert parent.findtext("a:updated", namespaces=ATOM).endswith("Z")
        links = [(link.get("rel"), link.get("type")) for link in parent.findall("a:link", ATOM)]
        assert len(links) == len(set(links))
    assert root.find("a:author/a:name", ATOM) is not None
    assert root.find("a:link[@rel='self']", ATOM).get("href") == f"http://127.0.0.1:8765{path}.atom"


def test_the_entry_of_an_alert_carries_its_receipt(client: TestClient) -> None:
    (entry,) = feedparser.parse(client.get("/alerts/ratifications.atom").content).entries

    assert entry.link.endswith("/pact/p1")
    assert "query: step:ratified" in entry.summary
    assert {tag.term for tag in entry.tags} == {"ratifications", "medium"}


def test_an_entry_keeps_its_id_and_a_later_poll_asks_for_news_only(client: TestClient) -> None:
    first = client.get("/alerts.atom")
    again = client.get("/alerts.atom", headers={"if-none-match": first.headers["etag"]})
    elsewhere = client.get("/alerts.atom", headers={"host": "localhost:9999"})

    assert (again.status_code, again.content) == (304, b"")
    ids = [feedparser.parse(one.content).entries[0].id for one in (first, elsewhere)]
    assert ids[0] == ids[1]


def test_a_subscription_that_never_fired_is_an_empty_feed(client: TestClient) -> None:
    read = feedparser.parse(client.get("/alerts/never-fired.atom").content)

    assert (read.bozo, read.entries, read.feed.title) == (False, [], "pactwatch: never-fired")
    assert "has not fired yet" in client.get("/alerts/never-fired").text


@pytest.mark.parametrize("path", ["/alerts/unheard-of", "/alerts/unheard-of.atom", "/alerts/unheard-of.csv"])
def test_an_unknown_subscription_is_not_there(client: TestClient, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 404
    assert "no subscription called unheard-of" in response.text


@pytest.mark.parametrize(
    "title",
    [
        "\x00\x0b<b>&\ufffe",
        "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
        "a" * 10_000,
        "",
    ],
)
def test_any_title_makes_a_feed(tmp_path: Path, title: str) -> None:
    alert = msgspec.structs.replace(ALERT, title=title, fact="")
    story = msgspec.structs.replace(STORY, title=title, summary="", url="javascript:alert(1)")
    with page_over(tmp_path / "page.db", [("alerts", alert), ("clustered", story)]) as client:
        for path in ("/alerts.atom", "/search.atom"):
            read = feedparser.parse(client.get(path).content)
            assert not read.bozo
            assert len(read.entries) == 1
            assert "javascript" not in str(read.entries[0].links)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_a_table(client: TestClient, path: str) -> None:
    response = client.get(f"{path}.csv")
    header, row = csv.reader(io.StringIO(response.text))

    assert len(header) == len(row)
    assert "attachment" in response.headers["content-disposition"]


@pytest.mark.parametrize("title", ['=HYPERLINK("http://evil")', "+1", "-1", "@SUM(A1)", "\tx"])
def test_a_title_is_no_formula(tmp_path: Path, title: str) -> None:
    story = msgspec.structs.replace(STORY, title=title)
    with page_over(tmp_path / "page.db", [("clustered", story)]) as client:
        (row,) = csv.DictReader(io.StringIO(client.get("/search.csv").text))

    assert row["title"] == f"'{title}"


def test_a_cluster_says_more_than_its_title(client: TestClient) -> None:
    (entry,) = feedparser.parse(client.get("/clusters.atom").content).entries
    (row,) = csv.DictReader(io.StringIO(client.get("/clusters.csv").text))

    assert row["summary"] == CLUSTER.summary
    assert entry.summary.splitlines()[0] == CLUSTER.summary
    assert "2 stories of 1 independent origins" in entry.summary


def test_a_filter_holds_for_the_list_too(client: TestClient) -> None:
    assert b"<entry>" in client.get("/clusters.atom?actor=RUS").content
    assert b"<entry>" not in client.get("/clusters.atom?actor=CHN").content
    assert len(client.get("/search.csv?q=actors:CHN").text.splitlines()) == 1


def test_every_page_of_a_list_names_its_feed(client: TestClient) -> None:
    assert len(DOCUMENTS) == 6
    for page in ("/", "/search?q=actors:RUS", "/pacts", "/alerts", "/alerts/ratifications", "/actor/RUS"):
        root = etree.fromstring(client.get(page).content, etree.HTMLParser())
        (link,) = root.findall(".//link[@type='application/atom+xml']")
        assert client.get(link.get("href")).status_code == 200
