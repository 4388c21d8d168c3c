"""The door of a process without a page: alive or not, ready or not, how far each step is, and /metrics."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from pactwatch import service
from pactwatch.metrics import PATH as METRICS
from pactwatch.metrics import Metrics
from pactwatch.web.guard import ALIVE, READY, Guard
from streams.kafka.progress import Progress

Job = Callable[[asyncio.Event], Awaitable[None]]


def application(
    progress: Sequence[Progress],
    metrics: Metrics,
    ready: Callable[[], bool] = lambda: True,
    token: str = "",
) -> Guard:
    """Return what answers /healthz with 200, and /readyz with 503 until all of `progress` and `ready` are.

    Neither asks for the `token`, /metrics does.
    """

    def answer(status: int) -> JSONResponse:
        steps = [
            {
                "step": part.step, "ready": part.ready, "waiting": part.lag, "processed": part.processed,
                "dead_letters": part.letters, "silent_s": round(part.silent_s, 1),
            }
            for part in progress
        ]  # fmt: skip
        return JSONResponse({"steps": steps}, status)

    async def alive(request: Request) -> JSONResponse:
        return answer(200)

    async def prepared(request: Request) -> JSONResponse:
        return answer(200 if ready() and all(part.ready for part in progress) else 503)

    routes = [Route(ALIVE, alive), Route(READY, prepared), Route(METRICS, metrics.answer)]
    return Guard(Starlette(routes=routes), token=token)


def door(app: Guard, listener: socket.socket) -> Job:
    """Return the job that answers for `app` on `listener` until told to stop."""
    return partial(service.answer, app, listener)
