"""What the page asks of many stories at once, as aggregations; answers as the embedded store gives them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sinks.reader import Facet, Place, Span, moment, series

Clause = Mapping[str, Any]
Asked = dict[str, Any]
_NEWEST: Asked = {"newest": {"max": {"field": "@timestamp"}}}
PER_SHARD = 2_000  # values each shard reports, so that the counts of the commonest are exact


def newest(wanted: Clause, oldest: Place | None) -> Clause:
    """Return `wanted`, down to the story at `oldest` in the listing."""
    if oldest is None:
        return wanted
    same = [{"term": {"@timestamp": oldest.moment_ms}}, {"range": {"id": {"lte": oldest.id}}}]
    later = {"range": {"@timestamp": {"gt": oldest.moment_ms}}}
    return {
        "bool": {
            "filter": wanted, "should": [later, {"bool": {"filter": same}}], "minimum_should_match": 1,
        }
    }  # fmt: skip


def commonest(fields: Sequence[str], limit: int) -> Asked:
    """Return what asks for the commonest values of each field."""
    return {
        field: {
            "terms": {"field": field, "size": limit, "shard_size": max(limit, PER_SHARD)},
            "aggs": _NEWEST,
        }
        for field in fields
    }


def facets(answer: Mapping[str, Any], fields: Sequence[str]) -> dict[str, list[Facet]]:
    """Return what `commonest` was answered."""
    return {
        field: [
            Facet(str(bucket["key"]), bucket["doc_count"], moment(bucket["newest"]["value"]))
            for bucket in answer[field]["buckets"]
        ]
        for field in fields
    }


def within(wanted: Clause, since: datetime, until: datetime) -> Clause:
    """Return `wanted`, from `since` to before `until`."""
    between = {"range": {"@timestamp": {"gte": since.isoformat(), "lt": until.isoformat()}}}
    return {"bool": {"filter": [wanted, between]}}


def per_span(span_s: int) -> Asked:
    """Return what asks for a count per span; those without stories are filled in afterwards."""
    counted = {"field": "@timestamp", "fixed_interval": f"{span_s}s", "min_doc_count": 1}
    return {"spans": {"date_histogram": counted}}


def over_time(answer: Mapping[str, Any], wanted: Sequence[int]) -> list[Span]:
    """Return what `per_span` was answered, for the spans that begin at `wanted`."""
    buckets = answer["spans"]["buckets"]
    return series({bucket["key"] // 1000: bucket["doc_count"] for bucket in buckets}, wanted)


def clusters_with(most: int) -> Asked:
    """Return what asks for clusters, by the newest of their stories that match."""
    order = [{"newest": "desc"}, {"_key": "asc"}]
    terms = {"field": "cluster", "size": most, "order": order}
    return {"clusters": {"terms": terms, "aggs": _NEWEST}}
