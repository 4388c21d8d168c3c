"""A cluster has a line that says more than its title: how the report under that title opens."""

from datetime import timedelta

import msgspec
import pytest

from stories.model import Cluster, StoryLink
from stories.withdrawal import cluster_without, withdrawn
from streams.cluster.leads import MAX_CHARS, lead
from tests.stories_made import NOON, story
from tests.test_cluster import PACT, STORM, Clustering

VOTE = "Sixty-two of a hundred senators voted for it."
LATER = "The minister of trade travels to Freedonia on Monday."


@pytest.mark.parametrize(
    ("summary", "body", "expected"),
    [
        (VOTE, LATER, VOTE),
        ("", f"{VOTE} {LATER}", f"{VOTE} {LATER}"),
        (f"{PACT}. {VOTE}", "", VOTE),
        ("Senate ratifies grain pact…", VOTE, VOTE),
        (f"• {LATER}\n• Storm over Sylvania", VOTE, VOTE),
        (f"{VOTE}\n• {LATER}", "", VOTE),
        (f"{VOTE}\n\n  {LATER}", "", f"{VOTE} {LATER}"),
        ("...", "", ""),
        ("", "", ""),
    ],
)
def test_a_lead_is_what_a_report_opens_with(summary: str, body: str, expected: str) -> None:
    assert lead(story("a", title=PACT, summary=summary, body=body)) == expected


def test_a_lead_ends_with_a_sentence_or_a_word() -> None:
    long = "grain " * 60 + "pact."

    whole = lead(story("a", title=STORM, body=" ".join([VOTE] * 20)))
    short = lead(story("a", title=STORM, body=long))
    unspaced = lead(story("a", title=STORM, body="粮" * 500))

    assert whole == " ".join([VOTE] * 4)
    assert short.endswith("grain…")
    assert max(map(len, (whole, short, unspaced))) <= MAX_CHARS


def test_the_summary_is_that_of_the_story_that_gives_the_title() -> None:
    clustering = Clustering()
    for name, title, summary in (
        ("a", "Freedonia grain: live updates", "Follow the debate here."),
        ("b", "Freedonia: senate ratifies grain pact", VOTE),
        ("c", PACT, VOTE),
    ):
        placed = clustering.place(name, title, summary=summary)

    document = clustering.clusters()[placed.cluster]

    assert (document.size, document.summary) == (3, VOTE)


def test_a_bare_headline_borrows_the_line_of_its_like() -> None:
    clustering = Clustering()
    clustering.place("a", PACT, summary=VOTE)
    placed = clustering.place("b", PACT, when=NOON + timedelta(hours=1))

    assert clustering.clusters()[placed.cluster].summary == VOTE


def test_an_edit_of_the_central_story_is_told() -> None:
    clustering = Clustering()
    clustering.place("a", PACT, summary=VOTE)
    placed = clustering.place("b", "Freedonia grain: live updates", summary=LATER)
    before = clustering.clusters()[placed.cluster].title
    clustering.place("a", f"{PACT} at last", summary="They voted.", revision=2)

    document = clustering.clusters()[placed.cluster]

    assert (document.size, before) == (2, PACT)
    assert (document.title, document.summary) == (f"{PACT} at last", "They voted.")


def test_a_merge_tells_of_the_story_whose_title_it_takes() -> None:
    clustering = Clustering(join=0.3, merge=0.1)
    for number, (name, title) in enumerate(
        (
            ("a", "Freedonia signs grain pact"),
            ("b", "Sylvania parliament debate harbour treaty"),
            ("c", "Freedonia grain pact: Sylvania harbour treaty debate"),
        )
    ):
        clustering.place(name, title, summary=f"Report {name}.", when=NOON + timedelta(minutes=number))

    (into,) = (one for one in clustering.clusters().values() if one.state == "live")
    teller = next(link.id for link in into.stories if link.title == into.title)

    assert into.merged_from
    assert into.summary == f"Report {teller}."


def test_a_story_taken_out_leaves_no_word_in_the_summary() -> None:
    clustering = Clustering()
    first = story("a", title=PACT, summary=VOTE, language="en")
    clustering.take(first)
    shown = clustering.place("b", "Freedonia: senate ratifies grain pact", summary=LATER)
    before = clustering.clusters()[shown.cluster]

    clustering.take(withdrawn(first))
    after = clustering.clusters()[shown.cluster]
    kept_by_a_store = cluster_without(before, "a")

    assert before.summary in (VOTE, LATER)
    assert (after.title, after.summary) == ("Freedonia: senate ratifies grain pact", LATER)
    assert VOTE not in kept_by_a_store.summary
    assert after.revision > kept_by_a_store.revision  # in whatever order a store hears of them


def test_a_store_keeps_no_summary_that_may_quote_the_story() -> None:
    links = [StoryLink(id=name, title=PACT, published=NOON) for name in "ab"]
    cluster = Cluster(
        id="c", title=PACT, summary=VOTE, first_seen=NOON, last_seen=NOON, size=2, stories=links
    )
    other = msgspec.structs.replace(
        cluster, stories=[links[0], StoryLink(id="x", title=STORM, published=NOON)]
    )

    assert cluster_without(cluster, "a").summary == ""
    assert cluster_without(other, "x").summary == VOTE
