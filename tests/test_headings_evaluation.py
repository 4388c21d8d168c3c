"""Items under one heading fall together, or not: pairs are counted within three days, beside plain centroids."""

import gzip
import json
from datetime import timedelta
from pathlib import Path

from pactwatch.evaluation.headings import Filed, evaluate
from pactwatch.evaluation.plain import nearest_centroids
from tests.stories_made import NOON, story
from tests.test_clusters_evaluation import pactwatch

PACT = "Senate of Freedonia ratifies grain pact with Sylvania"
VOTE = "Grain pact with Sylvania ratified by Freedonia's senate"
STORM = "Storm floods harbour towns along the northern coast"


def filed(name: str, title: str, heading: str, days: float = 0) -> Filed:
    when = NOON + timedelta(days=days)
    return Filed(story(name, title=title, language="en", when=when), frozenset([heading] * bool(heading)))


def test_pairs_under_one_heading_are_counted_within_three_days() -> None:
    items = [
        filed("a", PACT, "Grain pact"),
        filed("b", VOTE, "Grain pact"),
        filed("c", STORM, "Grain pact", days=1),
        filed("d", PACT, "Grain pact", days=3.5),
        filed("e", STORM, "", days=1),
    ]

    report = evaluate(items)
    ours = report.methods[0]

    assert (report.stories, report.pairs) == (5, 4)  # a-b, a-c, b-c, c-d
    assert (ours.together, ours.sharing, ours.clusters) == (1 / 4, 1.0, 2)


def test_a_cluster_over_two_headings_is_no_gain() -> None:
    report = evaluate([filed("a", PACT, "Grain pact"), filed("b", VOTE, "Senate")])

    assert (report.pairs, report.methods[0].sharing, report.methods[0].f1) == (0, 0.0, 0.0)


def test_the_nearest_centroid_is_joined_within_the_window() -> None:
    items = [filed("a", PACT, ""), filed("b", STORM, ""), filed("c", VOTE, "", 1), filed("d", PACT, "", 9)]
    stories = [one.story for one in items]

    assert nearest_centroids(stories, 0.2, window_days=5) == ["1", "2", "1", "4"]
    assert nearest_centroids(stories, 0.2) == ["1", "2", "1", "1"]


def test_the_command_takes_lines_with_headings(tmp_path: Path) -> None:
    lines = tmp_path / "archive.jsonl.gz"
    days = ["2025-05-20", "2025-05-21", "2025-05-22", "2025-06-30"]
    with gzip.open(lines, "wt") as opened:
        for number, (day, text) in enumerate(zip(days, [PACT, VOTE, STORM, STORM], strict=True)):
            line = {"id": str(number), "date": day, "text": text, "headings": ["Grain pact"]}
            opened.write(json.dumps(line) + "\n")

    ended = pactwatch("eval", "clusters", str(lines), "--until", "2025-06-01", "--json")

    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert (told["stories"], told["pairs"]) == (3, 3)
    assert told["methods"][0]["together"] == 1 / 3
