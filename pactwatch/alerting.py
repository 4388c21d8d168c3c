"""Why an alert was sent, why it was not, and what a subscription would have told of the past."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from stories import topics
from stories.errors import PermanentError
from stories.fields import BY_KIND
from stories.model import Alert, Cluster, Document, FeedState, MatchedClause, PactChange, Story
from stories.query_match import Subjected, failed
from streams.cluster.operator import ClusterOperator, ClusterOptions
from streams.match.facts import Matchable, headline, shortfall
from streams.match.operator import MatchOperator
from streams.match.subscription import Subscription
from streams.operator import Event, MemoryState, run

_TOPICS = {Story: topics.CLUSTERED, Cluster: topics.CLUSTERS, PactChange: topics.PACT_CHANGES}


@dataclass(frozen=True)
class Backtest:
    """The alerts a subscription would have sent, and how many on each day (YYYY-MM-DD, in order)."""

    alerts: list[Alert]
    per_day: dict[str, int]


@dataclass(frozen=True)
class Difference:
    """What one version of a subscription tells and the other does not."""

    gained: list[Alert]
    lost: list[Alert]


def why(alert: Alert) -> list[str]:
    """Return the receipt of `alert` as lines of text."""
    receipt = alert.receipt
    origins = "1 origin" if receipt.origins == 1 else f"{receipt.origins} independent origins"
    stories = "1 story" if len(receipt.stories) == 1 else f"{len(receipt.stories)} stories"
    return [
        f"{alert.subscription} ({alert.severity}): {alert.title}",
        f"new: {alert.fact}, {alert.when:%Y-%m-%d %H:%M} UTC{', late' if alert.late else ''}",
        f"query: {receipt.query} (version {receipt.rules})",
        *(f"  {_line(clause)}" for clause in receipt.matched),
        f"rests on {stories}, {origins}: {', '.join(receipt.stories)}",
    ]


def silence(feeds: Iterable[FeedState]) -> list[str]:
    """Return why a subscription may have fallen silent: the feeds that are broken or stale, or the world."""
    polled = list(feeds)
    broken = [f"broken: {feed.name or feed.url}: {feed.error}" for feed in polled if feed.error]
    stale = [
        f"stale: {feed.name or feed.url}: {feed.warning}"
        for feed in polled
        if feed.warning and not feed.error
    ]
    if not broken and not stale:
        return [f"all {len(polled)} feeds answer and bring news: the world is quiet"]
    return [f"{len(broken)} of {len(polled)} feeds are broken, {len(stale)} have warnings:", *broken, *stale]


def _line(clause: MatchedClause) -> str:
    place = "" if clause.start is None else f" at {clause.start}-{clause.end}"
    return f"{clause.clause} matched {clause.field}{place}" + (f": {clause.value}" if clause.value else "")


def why_not(subscription: Subscription, document: Matchable) -> list[str]:
    """Return the clauses and thresholds that keep `document` from `subscription`; empty if it matches.

    Raises PermanentError where the subscription is on another kind of document.
    """
    shown = headline(document)
    if subscription.on != shown.subject.kind:
        raise PermanentError(
            f"{subscription.name} is on each {subscription.on}, and this is a {shown.subject.kind}: "
            f"name a {subscription.on}"
        )
    subject = Subjected(document, BY_KIND[subscription.on])
    faults = failed(subscription.tree(shown.when), subject)
    if isinstance(document, Cluster):
        faults += shortfall(document, subscription.threshold)
    return list(dict.fromkeys(faults))


def backtest(subscription: Subscription, documents: Iterable[Document]) -> Backtest:
    """Return what `subscription` would have told of `documents`, given in the order they came.

    Documents of other kinds than the subscription's are passed over.
    """
    operator, state = MatchOperator([subscription]), MemoryState()
    alerts: list[Alert] = []
    for document in documents:
        topic = _TOPICS.get(type(document))
        if topic is None:
            continue
        emitted = run(operator, state, Event(topic.name, "", document))
        alerts.extend(event.document for event in emitted if isinstance(event.document, Alert))
    days = Counter(f"{alert.when:%Y-%m-%d}" for alert in alerts)
    return Backtest(alerts, dict(sorted(days.items())))


def grown(stories: Iterable[Story], options: ClusterOptions) -> Iterator[Cluster]:
    """Yield clusters each time they change, as `stories` in their order make them grow."""
    operator, state = ClusterOperator(options), MemoryState()
    for story in stories:
        for event in run(operator, state, Event(topics.TAGGED.name, "", story)):
            if isinstance(event.document, Cluster):
                yield event.document


def difference(old: Subscription, new: Subscription, documents: Iterable[Document]) -> Difference:
    """Return the alerts gained and lost by replacing `old` with `new`, told apart by subject and fact."""
    kept = list(documents)
    before, after = (
        {(alert.subject.kind, alert.subject.id, alert.fact): alert for alert in backtest(one, kept).alerts}
        for one in (old, new)
    )
    gained = [alert for told, alert in after.items() if told not in before]
    lost = [alert for told, alert in before.items() if told not in after]
    return Difference(gained, lost)
