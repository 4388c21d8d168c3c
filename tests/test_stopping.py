"""What was told to stop is gone soon, whatever it is doing."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

from pactwatch.stopping import EXIT_STUCK, Deadline
from producers.poll import Poller, _is_due
from producers.source import FeedSource
from stories.model import FeedState

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URL = "https://feed.test/"


def test_a_process_that_does_not_end_by_itself_is_left_as_it_is() -> None:
    codes, gone = [], threading.Event()

    def leave(code: int) -> None:
        codes.append(code)
        gone.set()

    with Deadline(0.01, leave) as deadline:
        deadline.begin()
        gone.wait(10)

    assert codes == [EXIT_STUCK]


def test_a_process_that_ends_in_time_is_left_alone() -> None:
    codes: list[int] = []
    with Deadline(60, codes.append) as deadline:
        deadline.begin()

    assert deadline.timer is not None
    deadline.timer.join(10)
    assert codes == []


class Slow(Poller):
    """A poller whose polls never end by themselves."""

    async def poll(self, url: str) -> FeedState:
        await asyncio.Event().wait()
        return self.states[url]


def test_a_poller_breaks_off_what_is_slow_when_it_is_told_to_stop(monkeypatch) -> None:
    monkeypatch.setattr("producers.poll.FINISH_WITHIN_S", 0.01)

    async def stopped() -> dict[str, FeedState]:
        poller = Slow([FeedSource(url=URL)], None, {URL: FeedState(url=URL)}, None, now=lambda: NOW)
        stop = asyncio.Event()
        running = asyncio.create_task(poller.run(stop))
        await asyncio.sleep(0)
        stop.set()
        await asyncio.wait_for(running, 20)
        return poller.states

    assert asyncio.run(stopped())[URL].polls == 0


def test_a_clock_that_is_set_back_does_not_keep_feeds_waiting() -> None:
    tomorrow = NOW + timedelta(days=1)
    state = FeedState(url=URL, last_poll=tomorrow, next_poll=tomorrow + timedelta(minutes=30))

    assert _is_due(state, NOW)
    assert not _is_due(state, tomorrow)
