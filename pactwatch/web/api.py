"""The store for programs: /api/v1, JSON, a cursor to the next page in the Link header, problem details."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from pactwatch.web import asof, cursors, schemas
from pactwatch.web.answers import JSON, answer
from pactwatch.web.desk import TheDesk
from pactwatch.web.problems import RESPONSES
from sinks.reader import Place
from stories.model import Alert, Cluster, Document, FeedState, Pact, PactChange, Story

router = APIRouter(prefix="/api/v1", responses=RESPONSES, tags=["v1"])

MOST_QUERY = 4_000
Q = Annotated[str, Query(max_length=MOST_QUERY, description="A Lucene query string; empty for all.")]
Stories = Annotated[str, Query(max_length=MOST_QUERY, description="A query for stories, in place of `q`.")]
Limit = Annotated[int, Query(ge=1, le=500, description="How many at most.")]
Cursor = Annotated[str, Query(max_length=20_000, description="From the Link header of the page before.")]
Id = Annotated[str, Query(alias="id", max_length=12_000)]
FacetField = Literal["actors", "topics", "language", "feed.name", "persons", "step", "outlet", "countries"]

_encoder = msgspec.json.Encoder(order="deterministic")
NUMBERS = {"type": "object", "additionalProperties": {"type": "integer"}}


MOMENT = {"type": "string", "format": "date-time"}


def _counted(**named: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a list of counts, each of what `named` says."""
    properties = {**named, "stories": {"type": "integer"}}
    return {
        "type": "array",
        "items": {"type": "object", "properties": properties, "required": list(properties)},
    }


FACETS = {"type": "object", "additionalProperties": _counted(value={"type": "string"}, newest=MOMENT)}
SPANS = _counted(start=MOMENT)


def _list(
    request: Request, limit: int, word: str, ask: Callable[[int, Place | None], Sequence[Document]]
) -> Response:
    """Answer with one page of a listing; one more than wanted is asked for, to know of a next."""
    found = ask(limit + 1, cursors.place(word))
    headers = {}
    if len(found) > limit:
        given = {**request.query_params, "cursor": cursors.cursor(found[limit - 1])}
        headers["Link"] = f'<{request.url.path}?{urlencode(given)}>; rel="next"'
    return answer(request, _encoder.encode(found[:limit]), JSON, headers)


def _aware(moment: datetime) -> datetime:
    """Return `moment`, which is meant in UTC where it names no zone."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _one(request: Request, document: Document | None, what: str) -> Response:
    if document is None:
        raise HTTPException(404, f"there is no {what}")
    return answer(request, _encoder.encode(document), JSON)


@router.get("/stories", responses=schemas.returns(schemas.many(Story), "Stories, newest first.", paged=True))
def stories(request: Request, desk: TheDesk, q: Q = "", limit: Limit = 20, cursor: Cursor = "") -> Response:
    """Stories that match, newest first."""
    return _list(request, limit, cursor, lambda most, after: desk.reader.search(q, most, after=after))


@router.get("/story", responses=schemas.returns(schemas.ref(Story), "The story."))
def story(request: Request, desk: TheDesk, identity: Id) -> Response:
    """One story, by its id or its address."""
    return _one(request, desk.reader.story(identity), "such story")


@router.get("/related", responses=schemas.returns(schemas.many(Story), "The others, newest first."))
def related(request: Request, desk: TheDesk, identity: Id, limit: Limit = 50) -> Response:
    """The other stories of a story's event, newest first."""
    story = desk.reader.story(identity)
    found = desk.reader.related(story, limit) if story is not None else []
    return answer(request, _encoder.encode(found), JSON)


@router.get(
    "/clusters", responses=schemas.returns(schemas.many(Cluster), "Clusters, last seen first.", paged=True)
)
def clusters(
    request: Request, desk: TheDesk, q: Q = "", stories: Stories = "", limit: Limit = 20, cursor: Cursor = ""
) -> Response:
    """Clusters that match, the last seen first; or those with a matching story, by the newest of these."""
    if stories.strip():
        if q.strip() or cursor:
            raise HTTPException(400, "stories: a list by stories takes no q and goes on at no cursor")
        return answer(request, _encoder.encode(desk.reader.clusters_with(stories, limit)), JSON)
    return _list(request, limit, cursor, lambda most, after: desk.reader.clusters(q, most, after=after))


@router.get("/clusters/{cluster_id}", responses=schemas.returns(schemas.ref(Cluster), "The cluster."))
def cluster(request: Request, desk: TheDesk, cluster_id: str) -> Response:
    """One cluster; the id of one that was merged leads to what it became."""
    return _one(request, desk.reader.cluster(cluster_id), "such cluster")


@router.get("/pacts", responses=schemas.returns(schemas.many(Pact), "Pacts, last told of first.", paged=True))
def pacts(request: Request, desk: TheDesk, q: Q = "", limit: Limit = 100, cursor: Cursor = "") -> Response:
    """Pacts that match, the last told of first."""
    return _list(request, limit, cursor, lambda most, after: desk.reader.pacts(q, most, after=after))


@router.get("/pacts/{pact_id}", responses=schemas.returns(schemas.ref(Pact), "The pact."))
def pact(request: Request, desk: TheDesk, pact_id: str, as_of: date | None = None) -> Response:
    """One pact, now or as it was known at the end of a day."""
    found = desk.reader.pact(pact_id)
    if found and as_of:
        found = asof.known(desk.reader, found, as_of)
    return _one(request, found, f"such pact{f' on {as_of}' if as_of else ''}")


@router.get("/pacts/{pact_id}/changes", responses=schemas.returns(schemas.many(PactChange), "Newest first."))
def pact_changes(request: Request, desk: TheDesk, pact_id: str) -> Response:
    """What was new about a pact, newest first."""
    return answer(request, _encoder.encode(desk.reader.pact_changes(pact_id)), JSON)


@router.get("/alerts", responses=schemas.returns(schemas.many(Alert), "Alerts, newest first.", paged=True))
def alerts(
    request: Request, desk: TheDesk, subscription: str = "", limit: Limit = 50, cursor: Cursor = ""
) -> Response:
    """Alerts, newest first, of one subscription or of all."""
    return _list(
        request, limit, cursor, lambda most, after: desk.reader.alerts(subscription, most, after=after)
    )


@router.get("/alerts/{alert_id}", responses=schemas.returns(schemas.ref(Alert), "The alert."))
def alert(request: Request, desk: TheDesk, alert_id: str) -> Response:
    """One alert with its receipt."""
    return _one(request, desk.reader.alert(alert_id), "such alert")


@router.get("/feeds", responses=schemas.returns(schemas.many(FeedState), "Feeds, by address."))
def feeds(request: Request, desk: TheDesk) -> Response:
    """The state of every feed, by address."""
    return answer(request, _encoder.encode(desk.reader.feeds()), JSON)


@router.get(
    "/facets",
    responses=schemas.returns(FACETS, "Values and counts."),
)
def facets(
    request: Request,
    desk: TheDesk,
    field: Annotated[list[FacetField], Query(max_length=8)],
    q: Q = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
) -> Response:
    """The commonest values of fields among the newest stories that match."""
    found = desk.reader.facets(q, list(dict.fromkeys(field)), limit)
    plain = {name: [facet._asdict() for facet in facets] for name, facets in found.items()}
    return answer(request, _encoder.encode(plain), JSON)


@router.get("/over-time", responses=schemas.returns(SPANS, "When each span begins, and its stories."))
def over_time(
    request: Request, desk: TheDesk, since: datetime, until: datetime, q: Q = "",
    span_s: Annotated[int, Query(ge=60, le=366 * 86_400, description="Seconds of one span.")] = 86_400,
) -> Response:  # fmt: skip
    """How many stories match per span of time."""
    try:
        found = desk.reader.over_time(q, _aware(since), _aware(until), span_s)
    except (ValueError, OverflowError) as error:
        raise HTTPException(400, str(error)) from error
    return answer(request, _encoder.encode([span._asdict() for span in found]), JSON)


@router.get("/status", responses=schemas.returns(NUMBERS, "Numbers of documents."))
def status(request: Request, desk: TheDesk) -> Response:
    """How much the store holds."""
    found: dict[str, Any] = desk.reader.counts()._asdict()
    return answer(request, _encoder.encode(found), JSON)
