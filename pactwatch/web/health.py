"""Whether the page is alive, and whether it can answer: for supervisors and proxies, who bring no token."""

import logging

from fastapi import APIRouter
from starlette.responses import PlainTextResponse

from pactwatch.web.desk import TheDesk
from pactwatch.web.guard import ALIVE, READY

log = logging.getLogger(__name__)
router = APIRouter(include_in_schema=False)


@router.get(ALIVE)
def alive() -> PlainTextResponse:
    """Say that the process answers."""
    return PlainTextResponse("alive\n")


@router.get(READY)
def ready(desk: TheDesk) -> PlainTextResponse:
    """Say whether the store answers, too; why not is in the log, as this is told to everybody."""
    try:
        desk.reader.counts()
    except Exception:
        log.exception("the page is not ready: its store does not answer")
        return PlainTextResponse("the store does not answer\n", 503)
    return PlainTextResponse("ready\n")
