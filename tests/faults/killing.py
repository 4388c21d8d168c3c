"""Faults of processes: killed without warning, told to stop, coming and going, on a clock that jumps."""

from tests.faults.clocks import JumpingClock
from tests.faults.embedded import EmbeddedRun
from tests.faults.fault import Embedded, Fault, Scaled
from tests.faults.scaled import ScaledRun

DAY_S = 86_400
JUMPS_S = (3600, -3600, 3 * DAY_S, -2 * DAY_S, 400 * DAY_S, 0)


def kill_embedded(run: EmbeddedRun) -> None:
    """Kill the one process."""
    run.process.kill()


def stop_embedded(run: EmbeddedRun) -> None:
    """Tell the one process to stop, in the middle of what it does."""
    run.crew.stops_s.append(run.process.terminate())


def kill_poller(run: ScaledRun) -> None:
    """Kill the poller."""
    run.crew.members["poller"].kill()


def kill_worker(run: ScaledRun) -> None:
    """Kill one of the workers."""
    run.worker().kill()


def kill_two_in_turn(run: ScaledRun) -> None:
    """Kill one worker, and the other while the first one's partitions move."""
    for worker in run.crew.named("worker"):
        worker.kill()
        run.hold(0.5, 3.0)


def stop_worker(run: ScaledRun) -> None:
    """Tell a worker to stop in mid-batch."""
    run.crew.stops_s.append(run.worker().terminate())


def come_and_go(run: ScaledRun) -> None:
    """Add a worker, and take it away again while partitions still move: by SIGTERM or by SIGKILL."""
    run.hire_worker("worker-guest")
    run.hold(2.0, 8.0)
    if run.chance.random() < 0.5:
        run.crew.members["worker-guest"].kill()
    run.crew.dismiss("worker-guest")


def use_jumping_clock(run: ScaledRun | EmbeddedRun) -> None:
    """Give the processes a wall clock of their own."""
    run.clock = JumpingClock(run.folder)
    run.environ |= run.clock.environ


def jump(run: ScaledRun | EmbeddedRun) -> None:
    """Move the wall clock, forth and back, by hours, days and more than a year."""
    assert run.clock is not None
    run.clock.jump(run.chance.choice(JUMPS_S))


FAULTS: list[Fault] = [
    Embedded("embedded-killed", "kill -9 of `run`, all in one process", kill_embedded, times=50),
    Embedded("embedded-stopped", "SIGTERM to `run` in mid-batch", stop_embedded),
    Embedded("embedded-clock", "the clock of `run` jumps by hours, days, a year", jump, prepare=use_jumping_clock),
    Scaled("poller-killed", "kill -9 of `poll`", kill_poller, polled=True),
    Scaled("worker-killed", "kill -9 of one `work` of two", kill_worker),
    Scaled("two-killed", "kill -9 of both `work` in turn", kill_two_in_turn),
    Scaled("worker-stopped", "SIGTERM to a `work` in mid-batch", stop_worker),
    Scaled("rebalance", "a third `work` comes and goes under load", come_and_go),
    Scaled("clock", "the clock of the workers jumps by hours, days, a year", jump, prepare=use_jumping_clock),
]  # fmt: skip
