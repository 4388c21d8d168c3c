"""Every topic of the stream: its name, the document on it, what keys it, how many partitions it may have."""

from typing import NamedTuple

from stories import model
from stories.model import Document
from stories.twins import host_of


class Topic(NamedTuple):
    """`partitions` 0 means: as many as configured."""

    name: str
    document: type[Document]
    keyed_by: str
    partitions: int = 0
    compacted: bool = False


STORIES = Topic("stories", model.Story, "host of the link, where the twins of a story meet")
ADMITTED = Topic("admitted", model.Story, "story id")
TAGGED = Topic("tagged", model.Story, "language")
PACT_REPORTS = Topic("pact-reports", model.Story, "story id", partitions=1)
CLUSTERED = Topic("clustered", model.Story, "story id")
CLUSTERS = Topic("clusters", model.Cluster, "language and cluster id, placed by language", compacted=True)
PACT_CHANGES = Topic("pact-changes", model.PactChange, "pact id", partitions=1)
PACTS = Topic("pacts", model.Pact, "pact id", partitions=1, compacted=True)
ALERTS = Topic("alerts", model.Alert, "subscription")
DELIVERIES = Topic("deliveries", model.Delivery, "subscription")
FEEDS = Topic("feeds", model.FeedState, "feed url", compacted=True)
DEAD_LETTERS = Topic("dead-letters", model.DeadLetter, "original key", partitions=1)

ALL = (
    STORIES, ADMITTED, TAGGED, PACT_REPORTS, CLUSTERED, CLUSTERS, PACT_CHANGES, PACTS, ALERTS, DELIVERIES,
    FEEDS, DEAD_LETTERS,
)  # fmt: skip
# what people look at: every sink takes these
STORED = (CLUSTERED, CLUSTERS, PACTS, PACT_CHANGES, ALERTS, DELIVERIES, FEEDS, DEAD_LETTERS)
BY_NAME = {topic.name: topic for topic in ALL}


def alert_topic(subscription: str) -> Topic:
    """Return the topic that people consume one subscription's alerts from."""
    return Topic(f"{ALERTS.name}.{subscription}", model.Alert, "subject", partitions=1)


def topic_named(name: str) -> Topic:
    """Return the topic called `name`, also one of a subscription's. Raises KeyError."""
    if name.startswith(f"{ALERTS.name}."):
        return alert_topic(name.removeprefix(f"{ALERTS.name}."))
    return BY_NAME[name]


def story_key(story: model.Story) -> str:
    """Return the key of a fetched story: one id, and the twins of a page, must meet in one partition."""
    return host_of(story.url) or host_of(story.feed.url) or story.id


# what stands before it in a key decides the partition; the whole key is what compaction goes by
PLACED_BY = "\x1f"


def cluster_key(cluster: model.Cluster) -> str:
    """Return the key of a cluster: those that may merge must meet, to be told of once."""
    return f"{cluster.language}{PLACED_BY}{cluster.id}"
