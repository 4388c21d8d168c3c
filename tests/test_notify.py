"""Alerts reach their topic once: at once, after quiet hours, with a digest, or not while muted."""

from datetime import timedelta

import msgspec

from stories.model import Alert, Receipt, Subject
from stories.withdrawal import recall, withdrawn
from streams.match.subscription import Subscription
from streams.notify import NotifyOperator
from streams.operator import Event, MemoryState, run
from tests.stories_made import NOON, story


def alert(alert_id="1", subject="c", hours=0.0, **fields):
    fields.setdefault("fact", "seen")
    return Alert(id=alert_id, subscription="s", subject=Subject(kind="cluster", id=subject), title="t",
                 when=NOON + timedelta(hours=hours), receipt=Receipt(query="*:*"), **fields)  # fmt: skip


def sent(alerts, **options):
    operator = NotifyOperator([msgspec.convert({"name": "s", "query": "*:*", **options}, Subscription)])
    state = MemoryState()
    events = [event for one in alerts for event in run(operator, state, Event("alerts", "s", one))]
    assert {"alerts.s"} >= {event.topic for event in events}
    return [event.document.id for event in events]


def test_an_alert_goes_out_once():
    assert sent([alert(), alert()]) == ["1"]


def test_a_subject_is_muted_for_a_time():
    given = [alert("1"), alert("2", hours=2), alert("3", "other", 2), alert("4", hours=7)]

    assert sent(given, mute={"for": "6h"}) == ["1", "3", "4"]


def test_a_subject_is_muted_until_a_new_kind_of_fact():
    given = [alert("1", fact="growing@2025-05-21"), alert("2", hours=24, fact="growing@2025-05-22"),
             alert("3", hours=25, fact="origins")]  # fmt: skip

    assert sent(given, mute={"until": "new-fact"}) == ["1", "3"]


def test_quiet_hours_hold_all_but_what_is_critical():
    given = [alert("1", "a", 9), alert("2", "b", 10, severity="critical"), alert("3", "c", 18.5)]

    assert sent(given, mute={"quiet": "22:00-08:00", "zone": "Europe/Berlin"}) == ["2", "1", "3"]


def test_a_digest_goes_out_when_its_span_is_over():
    given = [alert("1", "a", 0.2), alert("2", "b", 0.5), alert("3", "c", 1.1)]

    assert sent(given, digest="hourly") == ["1", "2"]


def test_a_tick_releases_what_is_held():
    operator = NotifyOperator([Subscription(name="s", query="*:*", digest="daily")])
    state = MemoryState()
    run(operator, state, Event("alerts", "s", alert()))

    decision = operator.tick(state, NOON + timedelta(days=1))
    state.write(decision.changes)

    assert [event.document.id for event in decision.events] == ["1"]
    assert list(operator.tick(state, NOON + timedelta(days=2)).events) == []


def test_what_is_held_goes_with_the_story_it_rests_on():
    operator, state = NotifyOperator([Subscription(name="s", query="*:*", digest="daily")]), MemoryState()
    for alert_id, stories in (("1", ["gone", "other"]), ("2", ["other"])):
        held = msgspec.structs.replace(
            alert(alert_id, alert_id), receipt=Receipt(query="*:*", stories=stories)
        )
        run(operator, state, Event("alerts", "s", held))

    told = run(operator, state, Event("alerts", "s", recall(withdrawn(story("gone")), "s")))

    assert list(told) == []
    released = operator.tick(state, NOON + timedelta(days=2)).events
    assert [event.document.id for event in released] == ["2"]


def test_alerts_of_a_removed_subscription_go_nowhere():
    operator = NotifyOperator([])

    assert list(run(operator, MemoryState(), Event("alerts", "s", alert()))) == []
