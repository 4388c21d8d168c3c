"""After a crash the index is rebuilt from the records, and the next story falls where it would have fallen."""

from collections import Counter
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from stories import wire
from stories.model import Cluster, Story
from streams.cluster.operator import ClusterOperator, ClusterOptions
from streams.cluster.records import LIVE, MEMBERS, SEEN
from streams.operator import Event, MemoryState, run
from tests.stories_made import NOON, story

OPTIONS = ClusterOptions(window_days=2, decay_days=2)
WORDS = [
    "grain", "pact", "senate", "storm", "coast", "flood", "harbour", "treaty", "border", "troops", "talks",
    "vote",
]  # fmt: skip


@st.composite
def streams(draw: st.DrawFn) -> list[Story]:
    """Draw stories of few words, so that they meet and merge; late ones, undated ones and edits among them."""
    drawn = draw(
        st.lists(
            st.tuples(
                st.integers(0, 25),
                st.lists(st.sampled_from(WORDS), min_size=1, max_size=6),
                st.integers(0, 6 * 24),
                st.booleans(),
                st.sampled_from(["en", "en", "de"]),
            ),
            max_size=40,
        )
    )
    revisions: Counter[int] = Counter()
    stories = []
    for number, words, hours, dated, language in drawn:
        revisions[number] += 1
        made = story(str(number), title=" ".join(words), when=NOON + timedelta(hours=hours), language=language,
                     feed=story("f").feed, revision=revisions[number], body="wort " * 20)  # fmt: skip
        if not dated:
            made.published = None
        stories.append(made)
    return stories


def recovered(state: MemoryState) -> tuple[ClusterOperator, MemoryState]:
    """Return a new operator on a copy of `state`, as bytes bring it back."""
    copy, operator = MemoryState(), ClusterOperator(OPTIONS)
    for table in operator.tables:
        kept: Any = table
        for key, record in state.items(kept):
            copy.write([kept.put(key, kept.decode(kept.encode(record)))])
    operator.restore(copy)
    return operator, copy


def plain(events: Any) -> list[tuple[str, str, bytes]]:
    return [(event.topic, event.key, wire.encode(event.document)) for event in events]


@settings(max_examples=150, deadline=None)
@given(streams(), st.sets(st.integers(0, 40), max_size=4))
def test_a_crash_anywhere_changes_nothing(stories, crashes):
    operator, state = ClusterOperator(OPTIONS), MemoryState()
    other, kept = ClusterOperator(OPTIONS), MemoryState()

    for number, arrived in enumerate(stories):
        if number in crashes:
            other, kept = recovered(kept)
        event = Event("tagged", "", arrived)

        assert plain(run(other, kept, event)) == plain(run(operator, state, event))

    assert kept.records == state.records


@settings(max_examples=100, deadline=None)
@given(streams())
def test_the_rebuilt_index_is_the_same_to_the_bit(stories):
    operator, state = ClusterOperator(OPTIONS), MemoryState()
    for arrived in stories:
        run(operator, state, Event("tagged", "", arrived))

    rebuilt, _ = recovered(state)

    for language, index in operator.languages.items():
        again = rebuilt.languages.get(language, type(index)())
        assert (again.terms, again.stories, again.entries) == (index.terms, index.stories, index.entries)


@settings(max_examples=100, deadline=None)
@given(streams())
def test_every_story_is_in_one_cluster_that_counts_it(stories):
    operator, state = ClusterOperator(OPTIONS), MemoryState()
    last: dict[str, Cluster] = {}
    for arrived in stories:
        for event in run(operator, state, Event("tagged", "", arrived)):
            if isinstance(event.document, Cluster):
                last[event.document.id] = event.document

    members = Counter(member.story.cluster for _, member in state.items(MEMBERS))
    live = {key: record.cluster for key, record in state.items(LIVE)}
    assert members == {key: cluster.size for key, cluster in live.items()}
    assert {key for key, cluster in last.items() if cluster.state == "live"} == set(live)
    for _, seen in state.items(SEEN):
        into = last[seen.cluster]
        assert into.state != "merged"
        assert into == live.get(into.id, into)
    for cluster in last.values():
        if cluster.state == "merged":
            assert cluster.id in last[cluster.merged_into].merged_from


@settings(max_examples=50, deadline=None)
@given(streams())
def test_a_stream_told_twice_says_nothing_new(stories):
    operator, state = ClusterOperator(OPTIONS), MemoryState()
    for arrived in stories:
        run(operator, state, Event("tagged", "", arrived))

    assert not any(run(operator, state, Event("tagged", "", arrived)) for arrived in stories)
