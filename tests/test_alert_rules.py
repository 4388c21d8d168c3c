"""docker/prometheus: rules that Prometheus can read, about metrics that pactwatch has, with labels they have."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser as promql
import pytest
import yaml
from prometheus_client.core import Metric

from pactwatch.metrics import Metrics
from pactwatch.web.app import create
from sinks.channels import OUTCOMES
from sinks.reader import Counts
from stories.model import FeedState
from streams.kafka.progress import Progress
from tests.composing import COMPOSE, ROOT
from tests.stories_made import story

FOLDER = ROOT / "docker" / "prometheus"
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((FOLDER / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
SCRAPES: list[dict[str, Any]] = yaml.safe_load((FOLDER / "prometheus.yaml").read_text(encoding="utf-8"))[
    "scrape_configs"
]
JOBS = [job["job_name"] for job in SCRAPES]
LENGTH = re.compile(r"(\d+(ms|s|m|h|d|w|y))+")


class Store:
    """A store that holds nothing."""

    def counts(self) -> Counts:
        return Counts(0, 0, 0, 0, 0, 0, 0)

    def feeds(self) -> list[FeedState]:
        return []


def told() -> Iterator[Metric]:
    """Yield everything that a process of any kind tells."""
    metrics = Metrics()
    metrics.ask_steps([Progress("admit", lags={("stories", 0): 1})], str)
    metrics.polled(FeedState(url="u"), 1)
    metrics.delivered("webhook", OUTCOMES[0])
    metrics.worked("admit", {"passed": 1}, 0.1)
    metrics.stored([story("a")])
    create(Store(), metrics=metrics)
    yield from metrics.registry.collect()


SAMPLES = [sample for family in told() for sample in family.samples]
NAMES = {sample.name for sample in SAMPLES}


def selectors(node: Any) -> Iterator[Any]:
    """Yield every selector of an expression."""
    if isinstance(node, promql.VectorSelector):
        yield node
    for name in ("expr", "lhs", "rhs", "vector_selector", "param"):
        if (part := getattr(node, name, None)) is not None:
            yield from selectors(part)
    for part in getattr(node, "args", None) or ():
        yield from selectors(part)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_a_rule_is_about_what_there_is(rule: dict[str, Any]) -> None:
    found = list(selectors(promql.parse(rule["expr"])))

    assert found
    for selector in found:
        if selector.name == "up":
            continue
        samples = [sample for sample in SAMPLES if sample.name == selector.name]
        assert samples, f"there is no metric {selector.name}"
        for matcher in selector.matchers.matchers:
            if matcher.name == "job":
                assert any(re.fullmatch(matcher.value, job) for job in JOBS)
                continue
            values = {sample.labels.get(matcher.name) for sample in samples}
            assert values != {None}, f"{selector.name} has no label {matcher.name}"
            if str(matcher.op) == "MatchOp.Equal":
                assert matcher.value in values, f"{selector.name} is never {matcher.name}={matcher.value}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_a_rule_is_complete_and_says_what_to_do(rule: dict[str, Any]) -> None:
    assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}
    assert LENGTH.fullmatch(rule.get("for", "1m"))
    assert rule["labels"]["severity"] in ("warning", "critical")
    assert {"summary", "description"} == rule["annotations"].keys()
    grouped = set(re.findall(r"by \(([a-z, ]+)\)", rule["expr"]))
    for label in re.findall(r"\$labels\.(\w+)", "".join(rule["annotations"].values())):
        known = label in ("job", "instance") or any(label in group for group in grouped)
        assert known, f"{label} is not left by the expression"


def test_everything_that_can_go_wrong_has_a_rule() -> None:
    asked = {selector.name for rule in RULES for selector in selectors(promql.parse(rule["expr"]))}

    assert {
        "pactwatch_dead_letters_total", "pactwatch_lag_messages", "pactwatch_step_silent_seconds", "pactwatch_feeds",
        "pactwatch_deliveries_total", "process_resident_memory_bytes", "pactwatch_store_up", "up",
    } <= asked  # fmt: skip


def test_a_metric_that_is_not_there_would_be_noticed() -> None:
    [selector] = selectors(promql.parse("rate(pactwatch_nothing_total[5m])"))

    assert selector.name not in NAMES


def test_the_table_of_metrics_is_the_metrics() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").partition("<!-- metrics:")[2]
    rows = re.findall(r"^\| `(pactwatch_\w+)` \| (.*?) \|", text, re.MULTILINE)
    written = {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}
    true: dict[str, set[str]] = {}
    for family in told():
        if family.name.startswith("pactwatch_"):
            name = f"{family.name}_total" if family.type == "counter" else family.name
            labels = {label for sample in family.samples for label in sample.labels}
            true[name] = labels - {"le"}

    assert true == written


def test_what_is_scraped_is_in_the_compose_file_with_its_port() -> None:
    compose = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    services = compose["services"]
    for job in SCRAPES:
        service = job["job_name"].removeprefix("pactwatch-")
        assert service in services
        assert job["authorization"] == {"credentials_file": "/run/secrets/page-token"}
        for found in job.get("dns_sd_configs", ()):
            assert found["names"] == [service]
            assert any(str(found["port"]) in str(word) for word in services[service]["command"])
        for found in job.get("static_configs", ()):
            assert found["targets"] == [
                f"{service}:{services[service]['environment']['PACTWATCH_PAGE_PORT']}"
            ]
    assert services["prometheus"]["secrets"] == ["page-token"]
    assert Path(services["prometheus"]["volumes"][0].split(":")[0]) == Path("./docker/prometheus")
