"""What the page and the commands ask of the embedded store: read-only, one connection per thread."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sinks.reader import FACETED, MAX_MERGES_FOLLOWED, Counts, Facet, Place, Span, starts
from sinks.sqlite import schema, summary
from sinks.sqlite.plan import Plans
from sinks.sqlite.query import Condition, compile_query
from sinks.sqlite.schema import STORYLINE
from stories import wire
from stories.errors import PermanentError
from stories.fields import CLUSTER, PACT, STORY, FieldSet
from stories.model import Alert, Cluster, DeadLetter, Delivery, Document, FeedState, Pact, PactChange, Story
from stories.query import parse
from stories.query_match import Subjected, matches

D = TypeVar("D", bound=Document)

ONE_VALUE = "row IN (SELECT story FROM story_values WHERE field = ? AND value = ?)"


class SqliteReader:
    """Implements sinks.reader.Reader over the file that SqliteSink writes."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise PermanentError(
                f"there is no store at {path}: fill one with `pactwatch run` or `pactwatch demo "
                "--keep FILE`, or name it with --store"
            )
        self.path = path
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._plans = Plans()

    def close(self) -> None:
        """Close every thread's connection."""
        for connection in self._open:
            connection.close()
        self._open.clear()
        self._local = threading.local()

    def search(
        self, query: str = "", limit: int = 20, offset: int = 0, after: Place | None = None
    ) -> list[Story]:
        """Return the stories that match, newest first. Raises QueryError."""
        condition = self._condition(query)
        if after:
            sql = f"({condition.sql}) AND (timestamp < ? OR (timestamp = ? AND id > ?))"
            condition = Condition(sql, (*condition.parameters, after.moment_ms, *after))
        # the rows are chosen and sorted before any document is touched: those are the bulk of the file
        rows = self._rows(
            "SELECT document FROM stories WHERE row IN "
            f"(SELECT row FROM {self._source(condition, offset + limit)} "
            f"WHERE {condition.sql} ORDER BY timestamp DESC, id LIMIT ? OFFSET ?) "
            "ORDER BY timestamp DESC, id",
            (*condition.parameters, limit, offset),
        )
        return [wire.decode(row[0], Story) for row in rows]

    def count(self, query: str = "") -> int:
        """Return how many stories match. Raises QueryError."""
        condition = self._condition(query)
        if condition.sql == ONE_VALUE:  # every row of that table is a story's: there is nothing to look up
            return self._number(
                "SELECT count(*) FROM story_values WHERE field = ? AND value = ?", condition.parameters
            )
        return self._number(f"SELECT count(*) FROM stories WHERE {condition.sql}", condition.parameters)

    def story(self, id_or_url: str) -> Story | None:
        """Return one story."""
        rows = self._rows("SELECT document FROM stories WHERE id = ?", (id_or_url,)) or self._rows(
            "SELECT document FROM stories WHERE url = ? ORDER BY timestamp DESC LIMIT 1", (id_or_url,)
        )
        return wire.decode(rows[0][0], Story) if rows else None

    def related(self, story: Story, limit: int = 50) -> list[Story]:
        """Return the other stories of a story's cluster, newest first."""
        if not story.cluster:
            return []
        rows = self._rows(
            "SELECT document FROM stories WHERE cluster = ? AND id != ? ORDER BY timestamp DESC, id LIMIT ?",
            (story.cluster, story.id, limit),
        )
        return [wire.decode(row[0], Story) for row in rows]

    def clusters(
        self, query: str = "", limit: int = 20, offset: int = 0, after: Place | None = None
    ) -> list[Cluster]:
        """Return clusters that were not merged away, the last seen first."""
        return self._listed("clusters", Cluster, "", limit, offset, query, CLUSTER, after)

    def cluster(self, cluster_id: str) -> Cluster | None:
        """Return one cluster; the id of a merged one leads to what it was merged into."""
        return self._followed("clusters", cluster_id, Cluster)

    def storylines(self, names: Sequence[str], limit: int = 50) -> list[Cluster]:
        """Return the clusters of the storylines of those names, the last seen first."""
        rows = self._rows(
            f"SELECT document FROM documents WHERE kind = 'clusters' AND parent = '' AND {STORYLINE} IN "
            f"({', '.join('?' * len(names))}) ORDER BY sort DESC, id LIMIT ?",
            (*names, limit),
        )
        return [wire.decode(row[0], Cluster) for row in rows]

    def pacts(
        self, query: str = "", limit: int = 100, offset: int = 0, after: Place | None = None
    ) -> list[Pact]:
        """Return pacts that were not merged away, the last seen first."""
        return self._listed("pacts", Pact, "", limit, offset, query, PACT, after)

    def pact(self, pact_id: str) -> Pact | None:
        """Return one pact; the id of a merged one leads to what it was merged into."""
        return self._followed("pacts", pact_id, Pact)

    def pact_changes(self, pact_id: str) -> list[PactChange]:
        """Return what was new about a pact, newest first."""
        return self._listed("pact-changes", PactChange, pact_id, 10_000, 0)

    def alerts(
        self, subscription: str = "", limit: int = 50, offset: int = 0, after: Place | None = None
    ) -> list[Alert]:
        """Return alerts, of one subscription or of all, newest first."""
        return self._listed("alerts", Alert, subscription or None, limit, offset, after=after)

    def alert(self, alert_id: str) -> Alert | None:
        """Return one alert."""
        return self._document("alerts", alert_id, Alert)

    def deliveries(self, subscription: str = "", limit: int = 50, offset: int = 0) -> list[Delivery]:
        """Return how channels took alerts, newest first."""
        return self._listed("deliveries", Delivery, subscription or None, limit, offset)

    def feeds(self) -> list[FeedState]:
        """Return the state of every feed ever polled, by URL."""
        return sorted(self._listed("feeds", FeedState, None, 1_000_000, 0), key=lambda feed: feed.url)

    def dead_letters(self, limit: int = 50, offset: int = 0) -> list[DeadLetter]:
        """Return what could not be processed, newest first."""
        return self._listed("dead-letters", DeadLetter, None, limit, offset)

    def count_before(self, moment: datetime) -> tuple[int, int]:
        """Return how many stories and clusters are older than `moment`."""
        moment_ms = int(moment.timestamp() * 1000)
        return (
            self._number("SELECT count(*) FROM stories WHERE timestamp < ?", (moment_ms,)),
            self._number("SELECT count(*) FROM documents WHERE kind = 'clusters' AND sort < ?", (moment_ms,)),
        )

    def counts(self) -> Counts:
        """Return how much there is."""
        kinds: dict[tuple[str, str], int] = {}
        for kind, parent, number in self._rows(
            "SELECT kind, parent, count(*) FROM documents INDEXED BY documents_by_parent GROUP BY 1, 2"
        ):
            told = parent if kind in ("feeds", "clusters", "pacts") else ""
            kinds[kind, told] = kinds.get((kind, told), 0) + number
        return Counts(
            stories=self._number("SELECT count(*) FROM stories"),
            clusters=kinds.get(("clusters", ""), 0),
            pacts=kinds.get(("pacts", ""), 0),
            alerts=kinds.get(("alerts", ""), 0),
            dead_letters=kinds.get(("dead-letters", ""), 0),
            feeds_ok=kinds.get(("feeds", "ok"), 0),
            feeds_failing=kinds.get(("feeds", "failing"), 0),
        )

    def clusters_with(self, query: str, limit: int = 20, offset: int = 0) -> list[Cluster]:
        """Return the clusters with a story that matches, by the newest such story. Raises QueryError."""
        condition = self._condition(query)
        found = summary.clusters_with(
            self._connection(), self._source(condition, offset + limit), condition, limit, offset
        )
        clusters = (self.cluster(cluster_id) for cluster_id in found)
        return list({one.id: one for one in clusters if one is not None}.values())

    def facets(self, query: str, fields: Sequence[str], limit: int = 10) -> dict[str, list[Facet]]:
        """Return the commonest values of each keyword field among the newest stories that match."""
        condition = self._condition(query)
        return summary.facets(self._connection(), self._source(condition, FACETED), condition, fields, limit)

    def over_time(self, query: str, since: datetime, until: datetime, span_s: int) -> list[Span]:
        """Return how many stories match per span. Raises QueryError and ValueError."""
        wanted = starts(since, until, span_s)
        return summary.over_time(self._connection(), self._condition(query), since, until, wanted)

    def every_story(self, since: datetime | None = None) -> Iterator[Story]:
        """Yield every stored story, oldest first."""
        since_ms = int(since.timestamp() * 1000) if since else -(2**62)
        cursor = self._connection().execute(
            "SELECT document FROM stories WHERE timestamp >= ? ORDER BY timestamp, id", (since_ms,)
        )
        for (payload,) in cursor:
            yield wire.decode(payload, Story)

    # ---- how

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                f"{self.path.absolute().as_uri()}?mode=ro", uri=True, timeout=30.0, check_same_thread=False
            )
            try:
                schema.check(connection)
            except BaseException:
                connection.close()
                raise
            self._local.connection = connection
            self._open.append(connection)
        return connection

    def _rows(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[Any]:
        return self._connection().execute(sql, parameters).fetchall()

    def _number(self, sql: str, parameters: tuple[Any, ...] = ()) -> int:
        return int(self._rows(sql, parameters)[0][0])

    def _condition(self, query: str) -> Condition:
        return compile_query(parse(query, STORY, datetime.now(UTC)), self._connection())

    def _source(self, condition: Condition, wanted: int) -> str:
        return self._plans.source(condition, self._connection(), wanted)

    def _document(self, kind: str, identity: str, decoded: type[D]) -> D | None:
        rows = self._rows("SELECT document FROM documents WHERE kind = ? AND id = ?", (kind, identity))
        return wire.decode(rows[0][0], decoded) if rows else None

    def _followed(self, kind: str, identity: str, decoded: type[D]) -> D | None:
        for _ in range(MAX_MERGES_FOLLOWED):
            found = self._document(kind, identity, decoded)
            if found is None or not (merged_into := getattr(found, "merged_into", "")):
                return found
            identity = merged_into
        return None

    def _listed(
        self, kind: str, decoded: type[D], parent: str | None, limit: int, offset: int, query: str = "",
        fields: FieldSet | None = None, after: Place | None = None,
    ) -> list[D]:  # fmt: skip
        """List by time. Clusters and pacts are few beside stories, so queries on them are matched here."""
        filtered = bool(query.strip()) and fields is not None
        place = after or Place(2**62, "")
        rows = self._connection().execute(
            "SELECT document FROM documents WHERE kind = ? AND (? IS NULL OR parent = ?) AND sort <= ? "
            "AND (sort < ? OR id > ?) ORDER BY sort DESC, id LIMIT ? OFFSET ?",
            (
                kind,
                parent,
                parent,
                place.moment_ms,
                *place,
                -1 if filtered else limit,
                0 if filtered else offset,
            ),
        )
        found = (wire.decode(row[0], decoded) for row in rows)
        if fields is None or not filtered:
            return list(found)
        wanted = parse(query, fields, datetime.now(UTC))
        matching = (document for document in found if matches(wanted, Subjected(document, fields)))
        return list(islice(matching, offset, offset + limit))
