"""The seed article as a page behind a feed with full_text on: everything that is expected of it, in one run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sinks.sqlite.reader import SqliteReader
from stories.model import Story
from tests import seed
from tests.fakes_http import Reply, serving
from tests.newsroom import Newsroom, source


@pytest.fixture(scope="module")
def store(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteReader]:
    """The store after two polls of the feed: the second must add nothing."""
    text = seed.text_of(data)
    with serving() as server:
        article = server.on("/article", Reply(seed.page(text), headers={"Content-Type": "text/html"}))
        feed = server.on("/feed", Reply(seed.feed(text, article)))
        newsroom = Newsroom(tmp_path_factory.mktemp("seed"), source(feed, full_text=True))
        newsroom.poll()
        newsroom.poll()
        reader = SqliteReader(newsroom.store)
        yield reader
        reader.close()
        newsroom.close()


def test_the_body_is_the_article_and_nothing_around_it(store: SqliteReader, data: Path) -> None:
    expected = seed.labels_of(data)["story"]
    [article] = _articles(store)

    assert not [phrase for phrase in expected["not_in_body"] if phrase in article.body]
    assert f"{article.published:%Y-%m-%d}" == expected["published"]
    assert len(article.body) > 2000


def test_its_tags(store: SqliteReader, data: Path) -> None:
    expected = seed.labels_of(data)["story"]
    [article] = _articles(store)

    for field in ("actors", "countries", "persons", "topics", "planned", "negated"):
        assert set(expected[f"{field}_at_least"]) <= set(getattr(article, field)), field
    assert not set(expected["topics_not"]) & set(article.topics)
    assert not set(expected["negated_not"]) & set(article.negated)
    assert not {"NOR", "TALIBAN", "ISR", "PAK"} & set(article.actors)


def test_its_pacts(store: SqliteReader, data: Path) -> None:
    labelled = seed.labels_of(data)["pacts"]
    by_parties = {tuple(pact.parties): pact for pact in store.pacts()}

    assert {tuple(labels["parties"]) for labels in labelled} == set(by_parties)
    for labels in labelled:
        assert seed.as_labelled(by_parties[tuple(labels["parties"])], labels) == seed.plain(labels)


def test_its_related_articles_are_dated_stories_of_their_own(store: SqliteReader, data: Path) -> None:
    expected = seed.labels_of(data)["related"]
    [article] = _articles(store)
    related = [story for story in store.every_story() if story.linked_from == article.id]

    assert [f"{story.published:%Y-%m-%d}" for story in related] == [one["published"] for one in expected]
    for wanted in expected:
        assert any(
            set(wanted["actors_at_least"]) <= set(story.actors)
            and set(wanted["persons_at_least"]) <= set(story.persons)
            and set(wanted["topics_at_least"]) <= set(story.topics)
            for story in related
        ), wanted


def _articles(store: SqliteReader) -> list[Story]:
    return [story for story in store.every_story() if not story.linked_from]
