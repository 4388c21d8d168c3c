"""The commands on pacts as a person runs them: a file folded, a store listed, one pact shown, an earlier day."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from pactwatch.cli import app
from pactwatch.embedded import Embedded
from pactwatch.pipeline import build
from pactwatch.settings import load
from sinks.sqlite.reader import SqliteReader
from tests.stories_made import story

NEWS = [
    ("a", "2018-06-17", "Greece and North Macedonia sign the Prespa agreement on the name of the country."),
    ("b", "2019-01-11", "The parliament of North Macedonia ratifies the Prespa agreement."),
    ("c", "2019-01-25", "The Hellenic Parliament of Greece ratifies the Prespa agreement."),
]
LINES = "".join(json.dumps({"id": name, "date": day, "text": text}) + "\n" for name, day, text in NEWS)


def pactwatch(*arguments: str, stdin: str = "") -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(app, arguments, input=stdin)


def noon(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC, hour=12)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embedded store that has processed the news above."""
    path = tmp_path_factory.mktemp("store") / "pactwatch.db"
    embedded = Embedded(path, build(load(None)))
    embedded.process(
        story(name, body=text, title=f"News {name}", when=noon(day), language="en")
        for name, day, text in NEWS
    )
    embedded.close()
    return path


def listed(*arguments: str, stdin: str = "") -> list[dict]:
    ended = pactwatch("pacts", *arguments, "--json", stdin=stdin)

    assert ended.exit_code == 0, ended.stderr
    return json.loads(ended.stdout)


def test_a_files_stories_fold_to_their_pact() -> None:
    (pact,) = listed("-", stdin=LINES)

    assert (pact["parties"], pact["ratified"], pact["stage"]) == (["GRC", "MKD"], ["GRC", "MKD"], "ratified")
    assert [step["date"] for step in pact["steps"]] == [day for _, day, _ in NEWS]


def test_tagged_lines_need_no_tagging(tmp_path: Path) -> None:
    tagged = tmp_path / "tagged.jsonl"
    tagged.write_text(pactwatch("tag", "-", stdin=LINES).stdout, encoding="utf-8")

    assert listed(str(tagged)) == listed("-", stdin=LINES)


def test_an_earlier_day_does_not_know_what_came_later() -> None:
    (pact,) = listed("-", "--as-of", "2019-01-11", stdin=LINES)

    assert (pact["ratified"], pact["missing"]) == (["MKD"], ["GRC"])


def test_a_bad_line_is_named_and_the_rest_is_folded() -> None:
    ended = pactwatch("pacts", "-", "--json", stdin="{\n" + LINES)

    assert ended.exit_code == 1
    assert "line 1 is skipped" in ended.stderr
    assert len(json.loads(ended.stdout)) == 1


def test_an_undated_story_tells_no_day() -> None:
    line = {"id": "a", "text": "Greece and North Macedonia sign the Prespa agreement today."}

    (pact,) = listed("-", stdin=json.dumps(line))

    assert "date" not in pact["steps"][0]


def test_the_store_is_listed_and_asked_of_an_earlier_day(store: Path) -> None:
    listing = json.loads(pactwatch("--store", str(store), "pacts", "--json").stdout)
    earlier = pactwatch("--store", str(store), "pacts", "--as-of", "2018-12-31", "--json").stdout

    assert [pact["id"] for pact in listing] == [pact["id"] for pact in json.loads(earlier)]
    assert listing[0]["stage"] == "ratified"
    assert json.loads(earlier)[0]["stage"] == "signed"


def test_one_pact_is_shown_in_every_shape(store: Path) -> None:
    show = ["--store", str(store), "pacts", "show", json.loads(
        pactwatch("--store", str(store), "pacts", "list", "--json").stdout)[0]["id"]]  # fmt: skip

    assert json.loads(pactwatch(*show, "--json").stdout)["parties"] == ["GRC", "MKD"]
    rows = list(csv.DictReader(io.StringIO(pactwatch(*show, "--csv").stdout)))
    assert [(row["date"], row["step"], row["by"]) for row in rows] == [
        ("2019-01-25", "ratified", "GRC"), ("2019-01-11", "ratified", "MKD"), ("2018-06-17", "signed", "GRC, MKD")
    ]  # fmt: skip
    assert "| 2019-01-25 | ratified | GRC | done |" in pactwatch(*show, "--markdown").stdout
    plain = pactwatch(*show).stdout
    assert plain.index("News c") < plain.index("News b") < plain.index("News a")
    assert "new: signed 2018-06-17 by GRC, MKD" in plain


def test_a_pact_that_is_not_there_says_where_the_ids_are(store: Path) -> None:
    ended = pactwatch("--store", str(store), "pacts", "show", "p-none")

    assert ended.exit_code == 1
    assert "`pactwatch pacts` shows their ids" in ended.stdout


def test_the_labels_score_the_steps(tmp_path: Path) -> None:
    labels = {"step": "ratified", "by": ["GRC"], "date": "2019-01-25", "status": "done", "pact": None}
    line = {"id": "c", "date": "2019-01-25", "text": NEWS[2][2], "steps": [labels]}
    file = tmp_path / "labelled.jsonl"
    file.write_text(json.dumps(line), encoding="utf-8")

    report = json.loads(pactwatch("eval", "pacts", str(file), "--json").stdout)

    assert report["scores"]["step and date"]["hits"] == 1
    assert report["wrong"] == []


def test_a_conflict_lists_the_pacts_that_bind_its_states(tmp_path: Path) -> None:
    path = tmp_path / "war.db"
    embedded = Embedded(path, build(load(None)))
    pact = "Greece and France sign a defence pact in Paris."
    war = "Troops of Greece shell an outpost; three soldiers of Greece are killed in fighting with rebels."
    embedded.process([
        story("pact", title="Pact", body=pact, when=noon("2021-09-28"), language="en"),
        story("war", title="War", body=war, when=noon("2021-10-28"), language="en"),
    ])  # fmt: skip
    (conflict,) = [cluster for cluster in SqliteReader(path).clusters() if "armed-conflict" in cluster.topics]
    embedded.close()

    (found,) = json.loads(
        pactwatch("--store", str(path), "pacts", "obligations", conflict.id, "--json").stdout
    )

    assert (found["bound"], found["pact"]["parties"], found["is_between"]) == (["GRC"], ["FRA", "GRC"], False)
    assert (
        "GRC    defence pact  signed"
        in pactwatch("--store", str(path), "pacts", "obligations", conflict.id).stdout
    )
