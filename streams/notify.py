"""When does an alert go out? At once, not again while its subject is muted, or later with others."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from stories import topics
from stories.model import Alert
from streams.match.subscription import Mute, Subscription
from streams.operator import NOTHING, Change, Decision, Event, State, Stateless, Table
from streams.silence import HEARD, alarm, noted, unusual_since


class Passed(msgspec.Struct, frozen=True):
    """What a subscription was handed about one subject: alert ids, kinds of fact, the newest event time."""

    ids: list[str]
    kinds: list[str]
    last: datetime | None = None


class Held(msgspec.Struct, frozen=True):
    """An alert that waits for the end of quiet hours or of a digest's span."""

    alert: Alert


class Clock(msgspec.Struct, frozen=True):
    """The newest event time seen."""

    newest: datetime


PASSED = Table("notify.passed", Passed)
HELD = Table("notify.held", Held)
CLOCK = Table("notify.clock", Clock)


class NotifyOperator(Stateless):
    """Sends alerts to the topic of their subscription.

    Time is the alerts' own: what is held goes out with the first alert after its hour, or with a tick.
    Critical alerts wait for nothing.
    """

    name = "notify"
    tables = (PASSED, HELD, CLOCK, HEARD)

    def __init__(self, subscriptions: Sequence[Subscription]) -> None:
        self._by_name = {subscription.name: subscription for subscription in subscriptions}

    def decide(self, state: State, event: Event) -> Decision:
        """Return the alert for its subscription's topic, those that waited until now before it."""
        alert = event.document
        if not isinstance(alert, Alert):
            raise TypeError(f"notify takes alerts, not a {type(alert).__name__}")
        if alert.withdraws:
            rest_on_it = (
                key for key, held in state.items(HELD) if alert.withdraws in held.alert.receipt.stories
            )
            return Decision([HELD.delete(key) for key in rest_on_it])
        released = self._released(state, alert.when)
        changes, events = list(released.changes), list(released.events)
        subscription = self._by_name.get(alert.subscription)
        key = "\x1f".join((alert.subscription, alert.subject.kind, alert.subject.id))
        passed = state.get(PASSED, key) or Passed([], [])
        if subscription is None or alert.id in passed.ids:
            return Decision(changes, events) if changes else NOTHING
        silent = _is_silent(alert, passed, subscription.mute)
        changes.append(PASSED.put(key, _remember(alert, passed, counts=not silent)))
        if alert.subject.kind != "subscription":
            changes.append(
                HEARD.put(alert.subscription, noted(state.get(HEARD, alert.subscription), alert.when))
            )
        due = alert.when if alert.severity == "critical" else due_at(alert.when, subscription)
        clock = state.get(CLOCK, "newest")
        newest = max(alert.when, clock.newest) if clock else alert.when
        if not silent and due <= newest:
            events.append(_sent(alert))
        elif not silent:
            changes.append(HELD.put(f"{due.isoformat()}\x1f{alert.id}", Held(alert)))
        return Decision(changes, events)

    def tick(self, state: State, now: datetime) -> Decision:
        """Return what was held until `now` (UTC), and an alarm for each subscription that fell silent."""
        released = self._released(state, now)
        changes, events = list(released.changes), list(released.events)
        for name, heard in state.items(HEARD):
            since = None if heard.told or name not in self._by_name else unusual_since(heard)
            if since is not None and since <= now:
                changes.append(HEARD.put(name, msgspec.structs.replace(heard, told=True)))
                # by way of the topic of all alerts, as every alert goes: index, page, then its own topic
                events.append(Event(topics.ALERTS.name, name, alarm(self._by_name[name], heard, since)))
        return Decision(changes, events)

    def _released(self, state: State, now: datetime) -> Decision:
        """Return what was held until `now`; the clock never goes back."""
        clock = state.get(CLOCK, "newest")
        if clock is not None and clock.newest >= now:
            return NOTHING
        changes: list[Change] = [CLOCK.put("newest", Clock(now))]
        events: list[Event] = []
        for key, held in state.items(HELD):
            if datetime.fromisoformat(key.split("\x1f")[0]) > now:
                break
            changes.append(HELD.delete(key))
            events.append(_sent(held.alert))
        return Decision(changes, events)


def due_at(when: datetime, subscription: Subscription) -> datetime:
    """Return when, in UTC, an alert of `when` may go out: after its digest's span, outside quiet hours."""
    zone = ZoneInfo(subscription.mute.zone)
    local = when.astimezone(zone)
    if subscription.digest == "hourly":
        local = local.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    elif subscription.digest == "daily":
        local = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return _after_quiet(local, subscription.mute).astimezone(when.tzinfo)


def _after_quiet(local: datetime, mute: Mute) -> datetime:
    hours = mute.quiet_hours
    if hours is None:
        return local
    start, end = hours
    clock = local.time()
    overnight = start > end
    is_quiet = (clock >= start or clock < end) if overnight else start <= clock < end
    if not is_quiet:
        return local
    day = local + timedelta(days=1) if overnight and clock >= start else local
    return day.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)


def _kind(alert: Alert) -> str:
    return "; ".join(fact.split("@")[0] for fact in alert.fact.split("; "))


def _is_silent(alert: Alert, passed: Passed, mute: Mute) -> bool:
    if mute.until == "new-fact" and _kind(alert) in passed.kinds:
        return True
    # late alerts lie before the last one: near it on either side is near
    return passed.last is not None and abs(alert.when - passed.last) < mute.silence


def _remember(alert: Alert, passed: Passed, *, counts: bool) -> Passed:
    ids = [*passed.ids, alert.id]
    if not counts:
        return Passed(ids, passed.kinds, passed.last)
    last = max(alert.when, passed.last) if passed.last else alert.when
    return Passed(ids, sorted({*passed.kinds, _kind(alert)}), last)


def _sent(alert: Alert) -> Event:
    return Event(topics.alert_topic(alert.subscription).name, alert.subject.id, alert)
