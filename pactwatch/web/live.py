"""News as it arrives: server-sent events for the page of today."""

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse, Response, StreamingResponse

from pactwatch.web.desk import PAGE_SIZE, Desk, TheDesk
from pactwatch.web.queries import Filters
from pactwatch.web.today import chosen, clusters
from stories.errors import PactwatchError

router = APIRouter(include_in_schema=False)

LOOK_EVERY_S = 1.5
BEAT_EVERY_S = 15.0  # a line that says nothing, so that proxies keep the connection
RETRY_MS = 5_000
MOST_LISTENERS = 100


class Listeners:
    """How many streams are open, and when they are to end: a server waits for them before it stops."""

    def __init__(self, stopping: asyncio.Event | None) -> None:
        self.open, self.stopping = 0, stopping

    async def pause(self) -> bool:
        """Wait until it is time to look again; return whether to go on."""
        if self.stopping is None:
            await asyncio.sleep(LOOK_EVERY_S)
            return True
        try:
            await asyncio.wait_for(self.stopping.wait(), LOOK_EVERY_S)
        except TimeoutError:
            return True
        return False


@router.get("/live")
async def live(request: Request, desk: TheDesk) -> Response:
    """Stream the clusters that the page of today would show with the same filters, each when it changes."""
    listeners: Listeners = request.app.state.listeners
    if listeners.open >= MOST_LISTENERS:
        return PlainTextResponse("too many are listening, try again\n", 503, {"Retry-After": "60"})
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    stream = _stream(desk, listeners, chosen(request))
    return StreamingResponse(stream, media_type="text/event-stream", headers=headers)


async def _stream(desk: Desk, listeners: Listeners, filters: Filters) -> AsyncIterator[str]:
    listeners.open += 1
    try:
        yield f"retry: {RETRY_MS}\n\n"
        shown: dict[str, int] = {}
        silent_s, going = 0.0, True
        while going:
            try:
                event = await run_in_threadpool(_news, desk, filters, shown)
            except PactwatchError:
                event = ""  # the store is away for a moment: the page stays as it is
            if event:
                yield event
            silent_s = 0.0 if event else silent_s + LOOK_EVERY_S
            if silent_s >= BEAT_EVERY_S:
                yield ": still here\n\n"
                silent_s = 0.0
            going = await listeners.pause()
    finally:
        listeners.open -= 1


def _news(desk: Desk, filters: Filters, shown: dict[str, int]) -> str:
    """Return an event with the cards that are new or changed, the newest last; `shown` is kept up to date."""
    changed = [one for one in clusters(desk, filters, PAGE_SIZE) if shown.get(one.id, -1) < one.revision]
    if not changed:
        return ""
    cards = []
    for cluster in reversed(changed):
        shown[cluster.id] = cluster.revision
        html = desk.part("card", cluster=cluster)
        cards.append({"id": cluster.id, "revision": cluster.revision, "html": html})
    return f"event: clusters\ndata: {json.dumps(cards)}\n\n"
