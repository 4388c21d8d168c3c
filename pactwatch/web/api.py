"""The lists of the page as JSON, under /api/v1."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request

from sinks.reader import Reader
from stories import wire
from stories.errors import QueryError

router = APIRouter(prefix="/api/v1")

Limit = Annotated[int, Query(ge=1, le=500)]
Offset = Annotated[int, Query(ge=0, le=100_000)]


def _reader(request: Request) -> Reader:
    reader: Reader = request.app.state.reader
    return reader


@router.get("/stories")
def stories(request: Request, q: str = "", limit: Limit = 20, offset: Offset = 0) -> list[dict[str, Any]]:
    """Stories that match a Lucene query string, newest first."""
    try:
        return [wire.to_builtins(story) for story in _reader(request).search(q, limit, offset)]
    except QueryError as error:
        raise HTTPException(400, str(error)) from error


@router.get("/clusters")
def clusters(request: Request, limit: Limit = 20, offset: Offset = 0) -> list[dict[str, Any]]:
    """Clusters, the last seen first."""
    return [wire.to_builtins(cluster) for cluster in _reader(request).clusters("", limit, offset)]


@router.get("/pacts")
def pacts(request: Request, limit: Limit = 100, offset: Offset = 0) -> list[dict[str, Any]]:
    """Pacts, the last seen first."""
    return [wire.to_builtins(pact) for pact in _reader(request).pacts("", limit, offset)]


@router.get("/alerts")
def alerts(request: Request, limit: Limit = 50, offset: Offset = 0) -> list[dict[str, Any]]:
    """Alerts, newest first."""
    return [wire.to_builtins(alert) for alert in _reader(request).alerts("", limit, offset)]


@router.get("/status")
def status(request: Request) -> dict[str, int]:
    """How much the store holds."""
    return _reader(request).counts()._asdict()
