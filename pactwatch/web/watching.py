"""The pages of alerts: what was told and why, and what a query would have told."""

from collections import Counter
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from pactwatch.web import trial
from pactwatch.web.desk import Desk, TheDesk
from stories.errors import QueryError
from stories.model import Severity

router = APIRouter(include_in_schema=False)
MOST = 100
COUNTED = 1_000


def told(desk: Desk) -> list[tuple[str, int]]:
    """Return the subscriptions with how often they fired lately, by name; those that never did, too."""
    fired = Counter(alert.subscription for alert in desk.reader.alerts("", COUNTED))
    return sorted(((name, fired[name]) for name in desk.subscriptions | fired.keys()), key=lambda one: one[0])


@router.get("/alerts")
def alerts(request: Request, desk: TheDesk) -> HTMLResponse:
    """Show the alerts of every subscription, with their receipts."""
    return desk.page(request, "alerts", alerts=desk.reader.alerts("", MOST), told=told(desk), name="")


@router.get("/try")
def try_query(
    request: Request,
    desk: TheDesk,
    q: str = "",
    on: Literal["story", "cluster", "pact"] = "story",
    name: str = "my-subscription",
    severity: Severity = "medium",
    origins: int = 0,
) -> HTMLResponse:
    """Show what a query would have told in the last days, and the entry to paste."""
    context = {
        "asked": q,
        "on": on,
        "name": name,
        "severity": severity,
        "origins": origins,
        "days": trial.DAYS,
    }
    if not q.strip():
        return desk.page(request, "try", **context)
    end = desk.newest()
    try:
        wanted = trial.subscription(name, on, q, severity, origins)
        result = trial.tried(desk.reader, wanted, end)
    except (ValueError, QueryError) as error:
        return desk.page(request, "try", 400, error=error, **context)
    return desk.page(request, "try", result=result, end=end, most=trial.MOST, **context)


@router.get("/alerts/{name}")
def alerts_of(request: Request, desk: TheDesk, name: str) -> HTMLResponse:
    """Show the alerts of one subscription."""
    found = desk.reader.alerts(name, MOST)
    if not found and name not in desk.subscriptions:
        return desk.missing(request, f"subscription called {name}")
    return desk.page(request, "alerts", alerts=found, told=told(desk), name=name)
