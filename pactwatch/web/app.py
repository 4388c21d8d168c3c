"""The page and the API over a Reader, put together."""

import asyncio
from collections.abc import Iterable

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from pactwatch.metrics import PATH as METRICS
from pactwatch.metrics import Metrics
from pactwatch.web import (
    agreements,
    api,
    events,
    health,
    lists,
    live,
    problems,
    reading,
    schemas,
    today,
    watching,
)
from pactwatch.web.desk import HERE, Desk
from pactwatch.web.guard import Guard
from sinks.reader import Reader


def create(
    reader: Reader,
    stopping: asyncio.Event | None = None,
    names: Iterable[str] = (),
    token: str = "",
    subscriptions: Iterable[str] = (),
    metrics: Metrics | None = None,
) -> FastAPI:
    """Return the ASGI application that shows what `reader` holds, to whoever brings `token`, if there is one.

    Streams end when `stopping` is set. `names` are the host names it answers to, beside addresses and names
    of the local network. `subscriptions` are shown before they have fired, too. `metrics` is what this
    process counts: /metrics answers with it, and with what the store holds.
    """
    app = FastAPI(title="pactwatch", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json")
    app.state.reader = reader
    desk = app.state.desk = Desk(reader, subscriptions)
    counting = metrics or Metrics()
    counting.ask_store(desk.counts)
    counting.ask_feeds(desk.feeds)
    app.add_api_route(METRICS, counting.answer, include_in_schema=False)
    app.state.listeners = live.Listeners(stopping)
    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    for part in (
        api,
        lists,
        live,
        today,
        reading,
        events,
        agreements,
        watching,
        health,
    ):  # lists first: NAME.atom is no NAME
        app.include_router(part.router)
    problems.install(app)
    schemas.install(app)
    app.add_middleware(Guard, names=tuple(names), token=token)
    return app
