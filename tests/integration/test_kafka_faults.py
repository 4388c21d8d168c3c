"""A worker killed without warning, and one told to stop: nothing lost, nothing indexed twice."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pactwatch.pipeline import build
from pactwatch.settings import load
from sinks.elasticsearch.client import ElasticsearchOptions, connect
from sinks.elasticsearch.reader import ElasticsearchReader
from stories.model import Cluster, Story
from tests.archive import archive
from tests.stream import Stream, newest, replayed

pytestmark = pytest.mark.servers
STORIES = 600


@pytest.fixture(scope="module")
def stream(
    bootstrap: str, elasticsearch: str, prefix: str, data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Stream:
    stream = Stream(bootstrap, prefix, tmp_path_factory.mktemp("faults"), elasticsearch)
    stream.run("setup")
    stream.publish(archive(data, STORIES))
    return stream


@pytest.fixture(scope="module")
def indexed(stream: Stream) -> Iterator[ElasticsearchReader]:
    client = connect(ElasticsearchOptions(stream.elasticsearch))
    yield ElasticsearchReader(client, stream.prefix)
    client.close()


@pytest.mark.timeout(600)
def test_kill_9_of_a_worker_loses_and_doubles_nothing(
    stream: Stream, indexed: ElasticsearchReader, tmp_path: Path
) -> None:
    for reached in (30, STORIES // 2):
        with stream.worker("one", 60, "--instance", "one") as worker:
            wait_until(lambda reached=reached: count(stream, indexed) >= reached)
            worker.kill()
    with stream.worker("one", 12, "--instance", "one") as worker:
        assert worker.wait(200) == 0

    stories = {story.id: story for story in stream.documents("clustered", Story)}
    assert count(stream, indexed) == len(stories) == STORIES
    with replayed(stream, tmp_path / "replay.db", build(load(None, {}))) as replay:
        assert list(indexed.every_story()) == list(replay.every_story())
        assert indexed.clusters(limit=STORIES) == replay.clusters(limit=STORIES)
        assert len(newest(stream.documents("clusters", Cluster))) >= len(replay.clusters(limit=STORIES))
        assert {pact.id: pact.steps for pact in indexed.pacts()} == {
            pact.id: pact.steps for pact in replay.pacts()
        }


def test_a_worker_that_is_told_to_stop_does_so_in_time(stream: Stream) -> None:
    with stream.worker("two", 60) as worker:
        wait_until(lambda: any((stream.folder / "worker-two").rglob("*.db")))  # it has partitions
        started = time.monotonic()
        worker.send_signal(signal.SIGTERM)

        assert worker.wait(20) == 0
        assert time.monotonic() - started < 12  # ten seconds, and a busy machine


def count(stream: Stream, indexed: ElasticsearchReader) -> int:
    """Return how many stories a search finds."""
    indexed.client.indices.refresh(index=f"{stream.prefix}*")
    return indexed.count()


def wait_until(true: Callable[[], bool], timeout_s: float = 120) -> None:
    """Wait until `true()`; fail when it takes too long."""
    end = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.2)
