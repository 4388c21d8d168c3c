"""Metrics that are states: asked for when Prometheus scrapes, as nobody could keep them up to date."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from producers import health
from sinks.reader import Counts
from stories.model import FeedState
from streams.kafka.progress import Progress

log = logging.getLogger(__name__)


class StepsNow(Collector):
    """How far each step of a worker is."""

    def __init__(self, steps: Sequence[Progress], group: Callable[[str], str]) -> None:
        self.steps, self.group = steps, group

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield lag, readiness and silence of every step."""
        labels = ["step", "group", "topic", "partition"]
        lag = GaugeMetricFamily("pactwatch_lag_messages", "Messages that wait for a step.", labels=labels)
        ready = GaugeMetricFamily(
            "pactwatch_step_ready", "1 where a step has its partitions.", labels=["step"]
        )
        silent = GaugeMetricFamily(
            "pactwatch_step_silent_seconds", "Time since a step last did something.", labels=["step"]
        )
        for part in self.steps:
            for (topic, partition), messages in sorted(part.lags.items()):
                lag.add_metric([part.step, self.group(part.step), topic, str(partition)], messages)
            ready.add_metric([part.step], int(part.ready))
            silent.add_metric([part.step], part.silent_s)
        yield from (lag, ready, silent)


class FeedHealth(Collector):
    """How the feeds fare, by state: their addresses would be labels without end."""

    def __init__(self, states: Callable[[], Iterable[FeedState]]) -> None:
        self.states = states

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield how many feeds are in which state; nothing where the store cannot say."""
        try:
            counted = health.counted(self.states(), datetime.now(UTC))
        except Exception:  # a scrape must bring what can be known
            log.exception("the states of feeds cannot be counted for /metrics")
            return
        feeds = GaugeMetricFamily("pactwatch_feeds", "Feeds, by how they fare.", labels=["state"])
        for state, number in counted.items():
            feeds.add_metric([state], number)
        yield feeds


class Stored(Collector):
    """How much there is to read, and whether the store answers at all."""

    def __init__(self, counts: Callable[[], Counts]) -> None:
        self.counts = counts

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield how many documents of each kind the store holds."""
        up = GaugeMetricFamily("pactwatch_store_up", "1 where the store answers.")
        try:
            counts = self.counts()
        except Exception:
            log.exception("the store cannot be counted for /metrics")
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        held = GaugeMetricFamily("pactwatch_stored_documents", "Documents in the store.", labels=["kind"])
        for kind in ("stories", "clusters", "pacts", "alerts", "dead_letters"):
            held.add_metric([kind], getattr(counts, kind))
        yield from (up, held)
