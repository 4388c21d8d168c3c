"""Before a slow sink documents wait in Kafka: the poller goes on asking meanwhile, and in the end all are there once."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sinks.elasticsearch.client import ElasticsearchOptions, connect
from sinks.elasticsearch.reader import ElasticsearchReader
from tests.faults import material
from tests.faults.door import door_before
from tests.stream import Stream

pytestmark = [pytest.mark.servers, pytest.mark.slow]
STORIES, IN_A_FEED = 1_500, 250  # three minutes of the slow sink's; a round of polls takes a second a feed
PER_S = 8.0
POLLS = 3


@pytest.mark.timeout(400)
def test_a_slow_sink_holds_up_nothing_but_itself(
    bootstrap: str, elasticsearch: str, prefix: str, data: Path, tmp_path: Path
) -> None:
    stories = material.stories(STORIES)
    with (
        door_before(elasticsearch) as door,
        material.as_feeds(stories, IN_A_FEED) as (feeds, urls, expected),
        connect(ElasticsearchOptions(elasticsearch)) as client,
    ):
        config = material.write_config(tmp_path / "config", urls, every="10s")
        stream = Stream(bootstrap, prefix, tmp_path, door.url, config=config)
        stream.run("setup")
        reader = ElasticsearchReader(client, prefix)
        door.per_s = PER_S
        with stream.start("poll") as poller, stream.worker("one", idle_s=600) as worker:
            wait_until(lambda: door.documents > 0)
            asked = len(feeds.requests)
            wait_until(lambda: len(feeds.requests) >= asked + POLLS * len(urls))
            waiting = STORIES - reader.count()
            door.per_s = 0.0
            wait_until(lambda: reader.count() >= len(expected))
            for process in (poller, worker):
                process.terminate()

        assert waiting > 0
        assert {story.id for story in reader.every_story()} == expected
        assert reader.count() == len(expected)


def wait_until(true: Callable[[], bool], timeout_s: float = 180) -> None:
    """Wait until `true()`; fail when it takes too long."""
    end = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.2)
