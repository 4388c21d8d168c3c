"""Which subscriptions want to know of this story, cluster or pact, and were not told yet?"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from stories import topics
from stories.fields import BY_KIND
from stories.model import Cluster, PactChange, Story
from stories.query import Query
from stories.query_match import Subjected, explain, matches
from stories.withdrawal import recall
from streams.match.facts import Headline, Matchable, alert, facts, headline
from streams.match.index import QueryIndex
from streams.match.subscription import Subscription
from streams.operator import NOTHING, Change, Decision, Event, State, Stateless, Table

LATE_AFTER = timedelta(hours=48)  # behind the newest event of the stream


class Told(msgspec.Struct, frozen=True):
    """When, in event time, a subscription was told a fact."""

    when: datetime


class Clock(msgspec.Struct, frozen=True):
    """The newest event time seen, to the minute: more precision would cost a write for every event."""

    newest: datetime


TOLD = Table("match.told", Told)
CLOCK = Table("match.clock", Clock)


class _Asked:
    """The subscriptions on one kind of document, ready to be asked."""

    def __init__(self, kind: str, subscriptions: Sequence[Subscription], some_time: datetime) -> None:
        self.fields = BY_KIND[kind]
        self.subscriptions = [one for one in subscriptions if one.on == kind]
        self.trees = [one.tree(some_time) for one in self.subscriptions]
        self.moving = {number for number, one in enumerate(self.subscriptions) if one.moves}
        self.index = QueryIndex(self.trees, self.fields)

    def matching(self, subject: Subjected, now: datetime) -> Iterator[tuple[Subscription, Query]]:
        for number in self.index.candidates(subject):
            subscription = self.subscriptions[number]
            query = subscription.tree(now) if number in self.moving else self.trees[number]
            if matches(query, subject):
                yield subscription, query


class MatchOperator(Stateless):
    """Emits one alert for each subscription and new fact.

    What was told is kept by subscription name, subject and fact, so neither edits, replays nor changed
    queries tell it again. `now` in a query is the time of the event.
    """

    name = "match"
    tables = (TOLD, CLOCK)

    def __init__(self, subscriptions: Sequence[Subscription], late_after: timedelta = LATE_AFTER) -> None:
        some_time = datetime.fromisoformat("2000-01-01T00:00Z")
        self._asked = {kind: _Asked(kind, subscriptions, some_time) for kind in BY_KIND}
        self._late_after = late_after
        self._holding = [one.name for one in subscriptions if one.digest or one.mute.quiet]

    def decide(self, state: State, event: Event) -> Decision:
        """Return the alerts that `event` gives rise to."""
        document = event.document
        if not isinstance(document, Matchable):
            raise TypeError(f"match takes stories, clusters and pact changes, not {type(document).__name__}")
        if isinstance(document, Story) and document.withdrawn:
            events = [Event(topics.ALERTS.name, name, recall(document, name)) for name in self._holding]
            return Decision(events=events)
        if _is_gone(document):
            return NOTHING
        shown = headline(document)
        asked = self._asked[shown.subject.kind]
        changes, newest = _advance(state, shown)
        events = []
        subject = Subjected(document, asked.fields)
        for subscription, query in asked.matching(subject, shown.when):
            new = _new_facts(state, subscription, document, shown)
            if not new:
                continue
            late = newest - shown.when > self._late_after
            told = alert(subscription, shown, new, explain(query, subject), late=late)
            keys = (_key(subscription, shown.subject.kind, shown.subject.id, fact) for fact in new)
            changes.extend(TOLD.put(key, Told(shown.when)) for key in keys)
            events.append(Event(topics.ALERTS.name, subscription.name, told))
        return Decision(changes, events) if changes else NOTHING


def _is_gone(document: Matchable) -> bool:
    match document:
        case Cluster():
            return document.state == "merged"
        case PactChange():
            return bool(document.pact.merged_into)
    return False


def _advance(state: State, shown: Headline) -> tuple[list[Change], datetime]:
    """Return the change to the stream's clock, if any, and the newest event time known."""
    minute = shown.when.replace(second=0, microsecond=0)
    clock = state.get(CLOCK, shown.subject.kind)
    if clock is not None and clock.newest >= minute:
        return [], clock.newest
    return [CLOCK.put(shown.subject.kind, Clock(minute))], minute


def _new_facts(state: State, subscription: Subscription, document: Matchable, shown: Headline) -> list[str]:
    # what was told about a cluster is told about the one it was merged into
    ids = [shown.subject.id, *(document.merged_from if isinstance(document, Cluster) else ())]
    return [
        fact
        for fact in facts(document, subscription.threshold)
        if not any(state.get(TOLD, _key(subscription, shown.subject.kind, one, fact)) for one in ids)
    ]


def _key(subscription: Subscription, kind: str, subject: str, fact: str) -> str:
    return "\x1f".join((subscription.name, kind, subject, fact))
