"""A pact's chain of facts as a table that people pass on: Markdown, CSV, or plain rows."""

import csv
import io
from collections.abc import Sequence
from typing import NamedTuple

from stories.model import Pact, PactStep, StoryLink

COLUMNS = ("date", "step", "by", "status", "source", "published", "url", "sentence")


class Line(NamedTuple):
    """One fact of a pact and where it was read; every field is text, empty where it is not known."""

    date: str
    step: str
    by: str
    status: str
    source: str
    published: str
    url: str
    sentence: str


def lines(pact: Pact) -> list[Line]:
    """Return the facts of `pact`, newest first, those without a date on top: they are still to come."""
    links = {link.id: link for link in pact.stories}
    ordered = sorted(pact.steps, key=lambda step: (step.date or "9999", step.step, step.by), reverse=True)
    return [_line(step, links.get(step.evidence.story)) for step in ordered]


def markdown(pact: Pact) -> str:
    """Return `pact` as a Markdown section: what it is, its scoreboard, provisions and chain of facts."""
    duration = f", for {pact.duration_years} years" if pact.duration_years else ""
    head = [
        f"## {_cell(pact.name)}",
        "",
        f"{pact.kind} of {', '.join(pact.parties) or 'parties not told'}{duration}; stage: {pact.stage}",
        "",
        f"Ratified by {', '.join(pact.ratified) or 'none yet'}; missing: {', '.join(pact.missing) or 'none'}",
        "",
    ]
    promised = [
        f"- {name.replace('_', ' ')}: {one.value}" + (f" (“{one.evidence.text}”)" if one.evidence else "")
        for name, one in pact.provisions.items()
    ]
    table = [
        "| " + " | ".join(COLUMNS) + " |",
        "|" + "---|" * len(COLUMNS),
        *("| " + " | ".join(_cell(value) for value in line) + " |" for line in lines(pact)),
    ]
    return "\n".join([*head, *promised, *([""] if promised else []), *table]) + "\n"


def as_csv(pacts: Sequence[Pact]) -> str:
    """Return the facts of `pacts` as CSV with a header line; the pact's id and name come first."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("pact", "name", *COLUMNS))
    writer.writerows((pact.id, _safe(pact.name), *map(_safe, line)) for pact in pacts for line in lines(pact))
    return out.getvalue()


def _line(step: PactStep, link: StoryLink | None) -> Line:
    source = (link.outlet or link.title or link.id) if link else step.evidence.story
    published = link.published.date().isoformat() if link else ""
    url = link.url if link else ""
    by = ", ".join(step.by)
    return Line(step.date, step.step, by, step.status, source, published, url, step.evidence.text)


def _cell(value: str) -> str:
    """A bar or a line break in a sentence must not break the table, nor a tag slip into a page."""
    return " ".join(value.replace("|", "\\|").replace("<", "&lt;").split())


def _safe(value: str) -> str:
    """A spreadsheet runs what begins like a formula; words of the news must stay words."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
