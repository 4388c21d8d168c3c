"""The pages of pacts: all of them, and one with its life, scoreboard and the sentence behind each fact."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from pactwatch.web import asof
from pactwatch.web.desk import TheDesk, steps_in_order
from pactwatch.web.scoreboard import scoreboard
from pactwatch.web.timeline import timeline
from stories.errors import QueryError

router = APIRouter(include_in_schema=False)
MOST = 200


@router.get("/pacts")
def pacts(request: Request, desk: TheDesk, q: str = "") -> HTMLResponse:
    """Show the pacts, the last told of first."""
    try:
        return desk.page(request, "pacts", pacts=desk.reader.pacts(q, MOST), pact_query=q)
    except QueryError as error:
        return desk.page(request, "pacts", 400, pacts=[], pact_query=q, error=error)


@router.get("/pact/{pact_id}")
def pact(
    request: Request, desk: TheDesk, pact_id: str, as_of: date | None = None, day: int | None = None
) -> HTMLResponse:
    """Show a pact, now or as it was known on a day: `as_of`, or so many days after the first report."""
    found = desk.reader.pact(pact_id)
    if found is None:
        return desk.missing(request, f"pact {pact_id}")
    days = asof.days(found)
    until = days.day(day) if day is not None else as_of
    shown = asof.known(desk.reader, found, until) if until else found
    steps = steps_in_order(shown.steps) if shown else []
    return desk.page(
        request, "pact", pact=shown, now=found, steps=steps, days=days, until=until,
        number=(until - days.first).days if until else days.length,
        drawing=timeline(steps, until), score=scoreboard(shown, steps) if shown else None,
    )  # fmt: skip
