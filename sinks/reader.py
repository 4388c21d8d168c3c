"""What the page, the commands and the API may ask of a store, whichever store it is."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from stories.model import Alert, Cluster, DeadLetter, Delivery, FeedState, Pact, PactChange, Story

MAX_MERGES_FOLLOWED = 50  # from the id of something merged to what it became
FACETED = 1_000  # facets count the newest matches only, so that a query which matches everything stays quick
MAX_SPANS = 2_000  # of one series over time


class Counts(NamedTuple):
    """How much a store holds, in documents."""

    stories: int
    clusters: int
    pacts: int
    alerts: int
    dead_letters: int
    feeds_ok: int
    feeds_failing: int


class Place(NamedTuple):
    """Where a listing goes on: after the document of this time (milliseconds since 1970) and id."""

    moment_ms: int
    id: str


class Facet(NamedTuple):
    """A value of a field: how many of the stories looked at have it, and when the newest of them is from."""

    value: str
    stories: int
    newest: datetime


class Span(NamedTuple):
    """How many stories there were from `start` on, until the next span."""

    start: datetime
    stories: int


class Reader(Protocol):
    """Read access to what the sinks wrote: the same answers from SQLite and from Elasticsearch.

    Listings are newest first by event time, ties by id; `query` is a Lucene query string (stories/query.py),
    empty for all. Every `limit` is a number of documents, every `offset` skips as many; `after` goes on
    where another page of the listing ended, whatever has come in on top since.
    """

    def search(
        self, query: str = "", limit: int = 20, offset: int = 0, after: Place | None = None
    ) -> list[Story]:
        """Return the stories that match. Raises QueryError."""
        ...

    def count(self, query: str = "") -> int:
        """Return how many stories match. Raises QueryError."""
        ...

    def story(self, id_or_url: str) -> Story | None:
        """Return one story."""
        ...

    def related(self, story: Story, limit: int = 50) -> list[Story]:
        """Return the other stories of a story's cluster, newest first."""
        ...

    def clusters(
        self, query: str = "", limit: int = 20, offset: int = 0, after: Place | None = None
    ) -> list[Cluster]:
        """Return live and closed clusters, the last seen first. Merged ones are left out."""
        ...

    def cluster(self, cluster_id: str) -> Cluster | None:
        """Return one cluster; the id of a merged one leads to what it was merged into."""
        ...

    def storylines(self, names: Sequence[str], limit: int = 50) -> list[Cluster]:
        """Return the clusters of the storylines of those names, the last seen first."""
        ...

    def pacts(
        self, query: str = "", limit: int = 100, offset: int = 0, after: Place | None = None
    ) -> list[Pact]:
        """Return pacts, the last seen first. Merged ones are left out."""
        ...

    def pact(self, pact_id: str) -> Pact | None:
        """Return one pact; the id of a merged one leads to what it was merged into."""
        ...

    def pact_changes(self, pact_id: str) -> list[PactChange]:
        """Return what was new about a pact, newest first."""
        ...

    def alerts(
        self, subscription: str = "", limit: int = 50, offset: int = 0, after: Place | None = None
    ) -> list[Alert]:
        """Return alerts, of one subscription or of all."""
        ...

    def alert(self, alert_id: str) -> Alert | None:
        """Return one alert."""
        ...

    def deliveries(self, subscription: str = "", limit: int = 50, offset: int = 0) -> list[Delivery]:
        """Return how channels took alerts, of one subscription or of all, newest first."""
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

    def clusters_with(self, query: str, limit: int = 20, offset: int = 0) -> list[Cluster]:
        """Return the clusters with a story that matches, by the newest such story. Raises QueryError."""
        ...

    def facets(self, query: str, fields: Sequence[str], limit: int = 10) -> dict[str, list[Facet]]:
        """Return the commonest values of each keyword field among the FACETED newest stories that match.

        The most frequent first, ties by value. Raises QueryError.
        """
        ...

    def over_time(self, query: str, since: datetime, until: datetime, span_s: int) -> list[Span]:
        """Return how many stories match per span, empty spans included; spans begin at multiples of `span_s`
        since 1970. `until` is left out. Raises QueryError, and ValueError for more than MAX_SPANS.
        """
        ...

    def every_story(self, since: datetime | None = None) -> Iterator[Story]:
        """Yield every stored story, oldest first: for retagging and back-tests."""
        ...


def starts(since: datetime, until: datetime, span_s: int) -> list[int]:
    """Return when the spans of a series begin, in seconds since 1970. Raises ValueError for too many."""
    first = int(since.timestamp() // span_s) * span_s
    found = range(first, int(until.timestamp()), span_s)
    if len(found) > MAX_SPANS:
        raise ValueError(
            f"{len(found)} spans are too many to draw, the most is {MAX_SPANS}: take longer ones"
        )
    return list(found)


def moment(since_1970_ms: float) -> datetime:
    """Return a moment as the stores count it, in milliseconds since 1970."""
    return datetime.fromtimestamp(since_1970_ms / 1000, UTC)


def series(counted: Mapping[int, int], wanted: Sequence[int]) -> list[Span]:
    """Return the spans that begin at `wanted` with what was `counted`, both in seconds since 1970."""
    return [Span(datetime.fromtimestamp(start, UTC), counted.get(start, 0)) for start in wanted]
