"""A worker's own door on loopback: alive or not, ready or not, and how far each step is."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from pactwatch.service import QuietServer, free_port
from pactwatch.web.guard import ALIVE, READY
from streams.kafka.progress import Progress


def application(progress: Sequence[Progress]) -> Starlette:
    """Return what answers /healthz with 200, and /readyz with 503 until every step has its partitions."""

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

    async def ready(request: Request) -> JSONResponse:
        return answer(200 if all(part.ready for part in progress) else 503)

    return Starlette(routes=[Route(ALIVE, alive), Route(READY, ready)])


def door(progress: Sequence[Progress], port: int) -> Callable[[asyncio.Event], Awaitable[None]]:
    """Return the job that answers on `port` of loopback, or the next free one, until told to stop."""

    async def run(stop: asyncio.Event) -> None:
        config = uvicorn.Config(application(progress), log_level="warning", access_log=False, lifespan="off")
        server = QuietServer(config)
        task = asyncio.create_task(server.serve(sockets=[free_port("127.0.0.1", port)]))
        await stop.wait()
        server.should_exit = True
        await task

    return run
