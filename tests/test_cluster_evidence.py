"""Stories of one event share more than chance has them share, more than a phrase, more than a place in a digest."""

import math
from bisect import bisect_left
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.text import words
from streams.cluster.evidence import Shared, outweighs_chance
from streams.cluster.index import Entry, LiveIndex, Span
from streams.cluster.roundups import tells_of_many
from streams.cluster.terms import SCALE, read, weigh
from tests.stories_made import NOON, story
from tests.test_cluster import PACT, STORM, Clustering

SPAN = Span(NOON, NOON, NOON.timestamp(), timed=True)

DIGEST_WORDS = """
evening daily update briefing round-up digest quiz updates news latest from around the world to know today
tonight this on Sunday papers: newspaper headlines front pages of week day in pictures photos review tracking
pandemic your area gossip day's summary brief
"""


def nats(is_sure: Callable[[float], bool]) -> float:
    """Return how many nats more than chance something is sure of, to a hundredth."""
    return (bisect_left(range(-5000, 5000), True, key=lambda asked: not is_sure(asked / 100)) - 5001) / 100


def evidence(index: LiveIndex, terms: list[str], cluster: str) -> float:
    return nats(lambda sure: index.is_evident(terms, cluster, sure))


def beyond_chance(shared: list[Shared], terms: int, among: int) -> float:
    return nats(lambda sure: outweighs_chance(shared, terms, among, sure))


def index_of(*clusters: str, size: int = 1) -> LiveIndex:
    """Return an index with a cluster, called by its number, of each line of words."""
    index = LiveIndex()
    for number, line in enumerate(clusters):
        index.count(line.split(), 1)
        weights = dict.fromkeys(line.split(), SCALE)
        index.put(str(number), Entry(weights, index.vector(weights).norm, size, SPAN))
    return index


def test_the_words_of_a_name_count_about_once() -> None:
    free = index_of("utopia chess grain", *["storm flood"] * 20)
    name = index_of("utopia chess grain", *["utopia chess"] * 20)

    alike = ["utopia", "chess", "tournament"]

    assert evidence(free, alike, "0") > 4
    assert evidence(name, alike, "0") < 0
    assert evidence(name, [*alike, "grain", "prize"], "0") > evidence(name, alike, "0")


def test_a_longer_story_shares_more_by_chance() -> None:
    index = index_of("grain pact senate")
    more = [f"word{number}" for number in range(30)]

    assert evidence(index, ["grain", "pact"], "0") > evidence(index, ["grain", "pact", *more], "0")


def test_more_clusters_ask_for_more_evidence() -> None:
    few = index_of("grain pact senate", *["storm flood"] * 3)
    many = index_of("grain pact senate", *[f"storm{number} flood" for number in range(30)])
    rarities = [index.rarity("grain") - index.rarity("pact") for index in (few, many)]

    assert rarities == [0, 0]
    assert evidence(few, ["grain"], "0") - few.rarity("grain") > (
        evidence(many, ["grain"], "0") - many.rarity("grain")
    )


def test_what_one_of_many_stories_had_tells_little_of_a_cluster() -> None:
    small, large = index_of("grain pact senate"), index_of("grain pact senate", size=40)

    assert evidence(large, ["grain", "pact"], "0") < evidence(small, ["grain", "pact"], "0")


@pytest.mark.parametrize("dated", [True, False])
def test_a_word_of_the_day_joins_only_what_has_no_date(dated: bool) -> None:
    clustering = Clustering(join=0.1)
    day = [f"matter{n} of day{n} and town{n}" for n in range(60)]

    placed = []
    for number, title in enumerate([*day, "Masks sewn by tailors", "Masks banned from carnival"]):
        one = story(str(number), title=title, language="en")
        if not dated:
            one.published = None
        placed.append(clustering.take(one).cluster)

    assert (placed[-1] == placed[-2]) is not dated


@pytest.mark.parametrize(
    "title",
    [
        "Sylvania: morning update", "News from around the world", "What to know about the storm this morning",
        "The Papers: 'Pact at last' and storm warnings", "Week in pictures: 3-9 May", "Quiz of the week: who won?",
        "How many cases are in your area?", "Weekend news round-up",
        "Harbour club to sign keeper - gossip",
    ],
)  # fmt: skip
def test_a_digest_tells_of_many_events(title: str) -> None:
    assert tells_of_many(title, words(title))


@pytest.mark.parametrize(
    "title",
    [PACT, STORM, "Storm: latest updates", "In pictures: the flood", "Sylvania wants to know who paid"],
)
def test_a_report_tells_of_one(title: str) -> None:
    assert not tells_of_many(title, words(title))


@given(st.lists(st.sampled_from(DIGEST_WORDS.split())).map(" ".join))
def test_a_digest_is_known_by_one_of_its_words(title: str) -> None:
    assert tells_of_many(title, words(title)) == tells_of_many(title, ["news"])


def test_nothing_joins_a_digest() -> None:
    clustering = Clustering()

    placed = [
        clustering.place(str(n), "Evening update: senate ratifies grain pact", when=NOON + timedelta(hours=n))
        for n in range(3)
    ]

    assert len({one.cluster for one in placed}) == 3


def test_bullets_are_other_stories() -> None:
    one = story("a", title=PACT, summary=f"It was close.\n• {STORM}\n  • Harbour reopens")

    assert "flood" not in weigh(one, read(one), "en")
    assert "close" in weigh(one, read(one), "en")


def test_chance_is_what_evidence_has_to_outweigh() -> None:
    rare = [Shared(6.0, {"here"}), Shared(5.0, {"here"})]

    assert beyond_chance(rare, terms=2, among=1) == pytest.approx(11.0, abs=0.01)
    assert beyond_chance(rare, terms=10, among=1) == pytest.approx(11.0 - math.log(45), abs=0.01)
    assert beyond_chance(rare, terms=2, among=100) == pytest.approx(11.0 - math.log(100), abs=0.01)
    assert beyond_chance([], terms=5, among=1) == 0


def test_a_term_that_comes_with_a_rarer_one_anyway_adds_next_to_nothing() -> None:
    places = {"here", *(f"place {number}" for number in range(20))}
    apart = {"here", *(f"other {number}" for number in range(20))}

    phrase = beyond_chance([Shared(3.0, places), Shared(3.0, places)], terms=2, among=1)
    free = beyond_chance([Shared(3.0, places), Shared(3.0, apart)], terms=2, among=1)

    assert (phrase, free) == (pytest.approx(3.0, abs=0.1), pytest.approx(6.0, abs=0.01))
