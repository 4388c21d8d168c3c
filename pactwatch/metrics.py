"""What pactwatch tells Prometheus: every metric, on a registry of its own that is handed to whoever counts.

Labels come from the code and the configuration, never from the news: their number is bounded. What is a
state (lag, health of feeds, sums of the store) is asked for by the scrape; what happens is counted then.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.exposition import choose_encoder
from starlette.requests import Request
from starlette.responses import Response

from pactwatch.metrics_asked import FeedHealth, StepsNow, Stored
from sinks.channels import OUTCOMES
from sinks.reader import Counts
from stories.model import FeedState, Story
from streams.kafka.progress import Progress
from streams.watching import DEAD_LETTER, ENDED, PASSED, Outcome

PATH = "/metrics"
# when each count began would be a series of its own, which nobody asks for
disable_created_metrics()  # type: ignore[no-untyped-call]
BATCH_S = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
AGE_S = (1, 5, 15, MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 6 * HOUR, DAY, 7 * DAY)


class Metrics:
    """Counts for one process; a Watcher of its steps. Used by many threads at once."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        built = Gauge("pactwatch_build_info", "Which pactwatch this is.", ["version"], registry=self.registry)
        built.labels(version("pactwatch")).set(1)
        self._events = self._counter("events", "Events a step took, by what came of them.", "step", "outcome")
        self._letters = self._counter("dead_letters", "What a step could not process and set aside.", "step")
        self._batches = Histogram(
            "pactwatch_batch_seconds", "Time a step took for a batch, until it was durable or acknowledged.",
            ["step"], buckets=BATCH_S, registry=self.registry,
        )  # fmt: skip
        self._ages = Histogram(
            "pactwatch_story_age_seconds", "How old a story was when it could first be read here.",
            ["since"], buckets=AGE_S, registry=self.registry,
        )  # fmt: skip
        self._polls = self._counter("polls", "Polls of feeds, by what they brought.", "result")
        self._fetched = self._counter("fetched_stories", "New and edited stories that polls brought.")
        self._deliveries = self._counter("deliveries", "Alerts handed to channels.", "channel", "outcome")

    def worked(self, step: str, outcomes: Mapping[Outcome, int], seconds: float) -> None:
        """Note a batch: how many events of it had each outcome, and how long it took."""
        for outcome, events in outcomes.items():
            self._events.labels(step, outcome).inc(events)
        self._letters.labels(step).inc(outcomes.get(DEAD_LETTER, 0))
        self._batches.labels(step).observe(seconds)

    def stored(self, stories: Iterable[Story]) -> None:
        """Note stories that can be read from now on; those told of again, or edited, say nothing of age."""
        now = datetime.now(UTC)
        for story in stories:
            if story.revision > 1 or story.withdrawn:
                continue
            for since, moment in (("published", story.published), ("fetched", story.fetched)):
                if moment is not None:
                    self._ages.labels(since).observe(max(0.0, (now - moment).total_seconds()))

    def polled(self, state: FeedState, stories: int) -> None:
        """Note a poll: what went wrong by its kind, else whether it brought something."""
        self._polls.labels(state.error_kind or ("new" if stories else "unchanged")).inc()
        self._fetched.inc(stories)

    def delivered(self, channel: str, outcome: str) -> None:
        """Note an alert that a channel of that kind took, or did not."""
        self._deliveries.labels(channel, outcome).inc()

    def expect(self, steps: Iterable[str]) -> None:
        """Show `steps` with zeros before they did anything, so that their first event is a growth."""
        for step in steps:
            self._letters.labels(step)
            self._batches.labels(step)
            for outcome in (PASSED, ENDED, DEAD_LETTER):
                self._events.labels(step, outcome)

    def expect_channels(self, kinds: Iterable[str]) -> None:
        """Show the kinds of channels with zeros before they took anything."""
        for kind in kinds:
            for outcome in OUTCOMES:
                self._deliveries.labels(kind, outcome)

    def ask_steps(self, steps: Sequence[Progress], group: Callable[[str], str]) -> None:
        """Show how far `steps` are; `group` names the consumer group of a step."""
        self.expect(part.step for part in steps)
        self.registry.register(StepsNow(steps, group))

    def ask_feeds(self, states: Callable[[], Iterable[FeedState]]) -> None:
        """Show how many of the feeds in `states` are in which state."""
        self.registry.register(FeedHealth(states))

    def ask_store(self, counts: Callable[[], Counts]) -> None:
        """Show how much the store holds."""
        self.registry.register(Stored(counts))

    def answer(self, request: Request) -> Response:
        """Return everything in the form that the scraper asks for."""
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(self.registry), headers={"Content-Type": content_type})

    def _counter(self, name: str, told: str, *labels: str) -> Counter:
        return Counter(f"pactwatch_{name}", told, labels, registry=self.registry)
