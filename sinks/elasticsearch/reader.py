"""What the page and the commands ask of Elasticsearch: the same answers as the embedded store gives."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

import msgspec
from elasticsearch import Elasticsearch

from sinks.elasticsearch import summary
from sinks.elasticsearch.client import told_apart
from sinks.reader import FACETED, MAX_MERGES_FOLLOWED, Counts, Facet, Place, Span, starts
from stories.fields import CLUSTER, PACT, STORY, FieldSet
from stories.model import Alert, Cluster, DeadLetter, Delivery, Document, FeedState, Pact, PactChange, Story
from stories.query import All, parse
from stories.query_render import render

D = TypeVar("D", bound=Document)
Clause = Mapping[str, Any]

PAGE = 1000
WINDOW = 10_000  # from + size, beyond which Elasticsearch wants to be paged through
EVERYTHING: Clause = {"match_all": {}}


class ElasticsearchReader:
    """Implements sinks.reader.Reader over what ElasticsearchSink writes."""

    def __init__(self, client: Elasticsearch, prefix: str = "") -> None:
        self.client, self.prefix = client, prefix

    def close(self) -> None:
        """Close the connections."""
        self.client.close()

    def search(
        self, query: str = "", limit: int = 20, offset: int = 0, after: Place | None = None
    ) -> list[Story]:
        """Return the stories that match, newest first. Raises QueryError."""
        return self._listed("stories", Story, clause(query, STORY), "@timestamp", limit, offset, after)

    def count(self, query: str = "") -> int:
        """Return how many stories match. Raises QueryError."""
        return self._count("stories", clause(query, STORY))

    def story(self, id_or_url: str) -> Story | None:
        """Return one story."""
        for field in ("id", "url"):
            if found := self._listed("stories", Story, _term(field, id_or_url), "@timestamp", 1):
                return found[0]
        return None

    def related(self, story: Story, limit: int = 50) -> list[Story]:
        """Return the other stories of a story's cluster, newest first."""
        if not story.cluster:
            return []
        others = {"bool": {"filter": _term("cluster", story.cluster), "must_not": _term("id", story.id)}}
        return self._listed("stories", Story, others, "@timestamp", limit)

    def clusters(
        self, query: str = "", limit: int = 20, offset: int = 0, after: Place | None = None
    ) -> list[Cluster]:
        """Return clusters that were not merged away, the last seen first."""
        return self._listed("clusters", Cluster, _unmerged(query, CLUSTER), "last_seen", limit, offset, after)

    def cluster(self, cluster_id: str) -> Cluster | None:
        """Return one cluster; the id of a merged one leads to what it was merged into."""
        return self._followed("clusters", Cluster, cluster_id)

    def storylines(self, names: Sequence[str], limit: int = 50) -> list[Cluster]:
        """Return the clusters of the storylines of those names, the last seen first."""
        named = {"bool": {"filter": [_unmerged("", CLUSTER), {"terms": {"storyline": list(names)}}]}}
        return self._listed("clusters", Cluster, named, "last_seen", limit)

    def pacts(
        self, query: str = "", limit: int = 100, offset: int = 0, after: Place | None = None
    ) -> list[Pact]:
        """Return pacts that were not merged away, the last seen first."""
        return self._listed("pacts", Pact, _unmerged(query, PACT), "last_seen", limit, offset, after)

    def pact(self, pact_id: str) -> Pact | None:
        """Return one pact; the id of a merged one leads to what it was merged into."""
        return self._followed("pacts", Pact, pact_id)

    def pact_changes(self, pact_id: str) -> list[PactChange]:
        """Return what was new about a pact, newest first."""
        return self._listed("pact-changes", PactChange, _term("pact_id", pact_id), "@timestamp", WINDOW)

    def alerts(
        self, subscription: str = "", limit: int = 50, offset: int = 0, after: Place | None = None
    ) -> list[Alert]:
        """Return alerts, of one subscription or of all, newest first."""
        wanted = _term("subscription", subscription) if subscription else EVERYTHING
        return self._listed("alerts", Alert, wanted, "when", limit, offset, after)

    def alert(self, alert_id: str) -> Alert | None:
        """Return one alert."""
        return next(iter(self._listed("alerts", Alert, _term("id", alert_id), "when", 1)), None)

    def deliveries(self, subscription: str = "", limit: int = 50, offset: int = 0) -> list[Delivery]:
        """Return how channels took alerts, newest first."""
        wanted = _term("subscription", subscription) if subscription else EVERYTHING
        return self._listed("deliveries", Delivery, wanted, "when", limit, offset)

    def feeds(self) -> list[FeedState]:
        """Return the state of every feed ever polled, by URL."""
        hits = self._paged("feeds", EVERYTHING, [{"url": "asc"}])
        return [_decoded(hit, FeedState) for hit in hits]

    def dead_letters(self, limit: int = 50, offset: int = 0) -> list[DeadLetter]:
        """Return what could not be processed, newest first."""
        return self._listed("dead-letters", DeadLetter, EVERYTHING, "when", limit, offset)

    def counts(self) -> Counts:
        """Return how much there is."""
        failing = self._count("feeds", {"exists": {"field": "error"}})
        return Counts(
            stories=self._count("stories"),
            clusters=self._count("clusters", _unmerged("", CLUSTER)),
            pacts=self._count("pacts", _unmerged("", PACT)),
            alerts=self._count("alerts"),
            dead_letters=self._count("dead-letters"),
            feeds_ok=self._count("feeds") - failing,
            feeds_failing=failing,
        )

    def clusters_with(self, query: str, limit: int = 20, offset: int = 0) -> list[Cluster]:
        """Return the clusters with a story that matches, by the newest such story. Raises QueryError."""
        asked = summary.clusters_with(offset + limit)
        buckets = self._summed(clause(query, STORY), asked)["clusters"]["buckets"][offset:]
        clusters = (self.cluster(bucket["key"]) for bucket in buckets)
        return list({one.id: one for one in clusters if one is not None}.values())

    def facets(self, query: str, fields: Sequence[str], limit: int = 10) -> dict[str, list[Facet]]:
        """Return the commonest values of each keyword field among the newest stories that match."""
        newest = summary.newest(clause(query, STORY), self._oldest_counted(query))
        return summary.facets(self._summed(newest, summary.commonest(fields, limit)), fields)

    def over_time(self, query: str, since: datetime, until: datetime, span_s: int) -> list[Span]:
        """Return how many stories match per span. Raises QueryError and ValueError."""
        wanted = starts(since, until, span_s)
        within = summary.within(clause(query, STORY), since, until)
        return summary.over_time(self._summed(within, summary.per_span(span_s)), wanted)

    def every_story(self, since: datetime | None = None) -> Iterator[Story]:
        """Yield every stored story, oldest first."""
        wanted: Clause = {"range": {"@timestamp": {"gte": since.isoformat()}}} if since else EVERYTHING
        for hit in self._paged("stories", wanted, [{"@timestamp": "asc"}, {"id": "asc"}]):
            yield _decoded(hit, Story)

    def _followed(self, kind: str, decoded: type[D], identity: str) -> D | None:
        for _ in range(MAX_MERGES_FOLLOWED):
            found = self._listed(kind, decoded, _term("id", identity), "last_seen", 1)
            if not found or not (merged_into := getattr(found[0], "merged_into", "")):
                return found[0] if found else None
            identity = merged_into
        return None

    def _oldest_counted(self, query: str) -> Place | None:
        """Return the last of the newest stories that facets count; None where there are no more."""
        sort = [{"@timestamp": "desc"}, {"id": "asc"}]
        last = self._page(
            clause(query, STORY), sort, index=self.prefix + "stories", ignore_unavailable=True, size=1,
            from_=FACETED - 1, source=False,
        )  # fmt: skip
        return Place(*last[0]["sort"]) if last else None

    def _summed(self, wanted: Clause, asked: Mapping[str, Any]) -> dict[str, Any]:
        with told_apart("summing up stories"):
            answer = self.client.search(
                index=self.prefix + "stories", ignore_unavailable=True, size=0, track_total_hits=False,
                query=wanted, aggs=asked,
            )  # fmt: skip
        found: dict[str, Any] = answer["aggregations"]
        return found

    def _listed(
        self, kind: str, decoded: type[D], wanted: Clause, by: str, limit: int, offset: int = 0,
        after: Place | None = None,
    ) -> list[D]:  # fmt: skip
        sort = [{by: "desc"}, {"id": "asc"}]
        if after:
            hits: Iterable[Any] = self._page(
                wanted, sort, index=self.prefix + kind, ignore_unavailable=True, size=limit,
                search_after=list(after),
            )  # fmt: skip
        elif offset + limit > WINDOW:
            hits = islice(self._paged(kind, wanted, sort), offset, offset + limit)
        else:
            index = self.prefix + kind
            hits = self._page(wanted, sort, index=index, ignore_unavailable=True, size=limit, from_=offset)
        return [_decoded(hit, decoded) for hit in hits]

    def _paged(self, kind: str, wanted: Clause, sort: list[dict[str, str]]) -> Iterator[Any]:
        """Yield every hit, page after page, from one moment's state of the index."""
        index = self.prefix + kind
        with told_apart(f"reading {index}"):
            moment = self.client.open_point_in_time(index=index, keep_alive="2m", ignore_unavailable=True)[
                "id"
            ]
        try:
            after: dict[str, Any] = {}
            pit = {"id": moment, "keep_alive": "2m"}
            while hits := self._page(wanted, sort, pit=pit, size=PAGE, **after):
                yield from hits
                after = {"search_after": hits[-1]["sort"]}
        finally:
            with told_apart(f"reading {index}"):
                self.client.close_point_in_time(id=moment)

    def _page(self, wanted: Clause, sort: list[dict[str, str]], **more: Any) -> list[Any]:
        with told_apart("searching"):
            answer = self.client.search(query=wanted, sort=sort, track_total_hits=False, **more)
        hits: list[Any] = answer["hits"]["hits"]
        return hits

    def _count(self, kind: str, wanted: Clause = EVERYTHING) -> int:
        with told_apart(f"counting {kind}"):
            answer = self.client.count(index=self.prefix + kind, query=wanted, ignore_unavailable=True)
        return int(answer["count"])


def _decoded(hit: Any, kind: type[D]) -> D:
    return msgspec.convert(hit["_source"], kind)


def _term(field: str, value: str) -> Clause:
    return {"term": {field: value}}


def clause(query: str, fields: FieldSet) -> Clause:
    """Return a query string as Elasticsearch is asked it. Raises QueryError."""
    tree = parse(query, fields, datetime.now(UTC))
    if isinstance(tree, All):
        return EVERYTHING
    return {"query_string": {"query": render(tree, fields), "allow_leading_wildcard": False}}


def _unmerged(query: str, fields: FieldSet) -> Clause:
    return {"bool": {"filter": clause(query, fields), "must_not": {"exists": {"field": "merged_into"}}}}
