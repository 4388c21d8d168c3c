"""The page of a cluster: one event, its stories by the hour, and what stands beside it."""

from datetime import UTC, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from pactwatch.web.charts import HOURS, hourly
from pactwatch.web.desk import TheDesk
from pactwatch.web.queries import term
from sinks import beside
from sinks.reader import Reader
from stories.model import Cluster
from streams.pacts.obligations import CONFLICT, Obligation, obligations

router = APIRouter(include_in_schema=False)
MOST_STATES = 100  # of a conflict, those whose pacts are looked for
MOST_PACTS = 1_000
MOST_CHAPTERS = 50


@router.get("/cluster/{cluster_id}")
def cluster(request: Request, desk: TheDesk, cluster_id: str) -> HTMLResponse:
    """Show the stories of an event, newest first."""
    found = desk.reader.cluster(cluster_id)
    if found is None:
        return desk.missing(request, f"cluster {cluster_id}")
    chapters = beside.storyline(desk.reader, found, MOST_CHAPTERS)
    return desk.page(
        request, "cluster", cluster=found, by_hour=by_hour(found), obligations=binding(desk.reader, found),
        chapters=chapters if len(chapters) > 1 else [], elsewhere=beside.elsewhere(desk.reader, found),
    )  # fmt: skip


def by_hour(cluster: Cluster) -> list[tuple[str, int]]:
    """Return the last hours of a cluster by name, each with its stories."""
    end = cluster.last_seen.astimezone(UTC)
    counts = hourly((link.published for link in cluster.stories), end)
    names = [f"{end - timedelta(hours=HOURS - 1 - number):%H:00}" for number in range(HOURS)]
    return list(zip(names, counts, strict=True))


def binding(reader: Reader, cluster: Cluster) -> list[Obligation]:
    """Return the pacts that bind the states of a conflict; none for a cluster on something else."""
    if CONFLICT not in cluster.topics or not cluster.countries:
        return []
    parties = " OR ".join(term("parties", country) for country in cluster.countries[:MOST_STATES])
    return obligations(cluster, reader.pacts(parties, MOST_PACTS))
