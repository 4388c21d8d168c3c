"""The commands as a person runs them: the demo, listings, filters that skip bad lines, clear faults."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from pactwatch.cli import app

README = Path(__file__).parents[1] / "README.md"


def pactwatch(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own, as CI would: no terminal."""
    return subprocess.run(
        [sys.executable, "-m", "pactwatch", *arguments],
        input=stdin, capture_output=True, text=True, timeout=120, check=False,
        env=os.environ | {"CI": "1", "COLUMNS": "200"},
    )  # fmt: skip


def test_the_demo_tells_the_seeds_pact_and_ends() -> None:
    ended = pactwatch("demo")
    [promised] = re.findall(
        r"prints the pact it found:\n\n```\n(.*?)```", README.read_text("utf-8"), re.DOTALL
    )

    assert ended.returncode == 0, ended.stderr
    for fact in (*promised.splitlines(), "in-force 2025-W20 by EAEU, IRN", "a web page instead of a feed"):
        assert fact.strip(" .") in ended.stdout


def test_a_tagged_line_comes_back_and_a_bad_one_is_named() -> None:
    ended = pactwatch("tag", "-", stdin='{"id": "a", "text": "Iran ratifies the pact."}\n{"no": "id"}\n')

    assert ended.returncode == 1
    assert json.loads(ended.stdout)["topics"] == ["ratification"]
    assert "line 2 is skipped" in ended.stderr


def test_the_final_clusters_name_every_story() -> None:
    lines = "".join(
        json.dumps({"id": str(n), "title": "Senate ratifies grain pact"}) + "\n" for n in range(3)
    )

    answers = [
        json.loads(line) for line in pactwatch("cluster", "--final", "-", stdin=lines).stdout.splitlines()
    ]

    assert [answer["id"] for answer in answers] == ["0", "1", "2"]
    assert len({answer["cluster"] for answer in answers}) == 1


FAULTS = {
    "feeds.yaml": (
        "feeds:\n  - url: https://a.test\n    laguage: en\n",
        "feeds.yaml:3: unknown key “laguage”, did you mean language?",
    ),
    "alerts.yaml": (
        "alerts:\n  - name: x\n    on: pact\n    query: 'stepp:ratified'\n",
        "did you mean step?",
    ),
    "topics.yaml": ("topics: [\n", "topics.yaml:"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_its_place(name: str, tmp_path: Path) -> None:
    text, message = FAULTS[name]
    (tmp_path / name).write_text(text, encoding="utf-8")

    ended = pactwatch("--config", str(tmp_path), "check")

    assert ended.returncode == 2
    assert message in ended.stdout.replace("\n", "")


def test_a_missing_store_says_how_to_make_one(tmp_path: Path) -> None:
    ended = pactwatch("--store", str(tmp_path / "none.db"), "status", "--json")

    assert ended.returncode == 1
    assert "pactwatch run" in ended.stderr


def test_the_readme_names_every_command() -> None:
    table = re.findall(r"^\| (`.*?) \|", README.read_text(encoding="utf-8"), re.MULTILINE)
    named = set(re.findall(r"`(?:pactwatch )?([a-z-]+)", " ".join(table)))

    assert set(typer.main.get_command(app).commands) - named == set()
