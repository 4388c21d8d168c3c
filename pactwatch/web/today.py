"""The first page: the newest or the growing clusters, narrowed by what a reader picks."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from pactwatch.web.desk import PAGE_SIZE, Desk, TheDesk
from pactwatch.web.growth import gained
from pactwatch.web.queries import Filters
from stories.model import Cluster

router = APIRouter(include_in_schema=False)
CONSIDERED = 200  # of the newest clusters, those that may be growing


@router.get("/")
def today(request: Request, desk: TheDesk, order: str = "") -> HTMLResponse:
    """Show what is new, beside the newest alerts and pacts."""
    filters = chosen(request)
    found = growing(desk, filters) if order == "growing" else clusters(desk, filters, PAGE_SIZE)
    return desk.page(
        request, "today", clusters=found, filters=filters, order=order, choices=desk.choices(),
        pacts=desk.reader.pacts(limit=6), alerts=desk.reader.alerts(limit=6), counts=desk.counts(),
        troubled=[feed for feed in desk.feeds() if feed.error][:8],
    )  # fmt: skip


def chosen(request: Request) -> Filters:
    """Return the filters of an address; what is no filter is left alone."""
    given = request.query_params
    return Filters(**{name: given.get(name, "") for name in Filters.__struct_fields__})


def clusters(desk: Desk, filters: Filters, limit: int) -> list[Cluster]:
    """Return the newest clusters with a story that `filters` let through."""
    if not filters.query:
        return desk.reader.clusters("", limit)
    return desk.reader.clusters_with(filters.query, limit)


def growing(desk: Desk, filters: Filters) -> list[Cluster]:
    """Return clusters with several origins, those first that gained most in their last day."""
    found = clusters(desk, filters, CONSIDERED)
    newest = max((cluster.last_seen for cluster in found), default=None)
    if newest is None:
        return []

    def gain(cluster: Cluster) -> tuple[int, int]:
        return gained(cluster, newest), cluster.origins

    return sorted((one for one in found if one.size > 1), key=gain, reverse=True)[:PAGE_SIZE]
