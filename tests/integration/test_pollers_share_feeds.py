"""Two pollers on a real Kafka share the feeds of a loopback server: each due poll once, also when one is killed."""

import itertools
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from stories.model import FeedState, Story
from tests.fakes_http import FakeServer, Reply, Request, rss, serving
from tests.stream import Stream

pytestmark = pytest.mark.servers
FEEDS = 24
EVERY_S = 10
DATE = "Sun, 01 Mar 2026 10:00:00 GMT"


def news(number: int) -> Callable[[Request], Reply]:
    """Return a feed that has an entry more each time it is asked, none ever leaves."""
    asked = itertools.count(1)

    def answer(request: Request) -> Reply:
        return Reply(rss(*((f"{number}-{n}", f"Entry {n} of {number}", DATE) for n in range(next(asked)))))

    return answer


@pytest.mark.timeout(240)
def test_pollers_share_the_feeds_and_one_takes_over(bootstrap: str, prefix: str, tmp_path: Path) -> None:
    with serving() as server:
        urls = [server.on(f"/{number}", news(number)) for number in range(FEEDS)]
        feeds = [{"url": url, "allow_private": True, "every": f"{EVERY_S}s"} for url in urls]
        (tmp_path / "feeds.yaml").write_text(yaml.safe_dump({"feeds": feeds}))
        stream = Stream(bootstrap, prefix, tmp_path, partitions=6, config=tmp_path)
        stream.run("setup")
        one, other = stream.start("poll"), stream.start("poll")
        try:
            _wait_for(lambda: _rounds(server) >= 2)
            one.kill()
            one.wait()
            killed_at = len(server.requests)
            _wait_for(lambda: _rounds(server, killed_at) >= 2)
        finally:
            one.kill()
            other.terminate()
            assert other.wait(60) == 0
        asked = Counter(request.path for request in server.requests)

    states = _last(stream.documents("feeds", FeedState))
    published = Counter((story.feed.url, story.id) for story in stream.documents("stories", Story))
    told = Counter(url for url, _ in published)
    assert set(states) == set(urls)
    # a killed poller may have asked a feed, even published its stories, and left no state: these come again
    polls = {path: states[server.url(path)].polls for path in asked}
    assert sum(asked[path] - polls[path] for path in asked) <= FEEDS / 4
    assert all(told[server.url(path)] == asked[path] for path in asked)  # no story is lost
    assert sum(count - 1 for count in published.values()) <= FEEDS / 4


def _last(states: list[FeedState]) -> dict[str, FeedState]:
    return {state.url: state for state in sorted(states, key=lambda state: state.polls)}


def _rounds(server: FakeServer, since: int = 0) -> int:
    """Return how often the feed that was asked least was asked."""
    asked = Counter(request.path for request in list(server.requests)[since:])
    return min(asked.values()) if len(asked) == FEEDS else 0


def _wait_for(true: Callable[[], bool], within_s: float = 90) -> None:
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, "it did not come to be"
        time.sleep(0.2)
