"""What the page asks of many stories at once: facets, series over time, the clusters behind a query."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sinks.reader import FACETED, Facet, Span, moment, series
from sinks.sqlite.plan import BY_TIME
from sinks.sqlite.query import Condition


class _Told(NamedTuple):
    """A cluster by the newest story that matched; clusters of one moment are told apart by id."""

    moment_ms: int
    cluster: str

    @property
    def order(self) -> tuple[int, str]:
        return -self.moment_ms, self.cluster


def facets(
    connection: sqlite3.Connection, source: str, condition: Condition, fields: Sequence[str], limit: int
) -> dict[str, list[Facet]]:
    """Return the commonest values of each field among the newest stories of `source` that match."""
    found: dict[str, list[Facet]] = {field: [] for field in fields}
    names = ", ".join("?" * len(fields))
    rows = connection.execute(
        f"WITH newest AS MATERIALIZED (SELECT row, timestamp FROM {source} WHERE {condition.sql} "
        "ORDER BY timestamp DESC, id LIMIT ?) "
        "SELECT field, value, count(*), max(timestamp) "
        "FROM newest CROSS JOIN story_values INDEXED BY story_values_by_story ON story = newest.row "
        f"WHERE field IN ({names}) GROUP BY field, value ORDER BY count(*) DESC, value",
        (*condition.parameters, FACETED, *fields),
    )
    for field, value, count, newest_ms in rows:
        if len(found[field]) < limit:
            found[field].append(Facet(value, count, moment(newest_ms)))
    return found


def over_time(
    connection: sqlite3.Connection, condition: Condition, since: datetime, until: datetime,
    wanted: Sequence[int],
) -> list[Span]:  # fmt: skip
    """Return how many stories match in each of the spans that begin at `wanted`."""
    if not wanted:
        return []
    span_ms = (wanted[1] - wanted[0] if len(wanted) > 1 else 2**31) * 1000
    first_ms = wanted[0] * 1000
    rows = connection.execute(
        f"SELECT (timestamp - ?) / ?, count(*) FROM {BY_TIME} WHERE timestamp >= ? AND timestamp < ? "
        f"AND ({condition.sql}) GROUP BY 1",
        (
            first_ms,
            span_ms,
            int(since.timestamp() * 1000),
            int(until.timestamp() * 1000),
            *condition.parameters,
        ),
    )
    counted = {wanted[number]: count for number, count in rows}
    return series(counted, wanted)


def clusters_with(
    connection: sqlite3.Connection, source: str, condition: Condition, limit: int, offset: int
) -> list[str]:
    """Return the ids of clusters by their newest story that matches; stories are walked newest first."""
    rows = connection.execute(
        f"SELECT timestamp, cluster FROM {source} WHERE ({condition.sql}) AND cluster != '' "
        "ORDER BY timestamp DESC, id",
        condition.parameters,
    )
    found: dict[str, _Told] = {}
    last_ms = 0
    for moment_ms, cluster in rows:
        if len(found) >= offset + limit and moment_ms < last_ms:
            break  # what shares the last one's moment may still come before it
        if cluster not in found:
            found[cluster] = _Told(moment_ms, cluster)
            last_ms = moment_ms
    ordered = sorted(found.values(), key=lambda told: told.order)
    return [told.cluster for told in ordered[offset : offset + limit]]
