"""Faults as problem details (RFC 9457) for programs, and as pages for people."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from pactwatch.web.desk import Desk
from stories.errors import PactwatchError, QueryError, TemporaryError

log = logging.getLogger(__name__)
API = "/api/"
MEDIA_TYPE = "application/problem+json"
RESPONSES: dict[int | str, dict[str, Any]] = {
    code: {
        "description": text,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for code, text in (
        ("4XX", "The request cannot be answered; `detail` says why."),
        ("5XX", "The store cannot be read now."),
    )
}


class Problem(msgspec.Struct, omit_defaults=True):
    """A fault in the form of RFC 9457; `column` is where a query cannot be read, 1 the first character."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"
    column: int = 0
    suggestion: str = ""


def install(app: FastAPI) -> None:
    """Have every fault of `app` answered in words."""

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        return told(request, error.status_code, str(error.detail), headers=error.headers)

    @app.exception_handler(RequestValidationError)
    async def unreadable(request: Request, error: RequestValidationError) -> Response:
        faults = (f"{'.'.join(map(str, one['loc'][1:]))}: {one['msg']}" for one in error.errors())
        return told(request, HTTPStatus.BAD_REQUEST, "; ".join(faults))

    @app.exception_handler(QueryError)
    async def misread(request: Request, error: QueryError) -> Response:
        return told(request, HTTPStatus.BAD_REQUEST, str(error), query=error)

    @app.exception_handler(TemporaryError)
    async def away(request: Request, error: TemporaryError) -> Response:
        wait = {"Retry-After": str(int(error.retry_after_s))}
        return told(request, HTTPStatus.SERVICE_UNAVAILABLE, str(error), headers=wait)

    @app.exception_handler(PactwatchError)
    async def broken(request: Request, error: PactwatchError) -> Response:
        log.error("%s: %s", request.url.path, error)
        return told(request, HTTPStatus.INTERNAL_SERVER_ERROR, str(error))

    @app.exception_handler(Exception)
    async def unforeseen(request: Request, error: Exception) -> Response:
        return told(request, HTTPStatus.INTERNAL_SERVER_ERROR, "a fault of pactwatch: report it with the log")


def told(
    request: Request, status: int, detail: str, query: QueryError | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """Return a fault as a program or a person wants to read it."""
    title = HTTPStatus(status).phrase
    if request.url.path.startswith(API):
        problem = Problem(title, status, detail)
        if query:
            problem.column, problem.suggestion = query.column, query.suggestion
        return Response(msgspec.json.encode(problem), status, headers, MEDIA_TYPE)
    desk: Desk = request.app.state.desk
    page = desk.page(request, "fault", status, title=title, detail=detail)
    page.headers.update(headers or {})
    return page
