"""A worker that stands still ends, and says why; one that has nothing to do is left alone."""

import asyncio
import time
from pathlib import Path

import pytest

from pactwatch.stopping import EXIT_STUCK
from pactwatch.worker import StuckError, Watchdog, WorkOptions
from streams.kafka.options import KafkaOptions
from streams.kafka.progress import Progress

STUCK_S = 60.0


def watchdog(part: Progress, silent_s: float, **more: float) -> Watchdog:
    """Return a watchdog over a step that did nothing for so long."""
    part.last_activity = time.monotonic() - silent_s
    return Watchdog([part], WorkOptions(KafkaOptions("nowhere:1", Path()), stuck_s=STUCK_S, **more))


def test_a_step_that_leaves_its_work_undone_ends_the_process() -> None:
    with pytest.raises(StuckError, match="tag: 7 messages wait, none was processed in 61 s"):
        watchdog(Progress("tag", ready=True, lags={("t", 0): 7}), silent_s=61).check()


def test_a_step_that_is_never_given_partitions_ends_the_process() -> None:
    with pytest.raises(StuckError, match="tag: no partitions came in 61 s"):
        watchdog(Progress("tag"), silent_s=61).check()


@pytest.mark.parametrize(
    ("part", "silent_s"),
    [
        (Progress("tag", ready=True, lags={("t", 0): 7}), 59),
        (Progress("tag", ready=True, lags={("t", 0): 0}), 86_400),
        (Progress("tag"), 59),
    ],
)
def test_a_step_that_works_or_has_nothing_to_do_is_left_alone(part: Progress, silent_s: float) -> None:
    watchdog(part, silent_s).check()


def test_a_rebalance_after_a_quiet_night_is_no_standstill() -> None:
    part = Progress("tag", ready=True)
    watching = watchdog(part, silent_s=86_400)
    part.revoked()
    watching.check()
    assert not part.ready

    part.assigned()
    watching.check()
    assert part.ready


def test_idle_is_who_has_his_partitions_and_long_had_nothing_to_do() -> None:
    part = Progress("tag", ready=True)
    watching = watchdog(part, silent_s=30, until_idle_s=20)

    assert watching.is_idle
    part.revoked()
    part.last_activity -= 30
    assert not watching.is_idle


def test_a_loop_that_does_not_turn_ends_the_process() -> None:
    codes: list[int] = []
    watching = Watchdog([], WorkOptions(KafkaOptions("nowhere:1", Path())), codes.append)
    watching.beat = time.monotonic() - 1_000
    watching.watch_loop(every_s=0)

    assert codes == [EXIT_STUCK]


def test_a_watchdog_ends_the_job_that_it_watches() -> None:
    watching = watchdog(Progress("tag", ready=True, lags={("t", 0): 7}), silent_s=61)

    with pytest.raises(StuckError):
        asyncio.run(watching.run(asyncio.Event()))
    watching.over.set()
