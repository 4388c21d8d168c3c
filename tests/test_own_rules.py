"""A person's own names and rules stand beside the shipped ones, and win."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pactwatch import cli
from pactwatch.settings import load
from stories.errors import ConfigError
from stories.model import Story
from streams.tag.operator import build
from tests.stories_made import story

SPACE = """
topics:
  - id: space-cooperation
    rules:
      - id: space.agree
        any: ["<actor> ..8 space|lunar ..4 agreement|pact|accord"]
        example: India signed a lunar research pact with Japan.
        counter: India launched a lunar probe.
  - id: ratification
    words:
      gremium: [volkskammer]
    rules:
      - {id: ratification.gremium, any: ["<gremium> ..6 nod"], example: The Volkskammer gave the treaty the nod.}
"""
NAMES = """
actors:
  - {id: zxq, kind: org, code: ZXQ, names: [Zantic Union]}
  - {id: abw, kind: state, code: ABW, names: [Isle of Aruba]}
"""


def tagged(folder: Path | None, text: str) -> Story:
    settings = load(folder, {})
    return build(settings.actors, settings.topics).tag(story(body=text, language="en"))


def test_a_topic_is_added_without_touching_code(tmp_path: Path) -> None:
    (tmp_path / "topics.yaml").write_text(SPACE)

    both = tagged(
        tmp_path, "India signed a lunar research pact with Japan. Iran ratified the treaty with Russia."
    )

    assert {"space-cooperation", "ratification"} <= set(both.topics)
    assert "ratification" in tagged(tmp_path, "The Volkskammer gave the nod to the treaty.").topics


def test_own_names_are_added_and_win(tmp_path: Path) -> None:
    (tmp_path / "actors.yaml").write_text(NAMES)

    assert tagged(tmp_path, "The Zantic Union met France.").actors == ["FRA", "ZXQ"]
    assert tagged(tmp_path, "Aruba voted.").actors == []
    assert tagged(None, "Aruba voted.").actors == ["ABW"]


def test_replace_leaves_the_shipped_ones_out(tmp_path: Path) -> None:
    (tmp_path / "actors.yaml").write_text("replace: true" + NAMES)

    assert tagged(tmp_path, "The Zantic Union met France.").actors == ["ZXQ"]


def test_other_rules_are_another_version(tmp_path: Path) -> None:
    (tmp_path / "topics.yaml").write_text(SPACE)

    assert tagged(tmp_path, "Nothing.").rules != tagged(None, "Nothing.").rules


def test_check_runs_the_examples_of_own_rules(tmp_path: Path) -> None:
    (tmp_path / "topics.yaml").write_text(SPACE.replace("India signed a lunar", "India signed a solar"))

    checked = CliRunner().invoke(cli.app, ["--config", str(tmp_path), "check"], env={"COLUMNS": "200"})

    assert checked.exit_code == 2
    assert "space.agree: the example does not fire it: India signed a solar" in checked.stdout


def test_a_pattern_of_names_alone_is_refused_as_it_would_never_be_tried(tmp_path: Path) -> None:
    (tmp_path / "topics.yaml").write_text(
        SPACE.replace("<actor> ..8 space|lunar ..4 agreement|pact|accord", "<actor>")
    )

    with pytest.raises(ConfigError, match=r"rule space\.agree: pattern '<actor>' has names alone"):
        tagged(tmp_path, "India.")
