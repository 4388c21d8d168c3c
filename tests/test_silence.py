"""A subscription's silence is told once, by its own habit, and explained by the feeds."""

from datetime import timedelta

from pactwatch.alerting import silence
from stories.model import Alert, FeedState, Receipt, Subject
from streams.match.subscription import Subscription
from streams.notify import NotifyOperator
from streams.operator import Event, MemoryState, run
from tests.stories_made import NOON

DAILY = Subscription(name="daily", query="*:*")


def told(day: float) -> Alert:
    return Alert(
        id=str(day), subscription="daily", subject=Subject(kind="story", id=str(day)), title="t",
        when=NOON + timedelta(days=day), receipt=Receipt(query="*:*"),
    )  # fmt: skip


class Desk:
    """A notify step with its state."""

    def __init__(self) -> None:
        self.operator, self.state = NotifyOperator([DAILY]), MemoryState()

    def hear(self, alert: Alert) -> list[str]:
        return [event.topic for event in run(self.operator, self.state, Event("alerts", "daily", alert))]

    def tick(self, day: float) -> list[Event]:
        decision = self.operator.tick(self.state, NOON + timedelta(days=day))
        self.state.write(decision.changes)
        return list(decision.events)


def test_silence_is_told_once_and_again_only_after_news() -> None:
    desk = Desk()
    for day in range(8):
        desk.hear(told(day))

    assert desk.tick(9) == []
    [alarm] = desk.tick(11)
    assert (alarm.topic, alarm.document.subject.kind) == ("alerts", "subscription")
    assert "since 2025-05-28" in alarm.document.title
    assert desk.tick(12) == []
    assert desk.hear(alarm.document) == ["alerts.daily"]
    assert desk.tick(13) == []

    desk.hear(told(14))
    [again] = desk.tick(60)
    assert again.document.id != alarm.document.id


def test_without_a_habit_there_is_no_silence() -> None:
    desk = Desk()
    for day in range(5):
        desk.hear(told(day))

    assert desk.tick(400) == []


def test_the_same_silence_is_the_same_alert_whenever_it_is_noticed() -> None:
    alarms = []
    for noticed in (11, 30):
        desk = Desk()
        for day in range(8):
            desk.hear(told(day))
        alarms += [event.document for event in desk.tick(noticed)]

    assert alarms[0] == alarms[1]


def test_a_busy_subscription_may_rest_for_a_night() -> None:
    desk = Desk()
    for hour in range(20):
        desk.hear(told(hour / 24))

    assert desk.tick(20 / 24 + 0.4) == []
    assert len(desk.tick(2)) == 1


def test_feeds_say_whether_the_world_is_quiet() -> None:
    fine = FeedState(url="https://a.test/feed")
    broken = FeedState(url="https://b.test/feed", name="B", error="404: the feed is gone")

    assert silence([fine]) == ["all 1 feeds answer and bring news: the world is quiet"]
    assert silence([fine, broken])[1] == "broken: B: 404: the feed is gone"


def test_a_late_alert_does_not_have_the_same_silence_told_again() -> None:
    desk = Desk()
    for day in range(8):
        desk.hear(told(day))
    assert len(desk.tick(11)) == 1

    desk.hear(told(2.5))

    assert desk.tick(12) == []
