"""One query language, three readers: the matcher, SQLite and Elasticsearch find the same stories."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from pactwatch.embedded import Embedded
from pactwatch.pipeline import build
from pactwatch.settings import load
from sinks.elasticsearch.client import ElasticsearchOptions, connect
from sinks.elasticsearch.indices import install
from sinks.elasticsearch.reader import ElasticsearchReader, clause
from sinks.elasticsearch.sink import ElasticsearchSink
from sinks.sqlite.reader import SqliteReader
from stories.fields import STORY
from stories.model import Story
from stories.query import parse
from stories.query_match import Subjected, matches
from tests.archive import archive
from tests.queries_made import BY_HAND, at_random

pytestmark = pytest.mark.servers
STORIES = 5000
QUERIES = [*BY_HAND, *at_random(300)]


class Readers(NamedTuple):
    stories: list[Story]
    sqlite: SqliteReader
    elasticsearch: ElasticsearchReader


@pytest.fixture(scope="module")
def readers(
    data: Path, elasticsearch: str, prefix: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Readers]:
    store = tmp_path_factory.mktemp("queries") / "stories.db"
    steps = [step for step in build(load(None, {})) if step.name in ("admit", "tag", "cluster")]
    embedded = Embedded(store, steps)
    embedded.process(archive(data, STORIES))
    sqlite = SqliteReader(store)
    stories = list(sqlite.every_story())
    client = connect(ElasticsearchOptions(elasticsearch))
    install(client, prefix)
    refused = ElasticsearchSink(client, prefix).write([("clustered", story) for story in stories])
    assert refused == []
    client.indices.refresh(index=f"{prefix}*")
    yield Readers(stories, sqlite, ElasticsearchReader(client, prefix))
    client.close()
    sqlite.close()
    embedded.close()


def test_the_corpus_is_worth_asking(readers: Readers) -> None:
    assert len(readers.stories) == STORIES
    assert sum(bool(story.topics) for story in readers.stories) > STORIES / 10


@pytest.mark.timeout(900)
def test_the_three_find_the_same_stories(readers: Readers) -> None:
    now = datetime.now(UTC)
    subjects = [(story.id, Subjected(story, STORY)) for story in readers.stories]
    differ: dict[str, dict[str, list[str]]] = {}
    empty = 0
    for text in QUERIES:
        query = parse(text, STORY, now)
        found = {
            "matcher": sorted(story_id for story_id, subject in subjects if matches(query, subject)),
            "sqlite": _sqlite_ids(readers.sqlite, text),
            "elasticsearch": _elasticsearch_ids(readers.elasticsearch, text),
        }
        empty += not found["matcher"]
        if len({tuple(ids) for ids in found.values()}) > 1:
            differ[text] = found

    assert {text: {name: len(ids) for name, ids in found.items()} for text, found in differ.items()} == {}
    assert empty < len(QUERIES) / 4  # agreeing on nothing would prove little


def test_they_list_in_the_same_order(readers: Readers) -> None:
    for text in BY_HAND[:40]:
        expected = [story.id for story in readers.sqlite.search(text, 50, 10)]

        assert [story.id for story in readers.elasticsearch.search(text, 50, 10)] == expected, text


def _sqlite_ids(reader: SqliteReader, query: str) -> list[str]:
    condition = reader._condition(query)
    rows = reader._rows(f"SELECT id FROM stories WHERE {condition.sql}", condition.parameters)
    return sorted(row[0] for row in rows)


def _elasticsearch_ids(reader: ElasticsearchReader, query: str) -> list[str]:
    """Return ids alone: fetching every story whole, hundreds of times, would take minutes."""
    answer = reader.client.search(
        index=f"{reader.prefix}stories", query=clause(query, STORY), size=STORIES + 1, source=["id"]
    )
    return sorted(hit["_source"]["id"] for hit in answer["hits"]["hits"])
