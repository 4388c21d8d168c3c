"""An agent of Faust that stops without a word, even before its first message, is noticed."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from pactwatch.pipeline import build
from pactwatch.settings import load
from pactwatch.worker import StuckError, Watchdog, WorkOptions
from streams.kafka import agents
from streams.kafka.agents import StatelessStep
from streams.kafka.options import KafkaOptions
from tests.stream import Stream

pytestmark = pytest.mark.servers
MESSAGES = 20


class Silent(StatelessStep):
    """A step whose agent hangs before it has seen its first message, and raises nothing."""

    async def _process(self, messages: list[Any], outlet: Any) -> None:
        await asyncio.Event().wait()


@pytest.mark.timeout(180)
def test_an_agent_that_stops_before_its_first_message_ends_the_process(
    bootstrap: str, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(agents, "ASK_AFTER_S", 0.5)
    stream = Stream(bootstrap, prefix, tmp_path)
    stream.run("setup")
    stream.send("admitted", [(b"%d" % number, b"{}") for number in range(MESSAGES)])
    kafka = KafkaOptions(bootstrap, tmp_path, prefix)
    step = Silent(next(step for step in build(load(None, {})) if step.name == "tag"), kafka)
    watchdog = Watchdog([step.progress], WorkOptions(kafka, stuck_s=3))

    with pytest.raises(StuckError, match=f"tag: {MESSAGES} messages wait, none was processed"):
        asyncio.run(watched(step, watchdog))


async def watched(step: StatelessStep, watchdog: Watchdog) -> None:
    """Run `step` until the watchdog has enough of it, or for a minute."""
    stop = asyncio.Event()
    running = asyncio.create_task(step.run(stop))
    try:
        while not step.progress.ready:  # joining a group takes its time
            await asyncio.sleep(0.1)
        async with asyncio.timeout(60):
            await watchdog.run(asyncio.Event())
    finally:
        watchdog.over.set()
        stop.set()
        await running
