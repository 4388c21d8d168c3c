"""`pactwatch status`: what is stored, what waits, and what a person has to see to."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from pactwatch.embedded import Embedded
from pactwatch.pipeline import build
from pactwatch.settings import load
from pactwatch.status import look
from sinks.sqlite.reader import SqliteReader
from stories.model import Delivery, FeedState
from stories.topics import STORIES
from streams.operator import Event
from tests.stories_made import NOON, story

SETTINGS = load(None, {})


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with an alert that waits, a dead letter, a failing feed, a silent one, an alert not delivered."""
    path = tmp_path / "a.db"
    embedded = Embedded(path, build(SETTINGS))
    told = story("a", title="Iran's parliament ratified the strategic partnership treaty with Russia")
    embedded.process(
        [told],
        [
            FeedState(url="a", polls=3, error="it fails", error_kind="server"),
            FeedState(url="b", polls=3, last_new=NOON),
        ],
    )
    embedded.process_events([Event(STORIES.name, "x", FeedState(url="x"))])
    failed = Delivery(
        id="d", alert="a", subscription="s", channel="$X", when=NOON, tries=4, error="answered 500"
    )
    embedded.delivered(0, [failed])
    assert embedded.undelivered()
    embedded.close()
    return path


def test_everything_that_waits_or_fails_is_told(store: Path) -> None:
    reader = SqliteReader(store)
    found = look(reader, SETTINGS, store, {}).plain()
    reader.close()

    assert (found["stories"], found["dead_letters"]) == (1, 1)
    assert found["feeds"] == {"ok": 1, "failing": 1, "silent": 1}
    assert found["deliveries"] == {"delivered": 0, "failed": 1}
    assert found["waiting"]["deliver"] > 0
    assert [trouble.partition(":")[0] for trouble in found["troubles"]] == [
        "1 dead letter waits", "1 alerts reached no channel lately", "1 feeds fail",
    ]  # fmt: skip


def ran(store: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pactwatch", "--store", str(store), "status", *more]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_a_program_and_a_person_are_told_the_same(store: Path) -> None:
    told, shown = json.loads(ran(store, "--json").stdout), ran(store)

    assert shown.returncode == 0
    for trouble in told["troubles"]:
        assert trouble in shown.stdout
    assert "1 ok, 1 failing, 1 silent" in shown.stdout


def test_check_ends_with_1_where_somebody_is_needed(store: Path, tmp_path: Path) -> None:
    fine = tmp_path / "fine.db"
    Embedded(fine, build(SETTINGS)).close()

    assert ran(store, "--check", "--json").returncode == 1
    assert ran(fine, "--check").returncode == 0
