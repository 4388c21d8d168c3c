"""What many readers ask for at once is asked for once, and nobody waits for what is known."""

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from pactwatch.web import freshness
from pactwatch.web.freshness import Fresh


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_an_answer_is_shown_again_for_a_moment() -> None:
    clock, numbers = Clock(), count()
    fresh = Fresh(2.0, clock)

    first = [fresh.get("a", lambda: next(numbers)) for _ in range(3)]
    clock.now_s = 2.1

    assert (first, fresh.get("a", lambda: next(numbers))) == ([0, 0, 0], 1)
    assert fresh.get("b", lambda: next(numbers)) == 2


def test_nobody_waits_where_there_is_an_answer() -> None:
    clock = Clock()
    fresh = Fresh(2.0, clock)
    fresh.get("a", lambda: "old")
    clock.now_s = 3.0
    asked, go_on = threading.Event(), threading.Event()

    def slow() -> str:
        asked.set()
        assert go_on.wait(10)
        return "new"

    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(fresh.get, "a", slow)
        assert asked.wait(10)
        assert fresh.get("a", lambda: "not asked") == "old"
        go_on.set()
        assert answer.result() == "new"
    assert fresh.get("a", lambda: "not asked") == "new"


def test_the_first_answer_is_waited_for_and_asked_for_once() -> None:
    fresh, numbers, together = Fresh(60.0), count(), threading.Barrier(8)

    def ask(_: int) -> int:
        together.wait(10)
        return fresh.get("a", lambda: next(numbers))

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(8))) == [0] * 8


def test_a_fault_is_no_answer() -> None:
    fresh = Fresh(60.0)
    with pytest.raises(ZeroDivisionError):
        fresh.get("a", lambda: 1 // 0)

    assert fresh.get("a", lambda: "answer") == "answer"


def test_no_more_is_remembered_than_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freshness, "MOST", 2)
    fresh, numbers = Fresh(60.0), count()

    assert [fresh.get(key, lambda: next(numbers)) for key in "abcba"] == [0, 1, 2, 1, 3]
