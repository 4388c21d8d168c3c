"""Faults in what a person wrote: each named with file, line and cure, all at once, before anything is touched."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pactwatch import cli
from tests.fakes_http import Reply, rss, serving
from tests.newsroom import DATE, Newsroom, source

ALERT = "alerts:\n  - name: mine\n    on: {on}\n    query: '{query}'\n"


def check(folder: Path, **environment: str) -> tuple[int, str]:
    """Return exit status and words of `pactwatch check` on the files in `folder`, in one line."""
    ran = CliRunner().invoke(cli.app, ["--config", str(folder), "check"], env=environment)
    return ran.exit_code, " ".join(ran.output.split())


@pytest.mark.parametrize(
    ("file", "text", "line", "words"),
    [
        ("feeds.yaml", "feeds:\n  - url: https://a.test/f\n    laguage: en\n", 3, "unknown key “laguage”, did you mean language?"),
        ("feeds.yaml", "feeds:\n  - url: ftp://a.test/f\n", 2, "is no web address"),
        ("feeds.yaml", "feeds:\n  - url: https://a.test/f\n    every: sometimes\n", 2, "is no interval"),
        ("feeds.yaml", "feeds:\n  - name: no address\n", 2, "missing required field `url`"),
        ("alerts.yaml", "alerts:\n  - name: mine\n    on: pact\n    qery: 'step:signed'\n", 4, "unknown key “qery”, did you mean query?"),
        ("topics.yaml", "topics:\n  - id: war\n    exampels: []\n", 3, "unknown key “exampels”"),
        ("actors.yaml", "actors:\n  - id: RUS\n    captials: [Moscow]\n", 3, "unknown key “captials”, did you mean capitals?"),
        ("pactwatch.yaml", "page:\n  prot: 80\n", 2, "unknown key “prot”, did you mean port?"),
        ("pactwatch.yaml", "page:\n  port: eighty\n", 2, "port: Expected `int`"),
        ("pactwatch.yaml", "page: [\n", 2, "this is no YAML"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_line_and_the_nearest_key(
    file: str, text: str, line: int, words: str, tmp_path: Path
) -> None:
    (tmp_path / file).write_text(text, encoding="utf-8")

    code, told = check(tmp_path)

    assert code == 2
    assert words in told
    assert f"{file}:{line}: " in told


@pytest.mark.parametrize(
    ("on", "query", "words"),
    [
        ("pact", "stepp:ratified", "did you mean step?"),
        ("story", "topics:(ratification", "column"),
        ("story", "a OR b AND c", "parentheses"),
        ("story", "*missile", "column 1"),
        ("story", "/missil.*/", "column 1"),
        ("story", "missle~", "column"),
        ("cluster", "first_seen:[now TO", "column"),
        ("story", "published:[soon TO now]", "column"),
        ("story", "", "empty"),
        ("storm", "missile", "storm"),
    ],
)
def test_a_bad_query_in_a_subscription_is_named_with_its_place_and_a_cure(
    on: str, query: str, words: str, tmp_path: Path
) -> None:
    (tmp_path / "alerts.yaml").write_text(ALERT.format(on=on, query=query), encoding="utf-8")

    code, told = check(tmp_path)

    assert code == 2
    assert "alerts.yaml:" in told
    assert words in told


def test_every_faulty_file_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "feeds.yaml").write_text("feds: []\n", encoding="utf-8")
    (tmp_path / "alerts.yaml").write_text(ALERT.format(on="pact", query="stepp:signed"), encoding="utf-8")
    (tmp_path / "pactwatch.yaml").write_text("pages: {}\n", encoding="utf-8")

    code, told = check(tmp_path)

    assert code == 2
    assert all(f"{name}.yaml:" in told for name in ("feeds", "alerts", "pactwatch"))


def test_a_variable_that_does_not_fit_is_named(tmp_path: Path) -> None:
    code, told = check(tmp_path, PACTWATCH_PAGE_PORT="eighty")

    assert code == 2
    assert "PACTWATCH_" in told
    assert "page.port" in told


def test_nothing_runs_on_a_faulty_configuration_and_the_store_stays_as_it_is(tmp_path: Path) -> None:
    with serving() as server:
        feed = source(server.on("/feed", Reply(rss(("a", "A treaty is signed", DATE)))))
        room = Newsroom(tmp_path, feed)
        room.poll()
        config = tmp_path / "config"
        config.mkdir()
        listed = f"feeds:\n  - url: {feed.url}\n    allow_private: true\n    nmae: Mine\n"
        (config / "feeds.yaml").write_text(listed, encoding="utf-8")

        ended = subprocess.run(
            [sys.executable, "-m", "pactwatch", "--config", str(config), "--store", str(room.store), "run", "--once"],
            capture_output=True, text=True, timeout=60, check=False, env=os.environ | {"CI": "1"},
        )  # fmt: skip
        room.close()

        assert ended.returncode == 2
        assert "feeds.yaml:4: unknown key “nmae”, did you mean name?" in ended.stderr
        assert len(server.asked("/feed")) == 1
        assert (room.health(feed), room.titles(feed)) == ("fine", ["A treaty is signed"])
