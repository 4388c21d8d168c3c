"""Stateless steps as Faust agents: raw bytes in, events out, every send awaited before offsets move."""

import asyncio
import contextlib
import logging
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

import faust
from aiokafka.errors import KafkaError

from stories.topics import Topic
from stories.wire import Sending
from streams.kafka.consuming import lags_of
from streams.kafka.deciding import decide
from streams.kafka.options import KafkaOptions
from streams.kafka.outlet import Outlet
from streams.kafka.partition import OffsetError
from streams.kafka.progress import Progress
from streams.operator import MemoryState, Operator
from streams.outgoing import sendings
from streams.topology import Step
from streams.watching import Outcome

log = logging.getLogger(__name__)

ASK_AFTER_S = 10.0  # of silence
ASK_WITHIN_S = 5.0
WITHIN_S = 0.02  # how long an incomplete batch waits for more


def app_of(options: KafkaOptions, name: str) -> faust.App:
    """Return a Faust app that keeps nothing, makes no topics and leads nothing."""
    datadir = options.state / "faust" / name
    datadir.mkdir(parents=True, exist_ok=True)  # Faust makes only the last folder of the way
    brokers = ";".join(f"kafka://{address}" for address in options.bootstrap.split(","))
    return faust.App(
        options.group(name),
        broker=brokers,
        store="memory://",
        datadir=str(datadir),
        autodiscover=False,
        origin=None,
        topic_allow_declare=False,
        topic_disable_leader=True,
        table_standby_replicas=0,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=options.max_fetch_bytes,
        consumer_group_instance_id=f"{options.instance}-{name}" if options.instance else None,
        broker_max_poll_records=500,
        broker_session_timeout=options.session_timeout_s,
        broker_heartbeat_interval=options.session_timeout_s / 5,
        broker_commit_interval=1.0,
        processing_guarantee="at_least_once",
        stream_wait_empty=False,
        web_enabled=False,
        **_credentials(options.security),
    )


def _credentials(security: Mapping[str, Any]) -> dict[str, Any]:
    """Return aiokafka's options in Faust's own form."""
    context = security.get("ssl_context")
    if "sasl_mechanism" in security:
        login = faust.SASLCredentials(
            username=security["sasl_plain_username"], password=security["sasl_plain_password"],
            mechanism=security["sasl_mechanism"], ssl_context=context,
        )  # fmt: skip
        return {"broker_credentials": login}
    return {"broker_credentials": faust.SSLCredentials(context=context)} if context else {}


class StatelessStep:
    """Runs `step` as an agent. It keeps nothing, so a message that comes twice is only work done twice."""

    def __init__(self, step: Step, options: KafkaOptions) -> None:
        self.step, self.options = step, options
        self.operator: Operator = step.make()
        self.source: Topic = step.sources[0]
        self.progress = Progress(step.name, options.watch)
        self.places: dict[Any, int] = {}  # the offset due next, by partition
        self.done: dict[Any, int] = {}  # the offset from which on nothing was sent yet
        self.ends: dict[Any, int] = {}  # where partitions end, as far as it was asked
        self.asked = time.monotonic()

    async def run(self, stop: asyncio.Event) -> None:
        """Process until `stop`. Raises what must end the process."""
        app = app_of(self.options, self.step.name)
        async with Outlet(self.options, self.step.name) as outlet:
            self._define(app, outlet)
            try:  # a start that is broken off, too, leaves a thread that would go on as a member of the group
                await app.start()
                while not stop.is_set() and not app.crashed:
                    await app.wait(stop.wait(), timeout=0.5)
                    await self._look(app)
                if app.crashed:
                    raise app.crash_reason or RuntimeError(f"the agent of {self.step.name} ended")
            finally:
                await app.stop()

    def _define(self, app: faust.App, outlet: Outlet) -> None:
        topic = app.topic(
            self.options.topic(self.source.name), key_type=bytes, value_type=bytes,
            key_serializer="raw", value_serializer="raw",
        )  # fmt: skip

        async def work(stream: Any) -> None:
            async for events in stream.take_events(self.options.batch, within=WITHIN_S):
                messages = [event.message for event in events]
                for message in messages:  # Faust acknowledges all it handed out, however the agent ends:
                    message.incref()  # a reference of ours keeps it from that until they are sent
                try:
                    await self._process(messages, outlet)
                except Exception as error:  # an agent that raises would go on: end the app, and never return
                    await app.crash(error)
                    await asyncio.Event().wait()
                for message in messages:
                    message.decref()

        app.agent(topic, name=f"{self.step.name}.agent", concurrency=1)(work)
        revoked: Any = app.on_partitions_revoked
        revoked.connect(self._forget, weak=False)
        assigned: Any = app.on_partitions_assigned
        assigned.connect(self._assigned, weak=False)

    async def _process(self, messages: list[Any], outlet: Outlet) -> None:
        outgoing: list[Sending] = []
        outcomes: Counter[Outcome] = Counter()
        began = time.perf_counter()
        for message in messages:
            self._check_order(message)
            decided = decide(self.operator, MemoryState(), self.source, message.partition, _Raw(message))
            outgoing.extend(sendings(decided.decision.events, decided.trace))
            outcomes[decided.outcome] += 1
            await asyncio.sleep(0)  # the groups of every step hear from this loop that we live
        await outlet.send(outgoing)
        self.done.update({message.tp: message.offset + 1 for message in messages})
        self.progress.done(outcomes, time.perf_counter() - began)

    def _check_order(self, message: Any) -> None:
        expected = self.places.get(message.tp, message.offset)
        if message.offset > expected and not self.options.accept_gaps:
            raise OffsetError(
                f"{self.step.name} on {message.topic}/{message.partition}: offsets {expected} to "
                f"{message.offset - 1} are missing: start again"
            )
        self.places[message.tp] = message.offset + 1
        self.done.setdefault(message.tp, message.offset)  # an agent that hangs on its first message has work

    async def _look(self, app: faust.App) -> None:
        if self.progress.silent_s > ASK_AFTER_S and time.monotonic() - self.asked > ASK_AFTER_S:
            self.asked = time.monotonic()
            with contextlib.suppress(KafkaError, TimeoutError):  # asked again soon
                await self._ask(app.consumer)
        self.progress.lags = lags_of(app.consumer, self.done, self.ends)

    async def _ask(self, consumer: Any) -> None:
        """Ask the brokers where partitions begin and end, as silence may have come before the first message.

        An agent that stopped then has work, though it never heard of any.
        """
        held = consumer.assignment()
        async with asyncio.timeout(ASK_WITHIN_S):
            begins = await consumer.earliest_offsets(*held)
            ends = await consumer.highwaters(*held)
        committed = consumer._committed_offset  # Faust has no public name for it
        for at in held & consumer.assignment():
            self.ends[at] = ends[at]
            self.done.setdefault(at, max(committed.get(at) or 0, begins[at]))

    async def _forget(self, app: Any, *_: Any, **__: Any) -> None:
        self.places.clear()
        self.done.clear()
        self.ends.clear()
        self.progress.revoked()

    async def _assigned(self, app: Any, *_: Any, **__: Any) -> None:
        self.places.clear()
        self.done.clear()
        self.ends.clear()
        self.progress.assigned()


class _Raw:
    """A Faust message with its time in ms, as other clients give it."""

    def __init__(self, message: Any) -> None:
        self.offset: int = message.offset
        self.key: bytes | None = message.key
        self.value: bytes | None = message.value
        self.timestamp = int((message.timestamp or 0) * 1000)
        self.headers: list[tuple[str, bytes]] = list(message.headers or ())
