"""A pact's chain of facts as a table that people pass on: Markdown, CSV, or plain rows."""

import csv
import io
from collections.abc import Sequence
from typing import Literal, NamedTuple

from stories import days
from stories.model import Pact, PactStep, Provision, StoryLink

COLUMNS = ("date", "step", "by", "status", "mark", "source", "published", "url", "sentence")
Mark = Literal["new", "corrects"]


class Line(NamedTuple):
    """One fact of a pact and where it was read; every field is text, empty where it is not known."""

    date: str
    step: str
    by: str
    status: str
    mark: str
    source: str
    published: str
    url: str
    sentence: str


class Entry(NamedTuple):
    """One story of a pact's chain, and the facts it was the first to tell, each new or a correction."""

    link: StoryLink
    facts: list[tuple[Mark, PactStep]]


def chain(pact: Pact) -> list[Entry]:
    """Return the stories of `pact`, newest first, each with the facts it added or corrected."""
    return [
        Entry(link, [(mark(pact, step), step) for step in pact.steps if step.evidence.story == link.id])
        for link in pact.stories
    ]


def mark(pact: Pact, step: PactStep) -> Mark:
    """Return whether `step` is new, or corrects what a story published before said of the same act."""
    told = {link.id: link.published for link in pact.stories}
    when = told.get(step.evidence.story)
    before = [
        other
        for other in pact.steps
        if when is not None and (earlier := told.get(other.evidence.story)) is not None and earlier < when
    ]
    return "corrects" if any(contradict(step, other) for other in before) else "new"


def contradict(one: PactStep, other: PactStep) -> bool:
    """Return whether two facts cannot both be right: one act with two dates, or both done and denied."""
    if one.step != other.step or one.by != other.by or "planned" in (one.status, other.status):
        return False
    return one.status != other.status or not days.agree(one.date, other.date)


def lines(pact: Pact) -> list[Line]:
    """Return the facts of `pact`, newest first, those without a date on top: they are still to come."""
    links = {link.id: link for link in pact.stories}
    ordered = sorted(pact.steps, key=lambda step: (step.date or "9999", step.step, step.by), reverse=True)
    return [_line(step, mark(pact, step), links.get(step.evidence.story)) for step in ordered]


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
    promised = [_promise(name, one) for name, one in pact.provisions.items()]
    table = [
        "| " + " | ".join(COLUMNS) + " |",
        "|" + "---|" * len(COLUMNS),
        *("| " + " | ".join(_cell(value) for value in line) + " |" for line in lines(pact)),
    ]
    stories = [f"- {_story(entry)}" for entry in chain(pact)]
    return "\n".join([*head, *promised, *([""] if promised else []), *table, "", *stories]) + "\n"


def as_csv(pacts: Sequence[Pact]) -> str:
    """Return the facts of `pacts` as CSV with a header line; the pact's id and name come first."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("pact", "name", *COLUMNS))
    writer.writerows((pact.id, _safe(pact.name), *map(_safe, line)) for pact in pacts for line in lines(pact))
    return out.getvalue()


def _line(step: PactStep, how: Mark, link: StoryLink | None) -> Line:
    source = (link.outlet or link.title or link.id) if link else step.evidence.story
    published = link.published.date().isoformat() if link else ""
    url = link.url if link else ""
    by = ", ".join(step.by)
    return Line(step.date, step.step, by, step.status, how, source, published, url, step.evidence.text)


def _promise(name: str, told: Provision) -> str:
    """A provision with its sentence, and with the one that contradicts it."""
    proof = f" (“{_cell(told.evidence.text)}”)" if told.evidence else ""
    contrary = f"; but “{_cell(told.contrary.text)}”" if told.contrary else ""
    return f"- {name.replace('_', ' ')}: {told.value}{proof}{contrary}"


def _story(entry: Entry) -> str:
    """A story of the chain: when, what, where, and what it added."""
    link = entry.link
    told = "; ".join(f"{how} {step.step} {step.date}".strip() for how, step in entry.facts)
    where = f" ({_cell(link.outlet)})" if link.outlet else ""
    title = _cell(link.title or link.url or link.id)
    return f"{link.published:%Y-%m-%d} {title}{where}: {told or 'retold'}"


def _cell(value: str) -> str:
    """A bar or a line break in a sentence must not break the table, nor a tag slip into a page."""
    return " ".join(value.replace("|", "\\|").replace("<", "&lt;").split())


def _safe(value: str) -> str:
    """A spreadsheet runs what begins like a formula; words of the news must stay words."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
