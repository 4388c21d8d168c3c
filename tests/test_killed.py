"""Killed in mid-stream and started again, the embedded pactwatch ends where an undisturbed one does."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sinks.sqlite.reader import SqliteReader
from stories.model import Alert, Cluster, Document, Pact, Story
from tests.feeding import BATCH

COUNT = 400
KILLS = 4


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_kill_9_loses_and_doubles_nothing(data: Path, tmp_path: Path) -> None:
    chance = random.Random(9)
    killed, undisturbed = tmp_path / "killed.db", tmp_path / "undisturbed.db"
    for _ in range(KILLS):
        with feed(killed) as process:
            assert process.stdout is not None
            for _ in range(chance.randrange(1, COUNT // BATCH)):
                process.stdout.readline()  # a batch is through; the next is under way
            time.sleep(chance.uniform(0, 0.1))
            process.kill()
    for store in (killed, undisturbed):
        with feed(store) as process:
            process.communicate()
        assert process.returncode == 0

    one, other = everything(killed), everything(undisturbed)
    assert len(one[0]) == COUNT
    assert one == other


def feed(store: Path) -> "subprocess.Popen[str]":
    """Start taking the stories into `store`, from the first one on."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.feeding", str(store), str(COUNT)],
        cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True, env=os.environ,
    )  # fmt: skip


def everything(store: Path) -> tuple[list[Story], list[Cluster], list[Pact], list[Alert], list[Document]]:
    """Return all that people read."""
    reader = SqliteReader(store)
    found = (
        list(reader.every_story()),
        reader.clusters(limit=10_000),
        reader.pacts(limit=10_000),
        reader.alerts(limit=10_000),
        [change for pact in reader.pacts(limit=10_000) for change in reader.pact_changes(pact.id)],
    )
    assert reader.dead_letters() == []
    reader.close()
    return found
