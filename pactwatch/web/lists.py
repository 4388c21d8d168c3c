"""Every list of the page as Atom and CSV, at the page's own address with .atom or .csv behind it."""

from collections.abc import Sequence
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from pactwatch import pacts_export
from pactwatch.web import atom, tables
from pactwatch.web.answers import ATOM, CSV, answer
from pactwatch.web.desk import Desk, TheDesk
from pactwatch.web.today import chosen, clusters
from stories.model import Alert

router = APIRouter(include_in_schema=False)
MOST_ENTRIES = 50
MOST_ROWS = 5_000


def _atom(request: Request, title: str, page: str, entries: Sequence[atom.Entry]) -> Response:
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    base = str(request.base_url).rstrip("/")
    return answer(request, atom.feed(f"pactwatch: {title}", base, path, page, entries), ATOM)


def _csv(request: Request, body: bytes, name: str) -> Response:
    return answer(request, body, CSV, {"Content-Disposition": f'attachment; filename="{name}.csv"'})


@router.get("/search.atom")
def stories_atom(request: Request, desk: TheDesk, q: str = "") -> Response:
    """Stories that match."""
    page = f"/search?{urlencode({'q': q})}" if q else "/search"
    return _atom(request, q or "stories", page, list(map(atom.of_story, desk.reader.search(q, MOST_ENTRIES))))


@router.get("/search.csv")
def stories_csv(request: Request, desk: TheDesk, q: str = "") -> Response:
    """Stories that match."""
    rows = map(tables.of_story, desk.reader.search(q, MOST_ROWS))
    return _csv(request, tables.table(tables.STORY, rows), "stories")


@router.get("/clusters.atom")
def clusters_atom(request: Request, desk: TheDesk) -> Response:
    """The clusters of today's page, with its filters."""
    filters = chosen(request)
    page = f"/?{filters.address}" if filters.address else "/"
    found = clusters(desk, filters, MOST_ENTRIES)
    return _atom(request, filters.query or "clusters", page, list(map(atom.of_cluster, found)))


@router.get("/clusters.csv")
def clusters_csv(request: Request, desk: TheDesk) -> Response:
    """The clusters of today's page, with its filters."""
    found = clusters(desk, chosen(request), MOST_ROWS)
    return _csv(request, tables.table(tables.CLUSTER, map(tables.of_cluster, found)), "clusters")


@router.get("/pacts.atom")
def pacts_atom(request: Request, desk: TheDesk, q: str = "") -> Response:
    """Pacts that match."""
    page = f"/pacts?{urlencode({'q': q})}" if q else "/pacts"
    found = desk.reader.pacts(q, MOST_ENTRIES)
    return _atom(request, q or "pacts", page, list(map(atom.of_pact, found)))


@router.get("/pacts.csv")
def pacts_csv(request: Request, desk: TheDesk, q: str = "") -> Response:
    """The facts of the pacts that match, one a line."""
    return _csv(request, pacts_export.as_csv(desk.reader.pacts(q, MOST_ROWS)).encode(), "pacts")


@router.get("/actors.atom")
def actors_atom(request: Request, desk: TheDesk) -> Response:
    """Whom the newest stories name."""
    return _atom(request, "actors", "/actors", list(map(atom.of_actor, desk.choices()["actors"])))


@router.get("/actors.csv")
def actors_csv(request: Request, desk: TheDesk) -> Response:
    """Whom the newest stories name."""
    return _csv(request, tables.table(tables.ACTOR, map(tables.of_actor, desk.choices()["actors"])), "actors")


@router.get("/alerts.atom")
def alerts_atom(request: Request, desk: TheDesk) -> Response:
    """Alerts of every subscription."""
    return _alerts_atom(request, "alerts", "/alerts", desk.reader.alerts("", MOST_ENTRIES))


@router.get("/alerts.csv")
def alerts_csv(request: Request, desk: TheDesk) -> Response:
    """Alerts of every subscription."""
    return _alerts_csv(request, "alerts", desk.reader.alerts("", MOST_ROWS))


@router.get("/alerts/{name}.atom")
def subscription_atom(request: Request, desk: TheDesk, name: str) -> Response:
    """Alerts of one subscription; of a configured one that has not fired yet an empty feed."""
    return _alerts_atom(request, name, f"/alerts/{name}", _alerts_of(desk, name, MOST_ENTRIES))


@router.get("/alerts/{name}.csv")
def subscription_csv(request: Request, desk: TheDesk, name: str) -> Response:
    """Alerts of one subscription."""
    return _alerts_csv(request, "alerts", _alerts_of(desk, name, MOST_ROWS))


def _alerts_of(desk: Desk, name: str, most: int) -> list[Alert]:
    found = desk.reader.alerts(name, most)
    if not found and name not in desk.subscriptions:
        raise HTTPException(
            404, f"there is no subscription called {name}: it has not fired, nor does alerts.yaml have it"
        )
    return found


def _alerts_atom(request: Request, title: str, page: str, alerts: list[Alert]) -> Response:
    return _atom(request, title, page, list(map(atom.of_alert, alerts)))


def _alerts_csv(request: Request, name: str, alerts: list[Alert]) -> Response:
    return _csv(request, tables.table(tables.ALERT, map(tables.of_alert, alerts)), name)


@router.get("/feeds.atom")
def feeds_atom(request: Request, desk: TheDesk) -> Response:
    """How each feed fares."""
    return _atom(request, "feeds", "/feeds", list(map(atom.of_feed, desk.reader.feeds())))


@router.get("/feeds.csv")
def feeds_csv(request: Request, desk: TheDesk) -> Response:
    """How each feed fares."""
    rows = map(tables.of_feed, desk.reader.feeds())
    return _csv(request, tables.table(tables.FEED, rows), "feeds")
