"""The pages a reader goes on to: a search, a story, an actor, the feeds."""

from datetime import UTC, datetime, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from pactwatch.web.desk import PAGE_SIZE, TheDesk
from pactwatch.web.queries import FACETS, term
from sinks.reader import FACETED
from stories.errors import QueryError
from stories.fields import STORY
from stories.model import FeedState

router = APIRouter(include_in_schema=False)
ACTOR_DAYS = 90
MOST_PACTS = 10
MOST_PAGES = 500  # deeper reading is for the API's cursors


@router.get("/search")
def search(request: Request, desk: TheDesk, q: str = "", page_number: int = 1) -> HTMLResponse:
    """Show the stories that match, with facets to narrow them."""
    number = max(1, min(page_number, MOST_PAGES))
    context = {"q": q, "fields": sorted(STORY.types), "counted": FACETED, "page_number": number}
    try:
        stories = desk.reader.search(q, PAGE_SIZE, (number - 1) * PAGE_SIZE)
        total, facets = desk.count(q), desk.facets(q, tuple(FACETS), 8)
    except QueryError as error:
        return desk.page(request, "search", 400, error=error, **context)
    pages = min(-(-total // PAGE_SIZE), MOST_PAGES)
    return desk.page(request, "search", stories=stories, total=total, facets=facets, pages=pages, **context)


@router.get("/story")
def story(request: Request, desk: TheDesk, id: str) -> HTMLResponse:  # noqa: A002  (as the address says)
    """Show a story with its tags marked in place, beside what belongs to it."""
    found = desk.reader.story(id)
    if found is None:
        return desk.missing(request, f"story {id}")
    cluster = desk.reader.cluster(found.cluster) if found.cluster else None
    pacts = []
    if found.steps:
        pacts = [pact for pact in desk.reader.pacts() if any(link.id == found.id for link in pact.stories)]
    return desk.page(
        request, "story", story=found, related=desk.reader.related(found), cluster=cluster, pacts=pacts
    )


@router.get("/actors")
def actors(request: Request, desk: TheDesk) -> HTMLResponse:
    """Show whom the newest stories name."""
    return desk.page(request, "actors", actors=desk.choices()["actors"], counted=FACETED)


@router.get("/actor/{code}")
def actor(request: Request, desk: TheDesk, code: str) -> HTMLResponse:
    """Show an actor: its stories over time, its pacts, with whom it appears."""
    query = term("actors", code)
    stories = desk.reader.search(query, PAGE_SIZE)
    pacts = desk.reader.pacts(term("parties", code), MOST_PACTS)
    if not stories and not pacts:
        return desk.missing(request, f"actor {code}")
    end = (stories[0].timestamp if stories else datetime.now(UTC)) + timedelta(seconds=1)
    spans = desk.reader.over_time(query, end - timedelta(days=ACTOR_DAYS), end, 86_400)
    facets = desk.facets(query, ("actors", "persons", "topics"), 13)
    return desk.page(
        request, "actor", code=code, query=query, stories=stories, pacts=pacts, facets=facets,
        total=desk.count(query), counted=FACETED,
        spans=[(f"{span.start:%d %b}", span.stories) for span in spans],
        pact_query=term("parties", code), most_pacts=MOST_PACTS,
        companions=[facet for facet in facets["actors"] if facet.value != code],
    )  # fmt: skip


@router.get("/feeds")
def feeds(request: Request, desk: TheDesk) -> HTMLResponse:
    """Show how each feed fares, those in trouble first."""
    found = sorted(desk.reader.feeds(), key=lambda feed: (not feed.error, not feed.warning, feed.name))
    return desk.page(request, "feeds", feeds=[(feed, per_day(feed)) for feed in found])


def per_day(feed: FeedState) -> float | None:
    """Return how many entries a day a feed had lately; None where too few are known to tell."""
    if len(feed.arrivals) < 2:
        return None
    days = (feed.arrivals[0] - feed.arrivals[-1]).total_seconds() / 86_400
    return (len(feed.arrivals) - 1) / days if days > 0 else None
