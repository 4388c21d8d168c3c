"""What was told to stop is gone soon, whatever it is doing."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pactwatch.embedded import Embedded
from pactwatch.pipeline import build
from pactwatch.service import Service, until_stopped
from pactwatch.settings import load
from pactwatch.stopping import EXIT_STUCK, Deadline
from producers.poll import Poller, _is_due
from producers.source import FeedSource
from sinks.channels import Channels
from stories import wire
from stories.errors import TemporaryError
from stories.model import FeedState, Story
from stories.topics import STORIES
from streams.admit import AdmitOperator
from streams.kafka.partition import Partition
from tests.stories_made import story

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


def test_the_deadline_begins_with_the_signal_though_the_loop_is_busy() -> None:
    begun: list[bool] = []

    class Noting(Deadline):
        def begin(self) -> None:
            begun.append(True)

    async def busy(stop: asyncio.Event) -> None:
        os.kill(os.getpid(), signal.SIGTERM)  # and no turn of the loop before the next line
        begun.append(stop.is_set())
        await stop.wait()

    before = signal.getsignal(signal.SIGTERM)
    asyncio.run(until_stopped(busy, deadline=Noting()))

    assert begun[:2] == [True, False]
    assert signal.getsignal(signal.SIGTERM) is before


KEPT = """
import ctypes
from pactwatch.stopping import Deadline

with Deadline(0.01) as deadline:
    deadline.begin()
    ctypes.PyDLL(None).sleep(120)  # C code that gives no thread a turn
"""


def test_a_process_whose_interpreter_is_kept_busy_ends_all_the_same_and_says_where() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", KEPT], capture_output=True, text=True, timeout=60, check=False
    )

    assert ended.returncode != 0
    assert 'File "<string>", line 7 in <module>' in ended.stderr


LEFT = """
import functools, threading
from pactwatch import cli

cli.Deadline = functools.partial(cli.Deadline, 0.01)
cli.app = lambda: threading.Thread(target=threading.Event().wait).start()
cli.main()
"""


def test_a_thread_that_a_library_left_behind_does_not_keep_the_process() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LEFT], capture_output=True, text=True, timeout=60, check=False
    )

    assert ended.returncode == EXIT_STUCK, ended.stderr


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Embedded]:
    running = Embedded(tmp_path / "store.db", build(load(None, {})))
    yield running
    running.close()


def test_stories_in_hand_are_left_for_the_next_time(embedded: Embedded) -> None:
    """What came before the word is durable; the feed's state is not, so that the feed brings all of them again."""
    state = FeedState(url=URL, polls=1)

    def stories() -> list[Story]:
        return [story(f"s{number}", title=f"News number {number}") for number in range(6)]

    keep = embedded.operators[0].apply
    admitted: list[object] = []

    def told_at_the_third(changes: object) -> None:
        admitted.append(changes)
        keep(changes)
        if len(admitted) == 3:
            embedded.stopping.set()

    embedded.operators[0].apply = told_at_the_third
    with pytest.raises(TemporaryError, match="told to stop"):
        embedded.process(stories(), [state])

    assert stored(embedded) == (3, 0)
    embedded.operators[0].apply = keep
    embedded.stopping.clear()
    embedded.process(stories(), [state])
    assert stored(embedded) == (6, 1)


def stored(embedded: Embedded) -> tuple[int, int]:
    """Return how many stories and states of feeds the store holds."""
    held = "SELECT (SELECT count(*) FROM stories), (SELECT count(*) FROM documents WHERE kind = 'feeds')"
    return tuple(embedded.connection.execute(held).fetchone())


def test_a_partition_leaves_the_messages_in_hand_to_the_next_process(tmp_path: Path) -> None:
    class Message:
        key, timestamp, headers = b"k", 0, ()

        def __init__(self, offset: int) -> None:
            self.offset, self.value = offset, wire.encode(story(f"s{offset}", title=f"News number {offset}"))

    messages, asked = [Message(offset) for offset in range(7, 12)], []

    def is_over() -> bool:
        asked.append(True)
        return len(asked) == 2

    partition = Partition(tmp_path / "p.db", STORIES, 0, AdmitOperator(), accept_gaps=False)
    assert partition.process(messages, is_over).total() == 2
    partition.close()

    again = Partition(tmp_path / "p.db", STORIES, 0, AdmitOperator(), accept_gaps=False)
    assert again.next == 9
    assert again.process(messages[2:]).total() == 3
    assert len(again.unsent()) == 5
    again.close()


def test_alerts_that_were_not_handed_on_wait_for_the_next_process(tmp_path: Path) -> None:
    (tmp_path / "alerts.yaml").write_text(
        "alerts: [{name: mine, on: story, query: treaty}]\n", encoding="utf-8"
    )
    handed: list[str] = []
    stop = asyncio.Event()

    class Slow(Channels):
        async def deliver(self, alert):  # type: ignore[no-untyped-def]
            handed.append(alert.title)
            stop.set()
            return []

    service = Service(tmp_path / "store.db", build(load(tmp_path, {})), [], Slow({}, {}))
    service.embedded.process([story("a", title="A treaty"), story("b", title="Another treaty, of trade")])
    try:
        asyncio.run(service.deliver(stop))
        assert len(handed) == len(service.embedded.undelivered()) == 1
        asyncio.run(service.deliver())
    finally:
        service.close()

    assert len(set(handed)) == 2
