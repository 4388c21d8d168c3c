"""Each new fact is told once to each subscription: after edits, replays, merges and changed rules too."""

from datetime import timedelta

import msgspec
import pytest

from stories.model import Alert, Cluster, Evidence, Pact, PactChange, StoryLink
from streams.match.operator import MatchOperator
from streams.match.subscription import Subscription
from streams.operator import Event, MemoryState, run
from tests.stories_made import NOON, story

RATIFIED = Subscription(name="ratifications", on="pact", query="step:ratified AND NOT status:denied")
PAIR = Subscription(name="pair", query="actors:RUS AND actors:IRN")
GROWING = msgspec.convert(
    {"name": "growing", "on": "cluster", "query": "topics:armed-conflict", "threshold": {"origins": 3}},
    Subscription,
)


def cluster(origins=1, cluster_id="c", when=NOON, **fields):
    links = [StoryLink(id=f"s{number}", published=when) for number in range(origins)]
    return Cluster(id=cluster_id, title="Shelling", first_seen=NOON, last_seen=when, size=origins,
                   origins=origins, topics=["armed-conflict"], stories=links, **fields)  # fmt: skip


def change(step="ratified", by=("RUS",), status="done", when=NOON):
    pact = Pact(id="p", name="RUS-IRN treaty", parties=["IRN", "RUS"], first_seen=NOON, last_seen=when)
    evidence = Evidence(story="s", field="title", start=0, end=1, text="x")
    return PactChange(id="x", pact=pact, step=step, by=list(by), status=status, date="2025-05-21",
                      evidence=evidence, timestamp=when)  # fmt: skip


def told(operator, state, *documents) -> list[Alert]:
    return [event.document for one in documents for event in run(operator, state, Event("any", "", one))]


def test_a_story_is_told_once_whatever_its_revision():
    operator, state = MatchOperator([PAIR]), MemoryState()
    first = story(title="A pact", actors=["IRN", "RUS"])
    edited = msgspec.structs.replace(first, title="A new pact", revision=2)

    alerts = told(operator, state, first, first, edited)

    assert [(one.subscription, one.subject.id, one.fact) for one in alerts] == [("pair", "a", "reported")]
    assert [clause.clause for clause in alerts[0].receipt.matched] == ["actors:RUS", "actors:IRN"]


def test_an_edit_that_first_matches_is_told():
    operator, state = MatchOperator([PAIR]), MemoryState()

    alerts = told(operator, state, story(actors=["IRN"]), story(actors=["IRN", "RUS"], revision=2))

    assert len(alerts) == 1


def test_an_event_seen_before_changes_nothing():
    operator, state = MatchOperator([PAIR]), MemoryState()
    event = Event("clustered", "a", story(actors=["IRN", "RUS"]))
    run(operator, state, event)

    assert tuple(map(tuple, operator.decide(state, event))) == ((), ())


def test_a_cluster_is_told_when_it_reaches_its_threshold():
    operator, state = MatchOperator([GROWING]), MemoryState()

    alerts = told(operator, state, cluster(1), cluster(2), cluster(3), cluster(4))

    assert [one.receipt.origins for one in alerts] == [3]


def test_a_merged_cluster_tells_nothing_that_its_parts_told():
    operator, state = MatchOperator([GROWING]), MemoryState()

    alerts = told(operator, state, cluster(3, "c"), cluster(3, "c", state="merged", merged_into="d"),
                  cluster(5, "d", merged_from=["c"]))  # fmt: skip

    assert [one.subject.id for one in alerts] == ["c"]


def test_growth_is_measured_against_the_clusters_own_past():
    threshold = {"growth": 3.0, "hours": 6}
    subscription = msgspec.convert(
        {"name": "g", "on": "cluster", "query": "*:*", "threshold": threshold}, Subscription
    )
    now = NOON + timedelta(days=2)
    slow = [StoryLink(id=f"o{hour}", published=NOON + timedelta(hours=6 * hour)) for hour in range(7)]
    fast = [StoryLink(id=f"n{number}", published=now) for number in range(4)]
    growing = msgspec.structs.replace(cluster(when=now), stories=[*fast, *slow])
    steady = msgspec.structs.replace(cluster(when=now), stories=[*fast[:1], *slow])

    alerts = told(MatchOperator([subscription]), MemoryState(), steady, growing)

    assert [one.fact for one in alerts] == ["growing@2025-05-23"]


def test_each_new_step_of_a_pact_is_told_and_retellings_are_not():
    operator, state = MatchOperator([RATIFIED]), MemoryState()

    alerts = told(operator, state, change(), change(when=NOON + timedelta(days=1)), change(by=("IRN", "RUS")),
                  change(status="denied"), change(step="signed"))  # fmt: skip

    assert [one.fact for one in alerts] == ["ratified RUS done", "ratified IRN done"]
    assert alerts[0].title == "RUS-IRN treaty: ratified by RUS 2025-05-21"


def test_a_changed_rule_does_not_tell_again():
    state = MemoryState()
    told(MatchOperator([GROWING]), state, cluster(3))
    stricter = msgspec.structs.replace(GROWING, threshold=type(GROWING.threshold)(origins=5))

    assert told(MatchOperator([stricter]), state, cluster(6)) == []


def test_what_lies_far_behind_the_stream_is_late():
    operator, state = MatchOperator([PAIR]), MemoryState()
    new = story("new", actors=["IRN", "RUS"], when=NOON + timedelta(days=3))
    old, recent = (story(name, actors=["IRN", "RUS"], when=NOON + timedelta(days=day))
                   for name, day in (("old", 0), ("recent", 2)))  # fmt: skip

    assert [one.late for one in told(operator, state, new, old, recent)] == [False, True, False]


def test_now_in_a_query_is_the_time_of_the_event():
    subscription = Subscription(
        name="fresh", query="@timestamp:[now-1h TO now] AND first_published:[now-1d TO *]"
    )

    assert len(told(MatchOperator([subscription]), MemoryState(), story())) == 1


def test_the_same_alert_has_the_same_id_in_every_run():
    first, second = (told(MatchOperator([RATIFIED]), MemoryState(), change()) for _ in range(2))

    assert first == second


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ({"name": "a", "query": "topicz:x"}, "did you mean topics"),
        ({"name": "A b", "query": "x"}, "a-z"),
        ({"name": "a", "query": " "}, "empty"),
        ({"name": "a", "query": "x", "threshold": {"origins": 2}}, "only clusters"),
        ({"name": "a", "query": "x", "mute": {"for": "6 hours"}}, "such as 6h"),
        ({"name": "a", "query": "x", "mute": {"quiet": "22-7"}}, "22:00-07:00"),
        ({"name": "a", "query": "x", "mute": {"zone": "Nowhere/Town"}}, "Europe/Berlin"),
        ({"name": "a", "query": "x", "chanels": []}, "chanels"),
    ],
)
def test_a_faulty_subscription_is_refused_with_its_cure(entry, fault):
    with pytest.raises(msgspec.ValidationError, match=fault):
        msgspec.convert(entry, Subscription)
