"""What /metrics tells after known work, read as Prometheus reads it."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from pactwatch.door import application
from pactwatch.embedded import STORE, Embedded
from pactwatch.metrics import Metrics
from pactwatch.pipeline import build
from pactwatch.settings import load
from pactwatch.web.app import create
from producers.fetch import Fetcher
from producers.poll import Poller
from producers.source import FeedSource
from sinks.channels import Channels
from sinks.sqlite.reader import SqliteReader
from stories.errors import TemporaryError
from stories.model import Alert, FeedState, Receipt, Subject
from stories.topics import STORIES
from streams.kafka.progress import Progress
from streams.operator import Event
from tests.fakes_http import Reply, rss, serving
from tests.fakes_webhook import webhook
from tests.newsroom import DATE
from tests.stories_made import NOON, story

NOW = datetime.now(UTC)


class Told:
    """The samples of one scrape."""

    def __init__(self, text: str) -> None:
        self.families = list(text_string_to_metric_families(text))
        self.samples = {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in self.families
            for sample in family.samples
        }

    def __call__(self, name: str, **labels: str) -> float | None:
        return self.samples.get((f"pactwatch_{name}", frozenset(labels.items())))


def scraped(metrics: Metrics, *steps: Progress) -> Told:
    client = TestClient(application(steps, metrics), base_url="http://127.0.0.1")
    return Told(client.get("/metrics").text)


def test_steps_are_counted_by_what_came_of_their_events(tmp_path: Path) -> None:
    metrics = Metrics()
    embedded = Embedded(tmp_path / "a.db", build(load(None, {})), watch=metrics)
    one, two = story("a", title="Parliament ratified the treaty"), story("b", title="Rain is expected")
    embedded.process([one, two])
    embedded.process([one])
    embedded.process_events([Event(STORIES.name, "x", FeedState(url="x"))])
    embedded.close()
    told = scraped(metrics)

    assert told("events_total", step="admit", outcome="passed") == 2
    assert told("events_total", step="admit", outcome="ended") == 1
    assert told("events_total", step="admit", outcome="dead_letter") == 1
    assert told("dead_letters_total", step="admit") == 1
    assert told("events_total", step="tag", outcome="passed") == 2
    assert told("batch_seconds_count", step="admit") == 3
    assert told("batch_seconds_count", step=STORE) == 2


def test_what_a_transaction_took_back_is_not_counted(tmp_path: Path) -> None:
    metrics = Metrics()
    embedded = Embedded(tmp_path / "a.db", build(load(None, {})), watch=metrics)
    embedded.sink.write = broken
    with pytest.raises(OSError, match="full"):
        embedded.process([story("a")])
    embedded.close()

    assert scraped(metrics)("events_total", step="admit", outcome="passed") is None


def broken(documents: object) -> None:
    raise OSError("full")


def test_age_is_counted_once_a_story_from_when_it_was_published() -> None:
    metrics = Metrics()
    published = datetime.now(UTC) - timedelta(
        minutes=10
    )  # not the module's: other tests may run for long before
    recent = story("a", when=published)
    edited = story("b", when=published, revision=2)
    metrics.stored([recent, edited])
    told = scraped(metrics)

    assert told("story_age_seconds_count", since="published") == 1
    assert told("story_age_seconds_bucket", since="published", le="300.0") == 0
    assert told("story_age_seconds_bucket", since="published", le="900.0") == 1


def test_lag_is_told_by_step_group_and_partition() -> None:
    metrics = Metrics()
    admit = Progress("admit", metrics, ready=True, lags={("t-stories", 0): 3, ("t-stories", 1): 0})
    metrics.ask_steps([admit, Progress("tag", metrics)], "t-pactwatch-{}".format)
    admit.done({"passed": 2, "dead_letter": 1}, 0.3)
    told = scraped(metrics, admit)

    assert (
        told("lag_messages", step="admit", group="t-pactwatch-admit", topic="t-stories", partition="0") == 3
    )
    assert (
        told("lag_messages", step="admit", group="t-pactwatch-admit", topic="t-stories", partition="1") == 0
    )
    assert (told("step_ready", step="admit"), told("step_ready", step="tag")) == (1, 0)
    assert told("events_total", step="tag", outcome="passed") == 0
    assert told("dead_letters_total", step="admit") == 1
    assert told("batch_seconds_bucket", step="admit", le="0.25") == 0
    assert told("batch_seconds_bucket", step="admit", le="0.5") == 1
    assert told("step_silent_seconds", step="admit") >= 0


def test_polls_and_feeds_are_told_by_state_and_never_by_address() -> None:
    metrics = Metrics()

    async def publish(state: FeedState, stories: list[object]) -> None: ...

    async def polled(sources: list[FeedSource]) -> Poller:
        async with Fetcher() as fetcher:
            poller = Poller(sources, fetcher, {}, publish, progress=metrics.polled)
            metrics.ask_feeds(lambda: poller.held)
            await poller.run_once()
            await poller.run_once()
        return poller

    with serving() as server:
        good = server.on("/good", Reply(rss(("a", "Parliament ratified the treaty", DATE))))
        gone = server.on("/gone", Reply(b"", status=404))
        poller = asyncio.run(polled([FeedSource(url=url, allow_private=True) for url in (good, gone)]))
    told = scraped(metrics)

    assert told("polls_total", result="new") == 1
    assert told("polls_total", result="unchanged") == 1
    assert told("polls_total", result="missing") == 2
    assert told("fetched_stories_total") == 1
    assert told("feeds", state="ok") == 1
    assert told("feeds", state="failing") == 1
    assert told("feeds", state="silent") == 0
    assert not any("127.0.0.1" in value for _, labels in told.samples for _, value in labels)
    poller.states[good] = FeedState(url=good, polls=9, last_new=NOW - timedelta(days=9))
    assert scraped(metrics)("feeds", state="silent") == 1


def test_deliveries_are_told_by_kind_of_channel_and_outcome() -> None:
    alert = Alert(
        id="a1", subscription="mine", subject=Subject(kind="story", id="a"), title="T", when=NOON,
        receipt=Receipt(query="x"),
    )  # fmt: skip
    metrics = Metrics()
    with webhook() as takes, webhook() as refuses:
        refuses.answers = [500] * 4
        secrets = {"GOOD": takes.url, "BAD": refuses.url}
        channels = Channels({"mine": ["$GOOD", "$BAD", "$NOT_SET"]}, secrets, 0.0, told=metrics.delivered)
        metrics.expect_channels(channels.kinds)
        assert scraped(metrics)("deliveries_total", channel="webhook", outcome="failed") == 0
        asyncio.run(channels.deliver(alert))
    told = scraped(metrics)

    assert told("deliveries_total", channel="webhook", outcome="delivered") == 1
    assert told("deliveries_total", channel="webhook", outcome="failed") == 1
    assert told("deliveries_total", channel="unset", outcome="unset") == 1


def test_the_page_tells_what_its_store_holds_and_asks_for_its_token(tmp_path: Path) -> None:
    embedded = Embedded(tmp_path / "a.db", build(load(None, {})))
    embedded.process([story("a"), story("b")], [FeedState(url="u", polls=1, error="it fails")])
    embedded.close()
    reader = SqliteReader(tmp_path / "a.db")
    client = TestClient(create(reader, token="t0ken"), base_url="http://127.0.0.1")

    assert client.get("/metrics").status_code == 401
    answer = client.get("/metrics", headers={"Authorization": "Bearer t0ken"})
    assert answer.headers["content-type"].startswith("text/plain; version=")
    told = Told(answer.text)
    assert told("store_up") == 1
    assert told("stored_documents", kind="stories") == 2
    assert told("stored_documents", kind="dead_letters") == 0
    assert told("feeds", state="failing") == 1
    assert client.get("/metrics", headers={"Host": "evil.example"}).status_code == 421
    reader.close()


def test_a_store_that_is_away_costs_its_own_figures_only() -> None:
    class Away:
        def counts(self) -> None:
            raise TemporaryError("away")

        def feeds(self) -> None:
            raise TemporaryError("away")

    client = TestClient(create(Away()), base_url="http://127.0.0.1")
    told = Told(client.get("/metrics").text)

    assert told("store_up") == 0
    assert told("stored_documents", kind="stories") is None
    assert told.samples["process_resident_memory_bytes", frozenset()] > 1e6


def test_a_worker_s_door_asks_for_the_token_only_where_it_tells_something() -> None:
    client = TestClient(application([], Metrics(), token="t0ken"), base_url="http://127.0.0.1")

    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer t0ken"}).status_code == 200
    assert client.get("/healthz", headers={"Host": "evil.example"}).status_code == 421


def test_a_poller_is_ready_when_it_holds_its_feeds() -> None:
    holds: list[str] = []
    client = TestClient(application((), Metrics(), lambda: bool(holds)), base_url="http://127.0.0.1")

    assert client.get("/readyz").status_code == 503
    holds.append("https://a.test/feed")
    assert client.get("/readyz").status_code == 200


def test_names_follow_the_conventions() -> None:
    metrics = Metrics()
    metrics.ask_steps([Progress("admit")], str)
    for family in scraped(metrics).families:
        assert family.documentation
        assert not family.name.endswith("_created")
        if family.name.startswith(("process_", "pactwatch_build_info")):
            continue
        assert family.name.startswith("pactwatch_")
        assert not family.name.endswith(("_ms", "_count", "_sum", "_bucket"))
        if family.type == "histogram":
            assert family.name.endswith("_seconds")


def test_two_processes_worth_of_metrics_know_nothing_of_each_other() -> None:
    one, two = Metrics(), Metrics()
    one.worked("admit", {"passed": 5}, 0.1)

    assert scraped(one)("events_total", step="admit", outcome="passed") == 5
    assert scraped(two)("events_total", step="admit", outcome="passed") is None
