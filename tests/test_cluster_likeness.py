"""How like a story is to a cluster: what some of its stories say counts beside what all of them say."""

import math

import pytest

from streams.cluster.index import Entry, LiveIndex, Profile, Span
from tests.stories_made import NOON

SPAN = Span(NOON, NOON, NOON.timestamp(), timed=False)


def test_what_some_stories_say_counts_beside_what_all_say() -> None:
    index, sums = LiveIndex(), {"harbour": 200, "dredger": 20, "ferry": 20}
    index.put("dock", Entry(sums, index.profile(sums).norm, 10, SPAN))
    story = {"dredger": 10, "ferry": 10}

    (found,) = index.nearest(index.vector(story))

    plain = math.fsum(sums[term] * weight for term, weight in story.items()) / (
        math.hypot(*sums.values()) * math.hypot(*story.values())
    )
    assert found.similarity > 1.5 * plain
    assert index.alike(Profile(story, index.vector(story).norm), "dock") == pytest.approx(found.similarity)


def test_a_grown_cluster_is_as_long_as_one_measured_anew() -> None:
    index, known, story = LiveIndex(), {"harbour": 40, "dredger": 20}, {"harbour": 17, "ferry": 10}

    grown = index.grown(index.profile(known), story, index.vector(story))

    assert grown.weights == {"harbour": 57, "dredger": 20, "ferry": 10}
    assert grown.norm == pytest.approx(index.profile(grown.weights).norm)
