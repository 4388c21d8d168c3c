"""Every real feed document goes the whole way, embedded and on Kafka: each entry once, faults reported."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
import yaml

from producers.urls import canonical
from sinks.elasticsearch.client import ElasticsearchOptions, connect
from sinks.elasticsearch.reader import ElasticsearchReader
from sinks.sqlite.reader import SqliteReader
from stories.model import Story
from tests.fakes_http import Reply, serving
from tests.stream import Stream

pytestmark = pytest.mark.servers
BROKEN = {"/gone": Reply(b"", status=404), "/maintenance": Reply(b"<html><body>Back soon</body></html>")}


@pytest.fixture(scope="module")
def documents(data: Path) -> list[Path]:
    return sorted(path for path in (data / "feeds").iterdir() if path.suffix != ".csv")


@pytest.fixture(scope="module")
def stream(
    documents: list[Path], bootstrap: str, elasticsearch: str, prefix: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stream]:  # fmt: skip
    """A stream with its own feeds.yaml: every document over loopback HTTP, and two broken feeds."""
    folder = tmp_path_factory.mktemp("feeds")
    with serving() as server:
        urls = [server.on(f"/{path.name}", Reply(path.read_bytes())) for path in documents]
        urls += [server.on(path, reply) for path, reply in BROKEN.items()]
        feeds = [{"url": url, "allow_private": True} for url in urls]
        (folder / "feeds.yaml").write_text(yaml.safe_dump({"feeds": feeds}))
        yield Stream(bootstrap, prefix, folder, elasticsearch)


@pytest.fixture(scope="module")
def embedded(stream: Stream) -> Iterator[SqliteReader]:
    """What two polls leave in the embedded store."""
    for _ in range(2):
        stream.run("--config", str(stream.folder), "run", "--once", timeout_s=280)
    reader = SqliteReader(stream.folder / "embedded.db")
    yield reader
    reader.close()


@pytest.fixture(scope="module")
def scaled(stream: Stream) -> Iterator[ElasticsearchReader]:
    """What two polls and two workers leave in Elasticsearch."""
    config = ("--config", str(stream.folder))
    stream.run(*config, "setup")
    for _ in range(2):
        assert "109 feeds polled, 2 failing" in stream.run(*config, "poll", "--once", timeout_s=280)
    workers = [stream.worker("one"), stream.worker("two")]
    assert [worker.wait(timeout=280) for worker in workers] == [0, 0]
    client = connect(ElasticsearchOptions(stream.elasticsearch))
    client.indices.refresh(index=f"{stream.prefix}*")
    yield ElasticsearchReader(client, stream.prefix)
    client.close()


@pytest.mark.timeout(600)
def test_every_entry_is_stored_and_once(embedded: SqliteReader, documents: list[Path]) -> None:
    stories = list(embedded.every_story())
    urls = {story.url for story in stories}
    titles = {_letters(story.title) for story in stories}
    missing = [
        (path.name, entry.get("title", ""), entry.get("link", ""))
        for path in documents
        for entry in _entries(path)
        if canonical(entry.get("link", "")) not in urls and _letters(entry.get("title", "")) not in titles
    ]

    assert missing == []
    assert len(stories) == len({story.id for story in stories}) > 2700


def test_broken_feeds_are_reported_and_stop_nothing(
    embedded: SqliteReader, scaled: ElasticsearchReader
) -> None:
    for reader in (embedded, scaled):
        failing = {state.url.rsplit("/", 1)[1]: state.error for state in reader.feeds() if state.error}

        assert set(failing) == {"gone", "maintenance"}
        assert "404" in failing["gone"]
        assert reader.counts().feeds_ok == 107


@pytest.mark.timeout(900)
def test_both_ways_store_the_same_stories_with_the_same_tags(
    embedded: SqliteReader, scaled: ElasticsearchReader
) -> None:
    """Where two feeds carry one story, the first to come gives it its id and text: polls run side by side."""
    one, other = ({story.id: story for story in reader.every_story()} for reader in (embedded, scaled))

    assert {_identity(story) for story in one.values()} == {_identity(story) for story in other.values()}
    assert len(one.keys() & other.keys()) > 0.95 * len(one)
    for story_id in one.keys() & other.keys():
        if one[story_id].feed == other[story_id].feed:
            assert _told(one[story_id]) == _told(other[story_id])


def test_a_second_poll_stores_nothing_new(stream: Stream, scaled: ElasticsearchReader) -> None:
    published = stream.documents("stories", Story)

    assert len(published) == len({(story.id, story.feed.url) for story in published})


def _identity(story: Story) -> tuple[str, str]:
    return (story.url, _letters(story.title)) if story.url else (story.id, "")


def _told(story: Story) -> tuple[object, ...]:
    """Return what two runs must agree on: they fetched at other times, and placed stories in another order."""
    return (story.published, story.language, story.title, story.topics, story.negated, story.actors)


def _entries(path: Path) -> list[feedparser.FeedParserDict]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        entries: list[feedparser.FeedParserDict] = feedparser.parse(path.read_bytes()).entries
    return entries


def _letters(title: str) -> str:
    return "".join(character for character in title.casefold() if character.isalnum())
