"""What the page, the commands and the API may ask of a store, whichever store it is."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple, Protocol

from stories.model import Alert, Cluster, DeadLetter, FeedState, Pact, PactChange, Story

MAX_MERGES_FOLLOWED = 50  # from the id of something merged to what it became


class Counts(NamedTuple):
    """How much a store holds, in documents."""

    stories: int
    clusters: int
    pacts: int
    alerts: int
    dead_letters: int
    feeds_ok: int
    feeds_failing: int


class Reader(Protocol):
    """Read access to what the sinks wrote: the same answers from SQLite and from Elasticsearch.

    Listings are newest first by event time, ties by id; `query` is a Lucene query string (stories/query.py),
    empty for all. Every `limit` is a number of documents, every `offset` skips as many.
    """

    def search(self, query: str = "", limit: int = 20, offset: int = 0) -> list[Story]:
        """Return the stories that match. Raises QueryError."""
        ...

    def count(self, query: str = "") -> int:
        """Return how many stories match. Raises QueryError."""
        ...

    def story(self, id_or_url: str) -> Story | None:
        """Return one story."""
        ...

    def related(self, id_or_url: str, limit: int = 50) -> list[Story]:
        """Return the other stories of the story's cluster, newest first."""
        ...

    def clusters(self, query: str = "", limit: int = 20, offset: int = 0) -> list[Cluster]:
        """Return live and closed clusters, the last seen first. Merged ones are left out."""
        ...

    def cluster(self, cluster_id: str) -> Cluster | None:
        """Return one cluster; the id of a merged one leads to what it was merged into."""
        ...

    def pacts(self, query: str = "", limit: int = 100, offset: int = 0) -> list[Pact]:
        """Return pacts, the last seen first. Merged ones are left out."""
        ...

    def pact(self, pact_id: str) -> Pact | None:
        """Return one pact; the id of a merged one leads to what it was merged into."""
        ...

    def pact_changes(self, pact_id: str) -> list[PactChange]:
        """Return what was new about a pact, newest first."""
        ...

    def alerts(self, subscription: str = "", limit: int = 50, offset: int = 0) -> list[Alert]:
        """Return alerts, of one subscription or of all."""
        ...

    def alert(self, alert_id: str) -> Alert | None:
        """Return one alert."""
        ...

    def feeds(self) -> list[FeedState]:
        """Return the state of every feed ever polled, by URL."""
        ...

    def dead_letters(self, limit: int = 50, offset: int = 0) -> list[DeadLetter]:
        """Return what could not be processed."""
        ...

    def counts(self) -> Counts:
        """Return how much there is."""
        ...

    def every_story(self, since: datetime | None = None) -> Iterator[Story]:
        """Yield every stored story, oldest first: for retagging and back-tests."""
        ...
