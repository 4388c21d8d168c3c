"""The page's sums over many stories, on the embedded store; the integration tests hold Elasticsearch to them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sinks.reader import Facet, Place
from sinks.sqlite import summary
from sinks.sqlite.reader import SqliteReader
from sinks.sqlite.sink import SqliteSink
from stories.errors import QueryError
from stories.model import Cluster
from streams.state import connect
from tests.stories_made import NOON, story

HOUR = timedelta(hours=1)


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[SqliteReader]:
    """Nine stories, one an hour up to noon, in three clusters; every third one is of Iran."""
    connection = connect(tmp_path / "store.db")
    sink = SqliteSink(connection)
    sink.create()
    for number in range(9):
        actors = ["IRN", "RUS"] if number % 3 == 0 else ["RUS"]
        when = NOON - number * HOUR
        one = story(f"s{number}", title="Word", when=when, actors=actors, cluster=f"c{number % 3}")
        sink.write([("clustered", one)])
    for number in range(3):
        cluster = Cluster(id=f"c{number}", title="t", first_seen=NOON, last_seen=NOON, size=3)
        sink.write([("clusters", cluster)])
    reader = SqliteReader(tmp_path / "store.db")
    yield reader
    reader.close()
    connection.close()


def test_facets_count_what_matches_the_commonest_first(reader: SqliteReader) -> None:
    assert reader.facets("", ["actors", "topics"]) == {
        "actors": [Facet("RUS", 9, NOON), Facet("IRN", 3, NOON)],
        "topics": [],
    }
    assert reader.facets("actors:IRN", ["actors"], limit=1) == {"actors": [Facet("IRN", 3, NOON)]}


def test_a_facet_knows_when_it_was_last_told(reader: SqliteReader) -> None:
    assert reader.facets("", ["cluster"])["cluster"] == [
        Facet(f"c{number}", 3, NOON - number * HOUR) for number in range(3)
    ]


def test_facets_count_the_newest_only(reader: SqliteReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(summary, "FACETED", 4)

    assert reader.facets("", ["actors"]) == {"actors": [Facet("RUS", 4, NOON), Facet("IRN", 2, NOON)]}


def test_a_series_has_its_empty_spans(reader: SqliteReader) -> None:
    spans = reader.over_time("actors:IRN", NOON - 4 * HOUR, NOON + HOUR, 3600)

    assert [span.stories for span in spans] == [0, 1, 0, 0, 1]
    assert spans[0].start == datetime(2025, 5, 21, 8, tzinfo=UTC)


def test_a_series_begins_at_a_whole_span_but_counts_from_where_it_was_asked(reader: SqliteReader) -> None:
    (day,) = reader.over_time("", NOON - 2 * HOUR, NOON, 86_400)

    assert (day.start, day.stories) == (datetime(2025, 5, 21, tzinfo=UTC), 2)


def test_too_long_a_series_is_refused(reader: SqliteReader) -> None:
    with pytest.raises(ValueError, match="longer"):
        reader.over_time("", NOON - timedelta(days=3650), NOON, 60)


def test_clusters_come_by_their_newest_story_that_matches(reader: SqliteReader) -> None:
    assert [one.id for one in reader.clusters_with("")] == ["c0", "c1", "c2"]
    assert [one.id for one in reader.clusters_with("actors:IRN")] == ["c0"]
    assert [one.id for one in reader.clusters_with("", limit=1, offset=1)] == ["c1"]


def test_a_listing_goes_on_after_a_place(reader: SqliteReader) -> None:
    last = reader.search("", limit=4)[-1]
    place = Place(int(last.timestamp.timestamp() * 1000), last.id)

    assert [one.id for one in reader.search("", 3, after=place)] == ["s4", "s5", "s6"]
    noon = int(NOON.timestamp() * 1000)
    assert [one.id for one in reader.clusters("", after=Place(noon, "c0"))] == ["c1", "c2"]
    assert [one.id for one in reader.clusters("size:3", limit=1, after=Place(noon, "c0"))] == ["c1"]


@pytest.mark.parametrize("ask", ["facets", "clusters_with"])
def test_a_query_that_cannot_be_read_is_said(reader: SqliteReader, ask: str) -> None:
    with pytest.raises(QueryError):
        getattr(reader, ask)("actors:(", *([["actors"]] if ask == "facets" else []))
