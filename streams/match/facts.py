"""What is new about a document: the facts a subscription is told once, and the alert that tells them."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from stories.model import Alert, Cluster, MatchedClause, PactChange, Receipt, Story, Subject
from streams.match.subscription import Subscription, Threshold

Matchable = Story | Cluster | PactChange
REPORTED, SEEN, ORIGINS, GROWING = "reported", "seen", "origins", "growing"


class Headline(NamedTuple):
    """What an alert shows of its subject."""

    subject: Subject
    title: str
    url: str
    when: datetime
    stories: list[str]
    origins: int


def facts(document: Matchable, threshold: Threshold) -> list[str]:
    """Return what `document` tells; empty for a cluster below `threshold`.

    A story tells one fact ever. A cluster tells that it is there, that it reached its threshold, or, with
    a growth rate, on which day it grew. A pact's change tells one fact for each party that took the step.
    What follows “@” only dates a fact: without it, a later one is the same kind.
    """
    if isinstance(document, Story):
        return [REPORTED]
    if isinstance(document, PactChange):
        return [f"{document.step} {by} {document.status}" for by in document.by or ["-"]]
    if shortfall(document, threshold):
        return []
    if threshold.growth:
        return [f"{GROWING}@{document.last_seen:%Y-%m-%d}"]
    return [ORIGINS if threshold.origins else SEEN]


def shortfall(cluster: Cluster, threshold: Threshold) -> list[str]:
    """Return in words what `cluster` lacks to reach `threshold`; empty if it does."""
    lacking: list[str] = []
    if cluster.origins < threshold.origins:
        lacking.append(f"threshold: {cluster.origins} of {threshold.origins} independent origins")
    if threshold.growth and (rate := growth(cluster, threshold.hours)) < threshold.growth:
        lacking.append(f"threshold: growth {rate:.1f} of {threshold.growth:g} in {threshold.hours} hours")
    return lacking


def growth(cluster: Cluster, hours: int) -> float:
    """Return the stories of the last `hours` over those of an average span of that length before."""
    since = cluster.last_seen - timedelta(hours=hours)
    recent = sum(story.published > since for story in cluster.stories)
    before = len(cluster.stories) - recent
    spans = (since - cluster.first_seen) / timedelta(hours=hours)
    return recent / max(1.0, before / max(1.0, spans))


def headline(document: Matchable) -> Headline:
    """Return what an alert shows of `document`."""
    if isinstance(document, Story):
        subject = Subject(kind="story", id=document.id)
        return Headline(subject, document.title, document.url, document.timestamp, [document.id], 1)
    if isinstance(document, Cluster):
        ids = [story.id for story in document.stories]
        url = document.stories[0].url if document.stories else ""
        subject = Subject(kind="cluster", id=document.id)
        return Headline(subject, document.title, url, document.last_seen, ids, document.origins)
    return _change_headline(document)


def _change_headline(change: PactChange) -> Headline:
    told_by = [change.evidence.story] if change.evidence else []
    ids = told_by + [story.id for story in change.pact.stories if story.id not in told_by]
    status = "" if change.status == "done" else f" ({change.status})"
    words = [
        change.pact.name + ":",
        change.step,
        "by " + ", ".join(change.by) if change.by else "",
        change.date,
    ]
    title = " ".join(word for word in words if word) + status
    outlets = {story.outlet for story in change.pact.stories if story.outlet}
    subject = Subject(kind="pact", id=change.pact.id)
    return Headline(subject, title, change.url, change.timestamp, ids, max(1, len(outlets)))


def alert_id(subscription: str, subject: Subject, fact: str) -> str:
    """Return the id under which `fact` is told, the same in every run."""
    joined = "\x1f".join((subscription, subject.kind, subject.id, fact))
    return hashlib.blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def alert(
    subscription: Subscription,
    shown: Headline,
    new: Sequence[str],
    matched: list[MatchedClause],
    *,
    late: bool,
) -> Alert:
    """Return the alert that tells `new` facts about what `shown` shows."""
    fact = "; ".join(new)
    receipt = Receipt(
        query=subscription.query,
        rules=subscription.version,
        matched=matched,
        stories=shown.stories,
        origins=shown.origins,
    )
    return Alert(
        id=alert_id(subscription.name, shown.subject, fact),
        subscription=subscription.name,
        subject=shown.subject,
        title=shown.title,
        url=shown.url,
        when=shown.when,
        late=late,
        severity=subscription.severity,
        fact=fact,
        receipt=receipt,
    )
