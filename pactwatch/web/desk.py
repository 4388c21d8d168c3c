"""What every page is made with: the store it reads, the templates, the words for times and addresses."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, cast
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates

from pactwatch.web.actors import actor, chip, flagged
from pactwatch.web.charts import bars, hourly, sparkline
from pactwatch.web.freshness import Fresh
from pactwatch.web.growth import gained
from pactwatch.web.marks import marked
from pactwatch.web.queries import FACETS, HELP, WITHIN, both, term
from pactwatch.web.wording import changed
from sinks.reader import Counts, Facet, Reader
from stories.model import FeedState, PactStep, Story, Subject

HERE = Path(__file__).parent
PAGE_SIZE = 20
FRESH_S = 2.0  # how long sums over the whole store are shown again without asking
MOST_CHOICES = 60

# text that turns the reading direction of what follows; harmless inside an element, not in a title
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")


class Desk:
    """Renders pages over one store. Used by many threads at once."""

    def __init__(self, reader: Reader, subscriptions: Iterable[str] = ()) -> None:
        self.reader, self.subscriptions = reader, frozenset(subscriptions)
        self.templates = Jinja2Templates(directory=HERE / "templates")
        self.templates.env.trim_blocks = self.templates.env.lstrip_blocks = True
        self.templates.env.filters.update(
            actor=actor, chip=chip, flagged=flagged, ago=ago, when=when, web=web_address, plain=plain,
            clip=clip, story=story_path, person=person, due=due, subject=subject_path, gained=gained,
            thousands=thousands,
        )  # fmt: skip
        self.templates.env.globals.update(
            marked=marked, changed=changed, bars=bars, sparkline=sparkline, hourly=hourly, term=term,
            both=both, FACETS=FACETS, HELP=HELP, WITHIN=WITHIN,
        )  # fmt: skip
        self._fresh = Fresh(FRESH_S)

    def page(
        self, request: Request, template: str, status_code: int = 200, /, **context: Any
    ) -> HTMLResponse:
        """Return the page made from a template."""
        return self.templates.TemplateResponse(request, f"{template}.html", context, status_code=status_code)

    def part(self, name: str, **context: Any) -> str:
        """Return a piece of a page."""
        return self.templates.get_template(f"{name}.html").render(context)

    def missing(self, request: Request, what: str) -> HTMLResponse:
        """Return the page that says what is not there."""
        return self.page(request, "missing", 404, what=what)

    def counts(self) -> Counts:
        """Return how much there is, as of a moment ago."""
        return self._fresh.get("counts", self.reader.counts)

    def choices(self) -> dict[str, list[Facet]]:
        """Return what the newest stories can be filtered by, as of a moment ago."""
        return self.facets("", tuple(FACETS), MOST_CHOICES)

    def facets(self, query: str, fields: tuple[str, ...], limit: int) -> dict[str, list[Facet]]:
        """Return the commonest values among the newest stories that match, as of a moment ago."""
        return self._fresh.get(
            ("facets", query, fields, limit), lambda: self.reader.facets(query, fields, limit)
        )

    def count(self, query: str) -> int:
        """Return how many stories match, as of a moment ago."""
        return self._fresh.get(("count", query), lambda: self.reader.count(query))

    def feeds(self) -> list[FeedState]:
        """Return the state of every feed, as of a moment ago."""
        return self._fresh.get("feeds", self.reader.feeds)

    def newest(self) -> datetime:
        """Return the time of the newest story, never later than now; now where there is none."""
        found = self._fresh.get("newest", lambda: self.reader.search("", 1))
        now = datetime.now(UTC)
        return min(found[0].timestamp, now) if found else now


async def _desk(request: Request) -> Desk:  # async, or a thread would be woken for it
    return cast(Desk, request.app.state.desk)


TheDesk = Annotated[Desk, Depends(_desk)]


def steps_in_order(steps: list[PactStep]) -> list[PactStep]:
    """Return `steps` oldest first; a step without a date comes last."""
    return sorted(steps, key=lambda step: (step.date or "9999", step.step))


def when(moment: datetime | None) -> str:
    """Return a moment to the minute, in UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M") if moment else "no date"


def ago(moment: datetime | None) -> str:
    """Return roughly how long ago `moment` was, or how soon it will be."""
    if moment is None:
        return "never"
    seconds = (datetime.now(UTC) - moment).total_seconds()
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if abs(seconds) >= size:
            number = f"{int(abs(seconds) // size)} {unit}"
            return f"{number} ago" if seconds > 0 else f"in {number}"
    return "just now"


def due(moment: datetime | None) -> str:
    """Return how soon `moment` will be; what is past by then is late, not forgotten."""
    return ago(moment) if moment and moment > datetime.now(UTC) else "as soon as possible"


def web_address(story_or_url: Story | str) -> str:
    """Return an address that is safe to link to: http or https, else nothing."""
    url = story_or_url if isinstance(story_or_url, str) else story_or_url.url
    return url if url.lower().startswith(("http://", "https://")) else ""


def plain(text: str) -> str:
    """Return `text` without the signs that turn its direction: for a window's title, a label, a drawing."""
    return _TURNING.sub("", text)


def clip(text: str, most: int = 300) -> str:
    """Return `text`, cut where a list would drown in it."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def thousands(number: int) -> str:
    """Return a number as people read a large one: 12,345."""
    return f"{number:,}"


def person(code: str) -> str:
    """Return a person's code as a name: VLADIMIR-PUTIN is Vladimir Putin."""
    return code.replace("-", " ").title()


def story_path(story_id: str) -> str:
    """Return the address of a story's page; ids may hold anything, so they travel as a value."""
    return f"/story?id={quote(story_id, safe='')}"


def subject_path(subject: Subject) -> str:
    """Return the address of what an alert is about."""
    if subject.kind == "story":
        return story_path(subject.id)
    return f"/{subject.kind}/{quote(subject.id, safe='')}"
