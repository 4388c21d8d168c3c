"""Lists as CSV, one document a line, for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from pactwatch.web.actors import actor
from sinks.reader import Facet
from stories.model import Alert, Cluster, FeedState, Story

STORY = (
    "id", "published", "title", "outlet", "feed", "language", "url", "actors", "topics", "negated", "planned",
    "cluster",
)  # fmt: skip
CLUSTER = (
    "id", "first_seen", "last_seen", "title", "size", "origins", "outlets", "actors", "topics", "summary",
)  # fmt: skip
ALERT = ("id", "when", "subscription", "severity", "title", "fact", "late", "kind", "subject", "url", "query")
ACTOR = ("code", "name", "stories")
FEED = ("url", "name", "error", "warning", "last_success", "last_new", "next_poll", "failures", "entries")


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """Return `rows` under `header`; lists are joined by spaces, times are ISO 8601."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8", "replace")


def _cell(value: object) -> str:
    if isinstance(value, list | tuple):
        return _cell(" ".join(map(str, value)))
    if isinstance(value, datetime):
        return value.isoformat()
    text = "" if value is None else str(value)
    # a spreadsheet runs what begins like a formula; words of the news must stay words
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def of_story(one: Story) -> Sequence[object]:
    """Return a story as a line under STORY."""
    return (
        one.id, one.published, one.title, one.outlet, one.feed.name, one.language, one.url, one.actors,
        one.topics, one.negated, one.planned, one.cluster,
    )  # fmt: skip


def of_cluster(one: Cluster) -> Sequence[object]:
    """Return a cluster as a line under CLUSTER."""
    return (
        one.id, one.first_seen, one.last_seen, one.title, one.size, one.origins, "; ".join(one.outlets),
        one.actors, one.topics, one.summary,
    )  # fmt: skip


def of_alert(one: Alert) -> Sequence[object]:
    """Return an alert as a line under ALERT."""
    return (
        one.id, one.when, one.subscription, one.severity, one.title, one.fact, one.late, one.subject.kind,
        one.subject.id, one.url, one.receipt.query,
    )  # fmt: skip


def of_actor(one: Facet) -> Sequence[object]:
    """Return how often an actor is named as a line under ACTOR."""
    return (one.value, actor(one.value).name, one.stories)


def of_feed(one: FeedState) -> Sequence[object]:
    """Return a feed's health as a line under FEED."""
    return (
        one.url, one.name, one.error, one.warning, one.last_success, one.last_new, one.next_poll,
        one.failures, one.entries,
    )  # fmt: skip
