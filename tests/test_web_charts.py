"""What the page draws: bars, a pact's life, its scoreboard."""

import re
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from lxml import etree

from pactwatch.web.charts import bars, hourly, sparkline
from pactwatch.web.desk import steps_in_order
from pactwatch.web.growth import gained
from pactwatch.web.scoreboard import Cell, Tile, scoreboard
from pactwatch.web.timeline import GUTTER, WIDTH, timeline
from stories.model import PactStep
from tests.web_documents import CLUSTER, NOON, PACT, SENTENCE


def step(kind: str, by: str, day: str, **more: Any) -> PactStep:
    precision = {4: "year", 7: "month", 8: "week", 10: "day", 0: ""}[len(day)]
    fields = {
        "step": kind,
        "by": by.split(),
        "date": day,
        "precision": precision,
        "evidence": SENTENCE,
        **more,
    }
    return msgspec.convert(msgspec.to_builtins(fields), PactStep)


def drawn(svg: str) -> Any:
    return etree.fromstring(svg)


def test_stories_are_counted_by_the_hour_up_to_the_last() -> None:
    moments = [NOON, NOON - timedelta(minutes=1), NOON - timedelta(hours=23), NOON - timedelta(days=3)]

    counts = hourly(moments, NOON)

    assert (len(counts), counts[-1], counts[-2], counts[0]) == (24, 1, 1, 1)


def test_a_sparkline_tells_what_it_shows() -> None:
    svg = drawn(sparkline([0, 3, 1], 'Stories "per" hour'))

    assert svg.get("aria-label") == 'Stories "per" hour'
    assert len(svg.findall("rect")) == 2


@pytest.mark.parametrize("points", [[], [("a", 0)], [(f"day {number}", number) for number in range(90)]])
def test_bars_tell_their_figures(points: list[tuple[str, int]]) -> None:
    svg = drawn(bars(points, "Alerts a day"))

    assert [title.text for title in svg.iter("title")] == [f"{name}: {count}" for name, count in points]
    assert len(svg.findall("text")) <= 10


def test_nothing_in_a_drawing_is_markup_of_a_story() -> None:
    assert "<script>" not in bars([("<script>", 1)], "<script>") + sparkline([1], "<script>")
    assert "<script>" not in timeline([step("signed", "<script>", "2025-01-01")])


STEPS = [
    step("signed", "IRN RUS", "2025-01-17"), step("ratified", "RUS", "2025-04"),
    step("ratified", "IRN", "2025-05-21"), step("in-force", "", "2025", status="planned"),
    step("approved", "IRN", ""), step("ratified", "BLR", "2025-W20", status="denied"),
]  # fmt: skip


def test_each_dated_fact_has_a_mark_that_leads_to_its_sentence() -> None:
    svg = drawn(timeline(STEPS))

    assert [link.get("href") for link in svg.findall("a")] == [
        "#fact-1",
        "#fact-2",
        "#fact-6",
        "#fact-3",
        "#fact-4",
    ]
    assert {rect.get("class") for rect in svg.iter("rect")} == {"done", "planned", "denied"}
    assert [text.text for text in svg.findall("text[@class='lane']")] == ["signed", "ratified", "in-force"]
    assert "ratified 2025-04 by RUS" in svg.get("aria-label")


@pytest.mark.parametrize(
    "steps",
    [STEPS, [step("signed", "IRN", "2025-05-21")], [step("signed", "IRN", "1949"), step("in-force", "IRN", "2025-05-21")]],
)  # fmt: skip
def test_marks_stay_on_the_paper_in_order_of_time(steps: list[PactStep]) -> None:
    svg = drawn(timeline(steps, date(2025, 6, 1)))
    spans = [(float(r.get("x")), float(r.get("x")) + float(r.get("width"))) for r in svg.iter("rect")]

    assert all(GUTTER <= left < right <= WIDTH for left, right in spans)
    assert svg.find("line[@class='until']") is not None
    names = [text.text for text in svg.findall("text[@class='tick']")]
    assert 1 <= len(names) <= 9
    assert len(set(names)) == len(names)


def test_labels_of_one_lane_do_not_lie_on_each_other() -> None:
    svg = drawn(timeline([step("ratified", "AAA BBB CCC", f"2025-05-{day:02}") for day in range(1, 9)]))
    rows: dict[str, list[float]] = {}
    for rect in svg.iter("rect"):
        rows.setdefault(rect.get("y"), []).append(float(rect.get("x")))

    assert all(
        later - before > 60
        for found in rows.values()
        for before, later in zip(sorted(found), sorted(found)[1:], strict=False)
    )


def test_without_a_date_nothing_is_drawn() -> None:
    assert timeline([step("signed", "IRN", "")]) == ""


def test_many_names_are_cut_in_the_drawing() -> None:
    assert "+26" in timeline([step("ratified", " ".join(f"A{n:02}" for n in range(30)), "2025-05-21")])


def test_the_scoreboard_says_who_did_what_and_who_is_missing() -> None:
    pact = msgspec.structs.replace(
        PACT, parties=["BLR", "IRN", "RUS"], ratified=["RUS"], missing=["BLR", "IRN"]
    )
    steps = steps_in_order([
        step("signed", "IRN RUS", "2025-01-17"), step("ratified", "RUS", "2025-04"),
        step("ratified", "IRN", "2025-06", status="planned"), step("withdrawn", "BLR", "", status="denied"),
    ])  # fmt: skip

    board = scoreboard(pact, steps)

    assert board.columns == ["signed", "ratified", "withdrawn"]
    assert dict(board.rows) == {
        "BLR": [Cell(""), Cell("missing"), Cell("denied", "", 4)],
        "IRN": [Cell("done", "2025-01-17", 1), Cell("planned", "2025-06", 3), Cell("")],
        "RUS": [Cell("done", "2025-01-17", 1), Cell("done", "2025-04", 2), Cell("")],
    }
    assert [(group.state, group.tiles) for group in board.standings] == [
        ("ratified", [Tile("RUS", "2025-04", 2)]),
        ("missing", [Tile("BLR"), Tile("IRN", "signed 2025-01-17", 1)]),
    ]


def test_each_party_stands_once_by_its_last_act() -> None:
    """Who refused and agreed later is missing its ratification; who left and came back is in again."""
    pact = msgspec.structs.replace(
        PACT,
        parties=["BLR", "EU", "GBR", "IRN", "UKR", "USA"],
        ratified=["UKR", "USA"],
        missing=["EU", "GBR"],
    )
    steps = [
        step("signed", "BLR UKR", "2015-01-17"), step("ratified", "UKR USA", "2015-02"), step("withdrawn", "USA", "2019"),
        step("rejected", "GBR", "2019-03-12"), step("approved", "GBR", "2020-01-09"), step("acceded", "USA", "2021"),
        step("rejected", "EU", "2021-01", status="denied"), step("withdrawn", "UKR", "2022"),
    ]  # fmt: skip

    found = scoreboard(pact, steps).standings

    assert {group.state: [tile.party for tile in group.tiles] for group in found} == {
        "ratified": ["USA"], "missing": ["EU", "GBR"], "signed": ["BLR"], "withdrawn": ["UKR"], "": ["IRN"],
    }  # fmt: skip


def test_a_cluster_gains_what_came_in_a_day() -> None:
    hours = (0, 3, 23, 24, 60)
    links = [
        msgspec.structs.replace(CLUSTER.stories[0], published=NOON - timedelta(hours=one)) for one in hours
    ]
    cluster = msgspec.structs.replace(CLUSTER, last_seen=NOON, stories=links)

    assert gained(cluster) == 3
    assert gained(cluster, NOON + timedelta(hours=22)) == 1


def test_what_is_done_counts_more_than_what_was_planned() -> None:
    steps = [step("ratified", "IRN", "2025-04", status="planned"), step("ratified", "IRN", "2025-05-21")]

    ((_, cells), _) = scoreboard(PACT, steps).rows

    assert cells[-1] == Cell("done", "2025-05-21", 2)


def test_drawings_obey_the_policy_of_the_page() -> None:
    for svg in (timeline(STEPS), bars([("a", 1)], "b"), sparkline([1, 2], "c")):
        assert not re.search(r"style=|on\w+=|<script|javascript:", svg)
