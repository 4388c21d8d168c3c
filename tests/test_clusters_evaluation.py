"""The figures behind `eval clusters`, by examples small enough to work out on paper."""

import math
from pathlib import Path

import pytest

from pactwatch.evaluation.clusters import Labelled, bcubed, evaluate, nmi
from tests.stories_made import story
from tests.test_cli import pactwatch


def test_perfect_clusters_score_one():
    assert bcubed("aabb", "xxyy") == (1.0, 1.0)
    assert nmi("aabb", "xxyy") == pytest.approx(1.0)


def test_bcubed_of_a_wrong_join_and_a_split():
    # x = {a a b}: precision 2/3, 2/3, 1/3; y = {b}: 1. a is whole: 1, 1; b is halved: 1/2, 1/2
    score = bcubed("aabb", "xxxy")

    assert score.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert score.recall == pytest.approx((1 + 1 + 0.5 + 0.5) / 4)
    assert score.f1 == pytest.approx(2 * (2 / 3) * 0.75 / (2 / 3 + 0.75))


def test_one_cluster_for_all_has_full_recall_and_no_information():
    assert bcubed("aabb", "xxxx") == (0.5, 1.0)
    assert nmi("aabb", "xxxx") == 0.0


def test_singletons_have_full_precision():
    assert bcubed("aaaa", "wxyz") == (1.0, 0.25)


def test_nmi_by_hand():
    # cells (a,x) 2/4, (b,x) 1/4, (b,y) 1/4
    shared = 2 / 4 * math.log(2 * 4 / (2 * 3)) + 1 / 4 * math.log(4 / (2 * 3)) + 1 / 4 * math.log(4 / 2)
    mean = (math.log(2) + (-(3 / 4) * math.log(3 / 4) - 1 / 4 * math.log(1 / 4))) / 2

    assert nmi("aabb", "xxxy") == pytest.approx(shared / mean)


def test_nothing_is_no_fault():
    assert bcubed("", "") == (1.0, 1.0)
    assert nmi("", "") == 1.0


def test_stories_are_scored_as_placed_at_the_end():
    titles = ("Senate ratifies grain pact", "Grain pact ratified by senate", "Storm floods coastal towns")
    labelled = [
        Labelled(story(str(n), title=title, language="en"), "one" if n < 2 else "two")
        for n, title in enumerate(titles)
    ]

    report = evaluate(labelled)

    assert (report.stories, report.clusters, report.true_clusters) == (3, 2, 2)
    assert (report.precision, report.recall, report.f1, report.nmi) == pytest.approx((1, 1, 1, 1))
    assert report.candidates_per_story <= 1


def test_the_command_names_a_line_without_a_label(tmp_path: Path) -> None:
    lines = tmp_path / "labelled.jsonl"
    lines.write_text('{"id": "a", "title": "Grain pact", "cluster": "one"}\n{"id": "b", "title": "Storm"}\n')

    ended = pactwatch("eval", "clusters", str(lines))

    assert ended.returncode == 1
    assert "labelled.jsonl:2: no labelled story: it names no cluster" in ended.stderr
