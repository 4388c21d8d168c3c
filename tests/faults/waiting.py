"""Waiting for something to become true, with an end, and saying how far a long run is."""

import sys
import time
from collections.abc import Callable


class TooLongError(Exception):
    """What was waited for did not come."""


def wait_until(true: Callable[[], bool], what: str, timeout_s: float, every_s: float = 0.2) -> float:
    """Wait until `true()` and return the seconds it took. Raises TooLongError."""
    started = time.monotonic()
    while not true():
        if time.monotonic() - started > timeout_s:
            raise TooLongError(f"{what}: not within {timeout_s:.0f} s")
        time.sleep(every_s)
    return time.monotonic() - started


def note(time_of: int, stories: int, recovery_s: float) -> None:
    """Say that a fault was made and recovered from."""
    now = time.strftime("%H:%M:%S")
    print(
        f"{now}   {time_of}. time: {stories} stories, went on after {recovery_s:.1f} s",
        file=sys.stderr,
        flush=True,
    )
