"""The past from files: taken the whole way, once, without an alert; what cannot be read is named."""

import gzip
import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from pactwatch import cli
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
