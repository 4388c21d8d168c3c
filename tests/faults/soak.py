"""`python -m tests.faults.soak`: the archive at full speed through Kafka; is memory flat, is nothing left waiting?"""

import argparse
import random
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import timedelta
from itertools import count as counting

import numpy
import psutil
from msgspec.structs import replace

from stories.model import Story
from tests.faults import material
from tests.faults.fault import Scaled
from tests.faults.scaled import ScaledRun
from tests.faults.servers import Servers
from tests.faults.waiting import wait_until

MIB = 1024 * 1024
AT_ONCE = 500
MOST_WAITING = 3_000  # stories ahead of the index: full speed, and an end that can be reached
EVERY_S = 5.0
WARM_UP = 1 / 3
DRAINED_WITHIN_S = 900.0
NO_FAULT = Scaled("soak", "nothing but time", lambda run: None)


def main() -> int:
    """Stream until the time is over; 1 where something was left waiting."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--stories", type=int, default=20_000, help="of one pass; the next is years later")
    asked = parser.parse_args()
    with ExitStack() as stack:
        servers = stack.enter_context(Servers(1, {}))
        run = ScaledRun(servers, NO_FAULT, 1, random.Random(9), stack)
        run.hire_worker("worker-0")
        run.hire_worker("worker-1")
        run.hire("page", "page")
        samples, published = _streamed(run, asked.minutes * 60, asked.stories)
        took_s = wait_until(run.is_through, "no lag", DRAINED_WITHIN_S, 1)
        print(f"{published} published, {run.searchable()} searchable, no lag {took_s:.0f} s after the last.")
        for name, found in samples.items():
            print(_line(name, found))
        return 0 if run.searchable() == published else 1


def _streamed(
    run: ScaledRun, seconds: float, stories: int
) -> tuple[dict[str, list[tuple[float, float]]], int]:
    """Publish until the time is over; return each process's memory in bytes by time, and how many there were."""
    started, published = time.monotonic(), 0
    samples: dict[str, list[tuple[float, float]]] = {name: [] for name in run.crew.members}
    batches, sampled = _passes(stories), 0.0
    while (now := time.monotonic() - started) < seconds:
        if published - max(run.searchable(), 0) < MOST_WAITING:
            batch = next(batches)
            run.stream.publish(batch)
            published += len(batch)
        else:
            time.sleep(0.5)
        if now - sampled >= EVERY_S:
            sampled = now
            for name, member in run.crew.members.items():
                samples[name].append((now, psutil.Process(member.process.pid).memory_info().rss))
    return samples, published


def _passes(stories: int) -> Iterator[Sequence[Story]]:
    """Yield the archive in batches for ever, each pass later than the last by as much as it spans."""
    first = material.stories(stories)
    span = first[-1].first_published - first[0].first_published + timedelta(days=30)
    for number in counting():
        for start in range(0, stories, AT_ONCE):
            yield [_later(story, number, number * span) for story in first[start : start + AT_ONCE]]


def _later(story: Story, number: int, by: timedelta) -> Story:
    moment = story.first_published + by
    return replace(
        story, id=f"{story.id}-{number}", url=f"{story.url}-{number}", published=moment,
        first_published=moment, fetched=moment, timestamp=moment,
    )  # fmt: skip


def _line(name: str, found: Sequence[tuple[float, float]]) -> str:
    warm = found[int(len(found) * WARM_UP) :]
    times, sizes = numpy.array(warm).T
    slope = numpy.polyfit(times, sizes, 1)[0]
    return (
        f"{name}: {sizes.mean() / MIB:.0f} MiB after warm-up, {sizes.max() / MIB:.0f} at most, "
        f"slope {slope * 3600 / MIB:+.1f} MiB/h over {(times[-1] - times[0]) / 60:.0f} min"
    )


if __name__ == "__main__":
    sys.exit(main())
