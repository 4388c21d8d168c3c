"""An agent of Faust that is ended with messages in hand acknowledges none of them."""

import asyncio
import contextlib
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient, TopicPartition

from pactwatch.pipeline import build
from pactwatch.settings import load
from stories.errors import TemporaryError
from streams.kafka.agents import StatelessStep
from streams.kafka.options import KafkaOptions
from tests.stream import Stream

pytestmark = pytest.mark.servers
MESSAGES = 20


class Held(StatelessStep):
    """A step that comes to no end with what it has in hand after its first batch."""

    in_hand: asyncio.Event
    batches = taken = 0

    async def _process(self, messages: list[Any], outlet: Any) -> None:
        self.batches += 1
        if self.batches > 1:
            self.in_hand.set()
            await self.fate()
        await super()._process(messages, outlet)
        self.taken = messages[-1].offset + 1

    async def fate(self) -> None:
        await asyncio.Event().wait()


class Failed(Held):
    """A step whose events no broker acknowledges after its first batch."""

    async def fate(self) -> None:
        raise TemporaryError("not acknowledged")


@pytest.mark.timeout(180)
@pytest.mark.parametrize("kind", [Held, Failed])
def test_what_is_in_hand_when_a_step_ends_comes_again(
    kind: type[Held], bootstrap: str, prefix: str, tmp_path: Path
) -> None:
    prefix = f"{prefix}{kind.__name__.lower()}-"
    stream = Stream(bootstrap, prefix, tmp_path, partitions=1)
    stream.run("setup")
    stream.send("admitted", [(b"%d" % number, b"{}") for number in range(MESSAGES)])
    kafka = KafkaOptions(bootstrap, tmp_path, prefix, batch=4)

    with ProcessPoolExecutor(1, get_context("spawn")) as elsewhere:  # Faust leaves tasks that nobody awaited
        taken = elsewhere.submit(ended_in_mid_batch, kind, kafka).result()

    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    committed = admin.list_group_offsets([kafka.group("tag")])[kafka.group("tag")]
    admin.close()
    assert 0 < committed[TopicPartition(f"{prefix}admitted", 0)].offset == taken < MESSAGES


def ended_in_mid_batch(kind: type[Held], kafka: KafkaOptions) -> int:
    """Return up to which offset a step had taken messages when it ended."""
    step = kind(next(step for step in build(load(None, {})) if step.name == "tag"), kafka)
    asyncio.run(end_in_mid_batch(step))
    return step.taken


async def end_in_mid_batch(step: Held) -> None:
    """Run `step` until it has messages in hand that it can't send, then stop it, unless it ends by itself."""
    step.in_hand, stop = asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(step.run(stop))
    async with asyncio.timeout(120):
        await step.in_hand.wait()
        stop.set()
        with contextlib.suppress(TemporaryError):
            await running
