"""The deliver role: alerts from their topics to channels, offsets committed only once each was tried."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from aiokafka import TopicPartition
from structlog.contextvars import bound_contextvars

from stories import topics, wire
from stories.model import Alert, Delivery
from stories.topics import alert_topic
from stories.trace import story_of
from streams.kafka.consuming import POLL_MS
from streams.kafka.deciding import set_aside
from streams.kafka.letters import reason_of, trace_of
from streams.kafka.options import KafkaOptions
from streams.kafka.outlet import Outlet
from streams.kafka.role import Role
from streams.operator import Event
from streams.watching import DEAD_LETTER, PASSED, Outcome

STEP = "deliver"
AT_ONCE = 20

Deliver = Callable[[Alert], Awaitable[Sequence[Delivery]]]


class DeliverRole(Role):
    """Hands each alert of `subscriptions` to `deliver`; after a crash the last few come again, same ids."""

    def __init__(self, deliver: Deliver, subscriptions: Sequence[str], options: KafkaOptions) -> None:
        super().__init__(STEP, [alert_topic(name).name for name in subscriptions], options)
        self.deliver = deliver

    async def turn(self, outlet: Outlet, stop: asyncio.Event) -> None:
        """Deliver what has come in, alert by alert."""
        batches = await self.consumer.getmany(timeout_ms=POLL_MS, max_records=AT_ONCE)
        for at, messages in batches.items():
            for message in messages:
                if stop.is_set():
                    return  # a slow channel must not hold up the end; what is not committed comes again
                began = time.perf_counter()
                events, outcome = await self._handed_on(at, message)
                await outlet.send_events(events)
                self.progress.done({outcome: 1}, time.perf_counter() - began)
                self.owed[at] = message.offset + 1
                await self.commit_owed()
        await self.commit_owed()

    async def _handed_on(self, at: TopicPartition, message: Any) -> tuple[list[Event], Outcome]:
        """Return the log of how the channels took one alert, or a dead letter for what is none."""
        topic = self.options.plain(at.topic)
        trace = trace_of(message, topic, at.partition)
        try:
            alert = wire.decode(message.value or b"", Alert)
            with bound_contextvars(step=STEP, story=story_of(alert), trace_id=trace.id):
                deliveries = await self.deliver(alert)
        except Exception as error:  # neither a poison message nor a channel's surprise may stop the others
            reason = reason_of(STEP, error)
            return [set_aside(topic, at.partition, message, reason, trace)], DEAD_LETTER
        name = topics.DELIVERIES.name
        return [Event(name, alert.subscription, delivery) for delivery in deliveries], PASSED
