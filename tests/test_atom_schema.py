"""Every Atom feed of the page holds to the schema of RFC 4287, with the demo's alerts and with odd ones."""

from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
from fastapi.testclient import TestClient
from lxml import etree

from tests.web_documents import page_over

SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parent / "atom.rng"))
FEEDS = ["/search", "/clusters", "/pacts", "/alerts", "/alerts/ratifications"]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with page_over(tmp_path / "page.db") as client:
        yield client


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_is_valid(client: TestClient, path: str) -> None:
    document = etree.fromstring(client.get(f"{path}.atom").content)

    assert SCHEMA.validate(document), SCHEMA.error_log
    assert not feedparser.parse(client.get(f"{path}.atom").content).bozo


def test_the_schema_refuses_what_the_standard_does() -> None:
    atom = 'xmlns="http://www.w3.org/2005/Atom"'
    head = "<id>urn:a</id><title>t</title><author><name>n</name></author>"
    good = f"<feed {atom}>{head}<updated>2025-05-21T09:00:00Z</updated></feed>"

    assert SCHEMA.validate(etree.fromstring(good))
    for bad in (
        good.replace("<id>urn:a</id>", ""),
        good.replace("2025-05-21T09:00:00Z", "21 May 2025"),
        good.replace("</feed>", "<pubDate>today</pubDate></feed>"),
        good.replace("</feed>", "<entry><id>urn:b</id><title>t</title></entry></feed>"),
    ):
        assert not SCHEMA.validate(etree.fromstring(bad)), bad
