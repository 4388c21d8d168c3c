"""Every case of the hostile corpus: each door answers it as the corpus says, in words, and takes down nothing."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from pactwatch import settings
from producers import articles, feeds
from producers.fetch import Fetched, Fetcher, FetchError
from producers.parsed import FeedError
from sinks.sqlite import schema
from sinks.sqlite.query import compile_query
from stories import wire
from stories.errors import ConfigError, QueryError
from stories.fields import STORY
from stories.query import parse
from stories.query_match import matches, prepare
from stories.query_render import render
from stories.topics import topic_named
from tests.fakes_http import FakeServer, Reply, serving
from tests.fuzz.targets import FETCHED, SOURCE, STORY_AT_HAND
from tests.hostile import FOLDER, Case, cases, made, text

ADDRESSES, FEEDS, PAGES, MESSAGES, QUERIES, CONFIGURATIONS, ANSWERS = (
    cases(door)
    for door in ("addresses", "feeds", "pages", "messages", "queries", "configurations", "answers")
)


def test_the_corpus_is_as_large_as_it_should_be() -> None:
    assert sum(len(cases(file.stem)) for file in FOLDER.glob("*.yaml")) >= 250


def fetched(url: str, *, allow_private: bool = False) -> Fetched | FetchError:
    async def ask() -> Fetched | FetchError:
        async with Fetcher(timeout_s=5, max_bytes=5_000_000, host_delay_s=0) as fetcher:
            try:
                return await fetcher.fetch(url, allow_private=allow_private)
            except FetchError as error:
                return error

    return asyncio.run(ask())


@pytest.mark.parametrize("name", ADDRESSES)
def test_addresses(name: str) -> None:
    answer = fetched(ADDRESSES[name]["input"])

    assert isinstance(answer, FetchError)
    gives = ADDRESSES[name]["gives"]
    assert answer.kind in (gives if isinstance(gives, list) else [gives])


@pytest.fixture(scope="module")
def server() -> FakeServer:
    with serving() as running:
        yield running


@pytest.mark.parametrize("name", ANSWERS)
def test_answers(name: str, server: FakeServer) -> None:
    case = ANSWERS[name]
    headers = dict(case.get("headers", {}))
    if "headers_make" in case:
        headers["X-Long"] = text({"make": case["headers_make"]})
    if "headers_etag" in case:
        headers["ETag"] = '"' + "x" * case["headers_etag"] + '"'
    sent = {key: case[key] for key in ("status", "repeat", "measured") if key in case}
    reply = Reply(made(case), headers=headers, **sent)
    answer = fetched(server.on("/case", reply), allow_private=True)

    if "gives" in case:
        assert isinstance(answer, FetchError), len(answer.body)
        assert answer.kind == case["gives"]
    else:
        assert isinstance(answer, Fetched), answer
        assert len(answer.body) < case["fetched_below"]


@pytest.mark.parametrize("name", FEEDS)
def test_feeds(name: str) -> None:
    case = FEEDS[name]
    if "kind" in case:
        with pytest.raises(FeedError) as refused:
            feeds.parse(made(case), SOURCE, FETCHED)
        assert refused.value.kind == case["kind"]
        assert SOURCE.url in str(refused.value)
        return
    found = feeds.parse(made(case), SOURCE, FETCHED)
    titles = [story.title for story in found.stories]

    if "titles" in case:
        assert titles == case["titles"]
    for title, begin in zip(titles, case.get("titles_begin", ()), strict=False):
        assert title.startswith(begin)
    assert titles
    assert len(titles[0]) <= case.get("longest", 1000)
    assert all(len(story.summary) <= 1_500 and len(story.body) <= 200_000 for story in found.stories)
    assert case.get("warning", "") in found.warning
    for field, attribute in (("summary", "summary"), ("url", "url"), ("flag", "date_flag")):
        if field in case:
            assert getattr(found.stories[0], attribute) == case[field]
    assert all(
        letter >= " " or letter == "\n" for story in found.stories for letter in story.title + story.summary
    )


@pytest.mark.parametrize("name", PAGES)
def test_pages(name: str) -> None:
    case = PAGES[name]
    found = articles.extract(made(case), "https://news.test/a")
    kept = repr([found.body, found.title, found.related, found.authors, found.url])

    assert case.get("body", "") in found.body
    assert len(found.body) <= 200_000
    if "without" in case:
        assert case["without"] not in kept + found.body


@pytest.mark.parametrize("name", MESSAGES)
def test_messages(name: str) -> None:
    case = MESSAGES[name]
    kind = topic_named(case["topic"]).document
    if "gives" not in case:
        assert isinstance(wire.decode(made(case), kind), kind)
        return
    with pytest.raises(wire.WireError) as refused:
        wire.decode(made(case), kind)

    assert case["gives"] in str(refused.value)


@pytest.mark.parametrize("name", QUERIES)
def test_queries(name: str) -> None:
    case = QUERIES[name]
    if "column" in case:
        with pytest.raises(QueryError) as refused:
            parse(text(case), STORY, FETCHED)
        assert refused.value.column >= case["column"]
        return
    query = parse(text(case), STORY, FETCHED)
    with sqlite3.connect(":memory:") as connection:
        schema.create(connection)
        condition = compile_query(query, connection)
        rows = connection.execute(
            f"SELECT id FROM stories WHERE {condition.sql}", condition.parameters
        ).fetchall()
    connection.close()

    assert rows == []
    assert matches(query, prepare(STORY_AT_HAND)) in (True, False)
    assert render(query, STORY)


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_configurations(name: str, tmp_path: Path) -> None:
    case: Case = CONFIGURATIONS[name]
    (tmp_path / case["file"]).write_bytes(made(case))
    found = settings.faults(tmp_path, {})

    with pytest.raises(ConfigError, match=case["file"]):
        settings.load(tmp_path, {})
    assert [fault.file for fault in found] == [str(tmp_path / case["file"])]
    assert case["gives"] in str(found[0])
