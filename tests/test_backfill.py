"""The past from files: taken the whole way, once, without an alert; what cannot be read is named."""

import gzip
import json
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from pactwatch import cli
from pactwatch.backfill import backfill
from pactwatch.embedded import MAX_BATCH, Embedded
from pactwatch.pipeline import build
from pactwatch.settings import load
from stories.model import FeedState, Story
from tests.fakes_http import rss

LINES = [
    {"id": "a", "title": "Iran's parliament ratifies the pact with Russia", "published": "2025-05-21"},
    {"id": "b", "text": "Armenia signed the treaty with France in Paris.", "date": "2025-05-20T10:00:00Z"},
]


def run(store: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        cli.app, ["--store", str(store), *arguments], catch_exceptions=False, env={"COLUMNS": "200"}
    )


def told(store: Path, *arguments: str) -> Any:
    return json.loads(run(store, *arguments, "--json").stdout)


def test_lines_and_feeds_come_in_once_and_tell_nobody(tmp_path: Path) -> None:
    lines = tmp_path / "old.jsonl.gz"
    lines.write_bytes(gzip.compress("\n".join(map(json.dumps, LINES)).encode()))
    feed = tmp_path / "saved.xml"
    feed.write_bytes(rss(("g1", "Chad and Sudan sign a border accord", "Mon, 19 May 2025 09:00:00 GMT")))
    store = tmp_path / "store.db"

    first = run(store, "backfill", str(lines), str(feed))
    second = run(store, "backfill", str(lines), str(feed))

    assert "3 stories new" in first.stdout
    assert "0 stories new" in second.stdout
    status = told(store, "status")
    assert (status["stories"], status["alerts"], status["dead_letters"]) == (3, 0, 0)
    assert {one["id"] for one in told(store, "search", "topics:ratification")} == {"a"}
    assert told(store, "pacts") != []


def test_a_line_and_a_file_that_cannot_be_read_are_named_and_lose_nothing(tmp_path: Path) -> None:
    lines = tmp_path / "odd.jsonl"
    lines.write_text(f'{json.dumps(LINES[0])}\n{{"no": "id"}}\nnot json\n{json.dumps(LINES[1])}\n')
    page = tmp_path / "page.html"
    page.write_text("<html><body>404</body></html>")
    store = tmp_path / "store.db"

    ended = run(store, "backfill", str(lines), str(page))

    assert ended.exit_code == 1
    assert "2 stories new" in ended.stdout
    for place in (f"{lines}:2", f"{lines}:3", str(page)):
        assert f"{place} is skipped" in ended.output


KILLED_AFTER_TWO_BATCHES = """
import os, signal, sys
from pathlib import Path
from pactwatch.backfill import backfill
from pactwatch.embedded import Embedded
from pactwatch.pipeline import build
from pactwatch.settings import load

class Killed(Embedded):
    batches = 0
    def note_progress(self, source, done):
        self.batches += 1
        if self.batches == 3:
            os.kill(os.getpid(), signal.SIGKILL)  # its stories are durable, that they are is not noted
        super().note_progress(source, done)

backfill(Killed(Path(sys.argv[1]), build(load(None, {})), quiet=True), [Path(sys.argv[2])], lambda read: None)
"""


def test_a_killed_backfill_goes_on_where_it_was(tmp_path: Path) -> None:
    lines = tmp_path / "long.jsonl"
    many = (
        {"id": f"s{one}", "title": f"Report {one} of the day", "date": "2025-05-20"} for one in range(650)
    )
    lines.write_text("\n".join(map(json.dumps, many)))
    store = tmp_path / "store.db"

    killed = subprocess.run(
        [sys.executable, "-c", KILLED_AFTER_TWO_BATCHES, str(store), str(lines)], check=False
    )
    assert killed.returncode == -signal.SIGKILL
    embedded = Watched(store, build(load(None, {})), quiet=True)
    assert backfill(embedded, [lines], lambda read: None) == []
    taken = embedded.taken
    assert backfill(embedded, [lines], lambda read: None) == []
    embedded.close()

    assert taken == 650 - 2 * MAX_BATCH  # the third batch once more, and the rest
    assert embedded.taken == taken + 650  # a finished one is read anew, should something have been removed
    status = told(store, "status")
    assert (status["stories"], status["alerts"]) == (650, 0)


class Watched(Embedded):
    """Counts the stories it is given."""

    taken = 0

    def process(self, stories: Iterable[Story], feeds: Iterable[FeedState] = ()) -> None:
        given = list(stories)
        self.taken += len(given)
        super().process(given, feeds)
