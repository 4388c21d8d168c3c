"""The page and the API over a Reader: today, a story, a cluster, a pact, alerts, feeds, search."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from pactwatch.web.actors import actor
from pactwatch.web.api import router as api_router
from pactwatch.web.marks import marked
from sinks.reader import Reader
from stories.errors import QueryError
from stories.model import PactStep, Story
from streams.pacts.obligations import CONFLICT, obligations

HERE = Path(__file__).parent
PAGE_SIZE = 20
MAX_PACTS = 10_000  # of which those that bind a conflict's states are picked

SECURITY_HEADERS = {
    # Everything a page needs comes from the page itself; feeds bring text, never markup or script.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def create(reader: Reader) -> FastAPI:
    """Return the ASGI application that shows what `reader` holds."""
    app = FastAPI(title="pactwatch", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json")
    app.state.reader = reader
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    app.include_router(api_router)
    _add_pages(app, reader, _templates())

    @app.middleware("http")
    async def secure(request: Request, call_next: Any) -> Response:
        response: Response = await call_next(request)
        response.headers.update(SECURITY_HEADERS)
        return response

    return app


def _templates() -> Jinja2Templates:
    templates = Jinja2Templates(directory=HERE / "templates")
    templates.env.filters.update(actor=actor, ago=ago, when=when, web=web_address)
    templates.env.globals.update(marked=marked, steps_in_order=steps_in_order)
    return templates


def _add_pages(app: FastAPI, reader: Reader, templates: Jinja2Templates) -> None:
    def page(request: Request, name: str, status_code: int = 200, **context: Any) -> HTMLResponse:
        return templates.TemplateResponse(request, f"{name}.html", context, status_code=status_code)

    def missing(request: Request, what: str) -> HTMLResponse:
        return page(request, "missing", 404, what=what)

    @app.get("/", include_in_schema=False)
    def today(request: Request) -> HTMLResponse:
        return page(
            request, "today", clusters=reader.clusters(limit=PAGE_SIZE), pacts=reader.pacts(limit=8),
            alerts=reader.alerts(limit=8), feeds=reader.feeds(), counts=reader.counts(),
        )  # fmt: skip

    @app.get("/search", include_in_schema=False)
    def search(request: Request, q: str = "", page_number: int = 1) -> HTMLResponse:
        offset = (max(1, page_number) - 1) * PAGE_SIZE
        try:
            stories, total, error = reader.search(q, PAGE_SIZE, offset), reader.count(q), ""
        except QueryError as fault:
            stories, total, error = [], 0, str(fault)
        return page(
            request, "search", 400 if error else 200, q=q, stories=stories, total=total, error=error,
            page_number=max(1, page_number), pages=-(-total // PAGE_SIZE),
        )  # fmt: skip

    @app.get("/story", include_in_schema=False)
    def story(request: Request, id: str) -> HTMLResponse:  # noqa: A002  (the address of a story)
        found = reader.story(id)
        if found is None:
            return missing(request, f"story {id}")
        return page(
            request, "story", story=found, related=reader.related(found.id),
            cluster=reader.cluster(found.cluster) if found.cluster else None,
        )  # fmt: skip

    @app.get("/cluster/{cluster_id}", include_in_schema=False)
    def cluster(request: Request, cluster_id: str) -> HTMLResponse:
        found = reader.cluster(cluster_id)
        if found is None:
            return missing(request, f"cluster {cluster_id}")
        pacts = reader.pacts(limit=MAX_PACTS) if CONFLICT in found.topics else []
        return page(request, "cluster", cluster=found, obligations=obligations(found, pacts)[:PAGE_SIZE])

    @app.get("/pacts", include_in_schema=False)
    def pacts(request: Request) -> HTMLResponse:
        return page(request, "pacts", pacts=reader.pacts(limit=200))

    @app.get("/pact/{pact_id:path}", include_in_schema=False)
    def pact(request: Request, pact_id: str) -> HTMLResponse:
        found = reader.pact(pact_id)
        if found is None:
            return missing(request, f"pact {pact_id}")
        return page(request, "pact", pact=found)

    @app.get("/alerts", include_in_schema=False)
    def alerts(request: Request) -> HTMLResponse:
        return page(request, "alerts", alerts=reader.alerts(limit=100))

    @app.get("/feeds", include_in_schema=False)
    def feeds(request: Request) -> HTMLResponse:
        return page(request, "feeds", feeds=reader.feeds())


def steps_in_order(steps: list[PactStep]) -> list[PactStep]:
    """Return `steps` oldest first; a step without a date comes last."""
    return sorted(steps, key=lambda step: (step.date or "9999", step.step))


def when(moment: datetime | None) -> str:
    """Return a moment to the minute, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if moment else "no date"


def ago(moment: datetime | None) -> str:
    """Return roughly how long ago `moment` was."""
    if moment is None:
        return "never"
    seconds = (datetime.now(UTC) - moment).total_seconds()
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit} ago"
    return "just now"


def web_address(story_or_url: Story | str) -> str:
    """Return an address that is safe to link to: http or https, else nothing."""
    url = story_or_url if isinstance(story_or_url, str) else story_or_url.url
    return url if url.lower().startswith(("http://", "https://")) else ""
