"""Commands that ask a store: the demo's own, kept for all of them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from typer.testing import CliRunner, Result

from pactwatch import cli
from pactwatch.embedded import Embedded, locked
from pactwatch.pipeline import build
from pactwatch.settings import load
from stories import wire
from stories.errors import PactwatchError, PermanentError
from stories.model import DeadLetter
from tests.stories_made import NOON, story

Command = Callable[..., Any]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("store") / "demo.db"
    assert invoke("demo", "--no-serve", "--keep", str(path)).exit_code == 0
    return path


def invoke(*arguments: str, **more: Any) -> Result:
    return CliRunner().invoke(cli.app, arguments, catch_exceptions=False, env={"COLUMNS": "200"}, **more)


def told(store: Path, *arguments: str) -> Any:
    """Return what a command prints as JSON."""
    ran = invoke("--store", str(store), *arguments, "--json")
    assert ran.exit_code == 0, ran.output
    return json.loads(ran.stdout)


def test_status_says_what_the_issue_of_any_day_needs(store: Path) -> None:
    status = told(store, "status")

    assert set(status) >= {"stories", "clusters", "pacts", "alerts", "dead_letters", "feeds"}
    assert status["feeds"]["failing"] == 1
    assert status["stories"] > 30


def test_a_rule_is_tried_on_the_past_before_it_is_switched_on(store: Path) -> None:
    tried = told(store, "alerts", "test", "ratifications", "--since", "2025-01-01")
    sent = told(store, "alerts", "list", "--name", "ratifications")

    assert {one["id"] for one in tried["alerts"]} == {one["id"] for one in sent}
    assert sum(tried["per_day"].values()) == len(sent) > 0


def test_clusters_are_grown_again_to_try_a_threshold(store: Path, tmp_path: Path) -> None:
    (tmp_path / "alerts.yaml").write_text(
        "alerts:\n  - {name: big, on: cluster, query: 'topics:*', threshold: {origins: 2}}\n"
    )

    tried = told(store, "--config", str(tmp_path), "alerts", "test", "big", "--since", "2025-01-01")

    # a cluster is named after its first story, and the store may have met another first: so they are counted
    big = [one for one in told(store, "clusters", "--limit", "100") if one.get("origins", 1) >= 2]
    assert len(tried["alerts"]) == len(big) > 0


def test_related_stories_are_listed_under_what_their_cluster_says(store: Path) -> None:
    cluster = next(one for one in told(store, "clusters", "--limit", "100") if one.get("summary"))
    printed = invoke("--store", str(store), "related", cluster["stories"][0]["id"]).stdout
    listed = invoke("--store", str(store), "clusters", "--limit", "100").stdout

    assert printed.splitlines()[:2] == [cluster["title"], cluster["summary"]]
    assert cluster["summary"][:30] in listed


def test_the_plot_has_a_line_a_day(store: Path) -> None:
    printed = invoke("--store", str(store), "alerts", "test", "ratifications", "--since", "2025-01-01").stdout

    assert "2025-05-21 █" in printed


def test_two_versions_of_a_rule_differ_by_what_they_tell(store: Path, tmp_path: Path) -> None:
    older = tmp_path / "old.yaml"
    older.write_text("alerts:\n  - name: ratifications\n    on: pact\n    query: 'step:signed'\n")

    changed = told(store, "alerts", "test", "ratifications", "--since", "2025-01-01", "--diff", str(older))

    assert {alert["fact"].split("@")[0].split()[0] for alert in changed["gained"]} == {"ratified"}
    assert changed["lost"]


def test_why_not_names_the_clause_that_failed(store: Path) -> None:
    [quiet] = told(store, "search", "NOT actors:IRN AND NOT topics:*", "--limit", "1")

    assert told(store, "alerts", "why-not", "russia-iran", quiet["id"]) != []
    assert any(
        "actors:IRN" in clause for clause in told(store, "alerts", "why-not", "russia-iran", quiet["id"])
    )


def test_why_not_a_topic_names_the_clause_of_each_rule(store: Path) -> None:
    [quiet] = told(store, "search", "NOT topics:*", "--limit", "1")

    failures = told(store, "why-not", quiet["id"], "ratification")

    assert failures
    assert all(failure["rule"] and failure["clause"] for failure in failures)


@pytest.mark.parametrize(
    ("arguments", "cure"),
    [
        (["alerts", "test", "ratification"], "alerts.yaml has ratifications"),
        (["alerts", "why", "nothing"], "pactwatch alerts list"),
        (["alerts", "why-not", "ratifications", "nothing"], "no pact"),
        (["why-not", "nothing", "ratification"], "pactwatch search"),
        (["why-not", "nothing", "ratifcation"], "take one of"),
        (["dead-letters", "show", "nothing"], "pactwatch dead-letters list"),
        (["dead-letters", "replay"], "--all"),
    ],
)
def test_what_is_not_there_says_where_to_look(store: Path, arguments: list[str], cure: str) -> None:
    with pytest.raises(PactwatchError, match=cure):
        invoke("--store", str(store), *arguments)


def test_marks_are_shown_in_their_place() -> None:
    line = json.dumps({"id": "a", "title": "Iran's parliament ratifies the pact with Russia"})

    printed = invoke("tag", "-", "--explain", input=line).stdout

    assert "actor RUS: 'Russia' at title[41:47]" in printed
    assert "topic ratification" in printed


def test_the_filter_matches_subscriptions() -> None:
    lines = '{"id": "a", "title": "Iran and Russia hold talks in Moscow", "published": "2025-05-21"}\n{"id": "b"}\n'

    alerts = [json.loads(line) for line in invoke("match", "-", input=lines).stdout.splitlines()]

    assert [(alert["subscription"], alert["subject"]["id"]) for alert in alerts] == [("russia-iran", "a")]


def test_stories_are_tagged_anew_under_changed_rules(store: Path, tmp_path: Path) -> None:
    topics = msgspec.to_builtins(load(None, {}).topics)
    for topic in topics:
        topic["rules"] = [] if topic["id"] == "ratification" else topic["rules"]
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "topics.yaml").write_text(yaml.safe_dump({"topics": topics, "replace": True}), encoding="utf-8")
    copy = tmp_path / "copy.db"
    copy.write_bytes(store.read_bytes())
    before = {one["id"] for one in told(copy, "search", "topics:ratification", "--limit", "100")}
    alerts = told(copy, "alerts", "list")

    would = json.loads(
        invoke("--config", str(folder), "--store", str(copy), "retag", "--dry-run", "--json").stdout
    )
    assert before <= {one["id"] for one in would}
    assert told(copy, "search", "topics:ratification", "--limit", "100")
    did = json.loads(invoke("--config", str(folder), "--store", str(copy), "retag", "--json").stdout)

    assert {one["id"] for one in did} == {one["id"] for one in would}
    assert told(copy, "search", "topics:ratification") == []
    assert told(copy, "alerts", "list") == alerts
    assert told(copy, "status")["stories"] == told(store, "status")["stories"]


def test_a_dead_letter_is_shown_and_replayed(tmp_path: Path) -> None:
    path = tmp_path / "letters.db"
    embedded = Embedded(path, build(load(None, {})))
    good = DeadLetter(id="good", reason="tag: a fault mended since", topic="stories", key="a", when=NOON,
                      payload=wire.encode(story("a", title="Iran ratifies the pact with Russia")))  # fmt: skip
    bad = DeadLetter(id="bad", reason="no JSON", topic="stories", key="b", when=NOON, payload=b"\xff")
    with embedded.state.transaction():
        embedded.sink.write([("dead-letters", good), ("dead-letters", bad)])
    embedded.close()

    assert "\\xff" in invoke("--store", str(path), "dead-letters", "show", "bad").stdout
    replayed = invoke("--store", str(path), "dead-letters", "replay", "--all")

    assert replayed.exit_code == 1
    assert "1 replayed, 1 failed again" in replayed.stdout
    assert [letter["id"] for letter in told(path, "dead-letters", "list")] == ["bad"]
    assert [found["id"] for found in told(path, "search", "topics:ratification")] == ["a"]


def test_a_store_has_one_writer(tmp_path: Path) -> None:
    path = tmp_path / "one.db"
    lock = locked(path)
    try:
        with pytest.raises(PermanentError, match="stop it first"):
            locked(path)
    finally:
        lock.release()
    locked(path).release()
