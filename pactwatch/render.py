"""Documents as tables and cards for a terminal."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, TypeVar

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from pactwatch.pacts_export import Entry
from sinks.beside import Elsewhere
from stories.model import Alert, Cluster, DeadLetter, Delivery, FeedState, Pact, PactStep, Story
from streams.pacts.obligations import Obligation

T = TypeVar("T")
BAR = 50
MOST_DAYS = 120
_COLOURS = {"actor": "cyan", "person": "magenta", "topic": "bold yellow", "provision": "green"}


def progress(items: Iterable[T], what: str, total: int | None = None) -> Iterator[T]:
    """Yield `items` under a progress bar on standard error; without a terminal there is no bar."""
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        yield from bar.track(items, total=total, description=what)


@contextmanager
def polling(feeds: int) -> Iterator[Callable[[FeedState, int], None]]:
    """Show a progress bar while polling `feeds` feeds, on standard error; it is told of each poll."""
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        task, new = bar.add_task("Polling", total=feeds), 0

        def polled(state: FeedState, stories: int) -> None:
            nonlocal new
            new += stories
            bar.update(task, advance=1, description=f"Polling, {new} stories")

        yield polled


def marked(story: Story) -> RenderableType:
    """Return a tagged story under its id and topics: its marks in colour, and below the rules behind them."""
    parts: list[RenderableType] = [_headed(story)]
    for field in ("title", "summary", "body"):
        text = Text(getattr(story, field))
        receipts = [mention for mention in story.mentions if mention.field == field]
        for mention in receipts:
            text.stylize(_COLOURS[mention.kind], mention.start, mention.end)
        if text:
            parts.append(text)
        for mention in receipts:
            how = "" if mention.status == "affirmed" else f" ({mention.status})"
            place = f"{field}[{mention.start}:{mention.end}]"
            what = (f"  {mention.kind} {mention.id}", _COLOURS[mention.kind])
            parts.append(Text.assemble(what, f"{how}: {mention.text!r} at {place}, by {mention.rule}"))
    parts += [Text(f"  step {step_line(step)}: {step.evidence.text!r}", "bold") for step in story.steps]
    return Group(*parts, Text())


def _headed(story: Story) -> Text:
    """Return the id of a story and what it reports, each topic as planned or denied where it is."""
    how = dict.fromkeys(story.planned, " (planned)") | dict.fromkeys(story.negated, " (denied)")
    topics = [topic + how.get(topic, "") for topic in sorted({*story.topics, *story.negated})]
    return Text.assemble((story.id, "bold"), "  ", (", ".join(topics) or "no topic", _COLOURS["topic"]))


def per_day(counts: Mapping[str, int]) -> RenderableType:
    """Return a plot of how many on each day (YYYY-MM-DD), the quiet days between them included."""
    if not counts:
        return Text("nothing")
    most = max(counts.values())
    day, last = date.fromisoformat(min(counts)), date.fromisoformat(max(counts))
    if (last - day).days > MOST_DAYS:
        day = last - timedelta(days=MOST_DAYS)
    lines = []
    while day <= last:
        count = counts.get(day.isoformat(), 0)
        lines.append(f"{day} {'█' * -(-count * BAR // most)} {count or '·'}")
        day += timedelta(days=1)
    return Text("\n".join(lines))


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def stories(found: Sequence[Story]) -> Table:
    """Return stories, one a row."""
    table = _table("published", "title", "outlet", "actors", "topics")
    for story in found:
        when = story.published.strftime("%Y-%m-%d %H:%M") if story.published else "no date"
        table.add_row(when, escape(story.title), escape(story.outlet or story.feed.name),
                      " ".join(story.actors), " ".join(story.topics))  # fmt: skip
    return table


def clusters(found: Sequence[Cluster]) -> Table:
    """Return clusters, one a row; what they go on from only where one does."""
    follows = any(cluster.follows for cluster in found)
    table = _table(
        "last seen", "title", "stories", "origins", "actors", "topics", *["goes on from"] * follows
    )
    for cluster in found:
        table.add_row(f"{cluster.last_seen:%Y-%m-%d %H:%M}", told(cluster), str(cluster.size),
                      str(cluster.origins), " ".join(cluster.actors), " ".join(cluster.topics),
                      *[escape(cluster.follows_by)] * follows)  # fmt: skip
    return table


def told(cluster: Cluster) -> Text:
    """Return a cluster's title, and under it its summary line, if it has one."""
    return Text.assemble(cluster.title, *[("\n" + cluster.summary, "dim")] * bool(cluster.summary))


def elsewhere(found: Sequence[Elsewhere]) -> Table:
    """Return clusters in other languages, one a row."""
    table = _table("likeness", "language", "last seen", "title", "stories", "both have")
    for one in found:
        cluster = one.cluster
        table.add_row(f"{one.likeness:.2f}", cluster.language, f"{cluster.last_seen:%Y-%m-%d %H:%M}",
                      escape(cluster.title), str(cluster.size), escape(one.tie))  # fmt: skip
    return table


def pacts(found: Sequence[Pact]) -> Table:
    """Return pacts, one a row."""
    table = _table("id", "name", "parties", "stage", "ratified", "missing")
    for pact in found:
        table.add_row(pact.id, escape(pact.name), " ".join(pact.parties), pact.stage,
                      " ".join(pact.ratified), " ".join(pact.missing))  # fmt: skip
    return table


def step_line(step: PactStep) -> str:
    """Return a step in one line: what, when, by whom."""
    how = {"done": "", "planned": " (planned)", "denied": " (denied)"}[step.status]
    return f"{step.step}{how} {step.date} by {', '.join(step.by) or 'unnamed'}"


def pact(found: Pact) -> RenderableType:
    """Return one pact whole."""
    years = f", {found.duration_years} years" if found.duration_years else ""
    lines = [
        f"[bold]{escape(found.name)}[/] ({found.kind}{years})",
        f"  parties: {', '.join(found.parties)}; stage: {found.stage}",
    ]
    lines += [f"  {step_line(step)}" for step in found.steps]
    if found.ratified or found.missing:
        ratified, missing = (", ".join(codes) or "none" for codes in (found.ratified, found.missing))
        lines.append(f"  ratified: {ratified}; missing: {missing}")
    for name, provision in found.provisions.items():
        contested = " (contested)" if provision.contrary else ""
        lines.append(f"  {name.replace('_', ' ')}: {provision.value}{contested}")
    return Group(*lines)


def pact_chain(entries: Sequence[Entry]) -> Table:
    """Return the stories of a pact, newest first, with what each added or corrected and its sentence."""
    table = _table("published", "story", "fact", "sentence")
    for link, facts in entries:
        told = "\n".join(f"{mark}: {step_line(step)}" for mark, step in facts) or "retold"
        sentences = "\n".join(dict.fromkeys(step.evidence.text for _, step in facts))
        table.add_row(f"{link.published:%Y-%m-%d}", escape(link.title or link.id), told, escape(sentences))
    return table


def obligations(found: Sequence[Obligation]) -> Table:
    """Return the pacts that bind the states of a conflict, one a row."""
    table = _table("binds", "pact", "stage", "promises", "id")
    for pact, bound, _, promises in found:
        told = ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in promises.items())
        table.add_row(" ".join(bound), escape(pact.name), pact.stage, told or "not told", pact.id)
    return table


def alerts(found: Sequence[Alert]) -> Table:
    """Return alerts, one a row."""
    table = _table("when", "subscription", "severity", "title", "fact", "id")
    for one in found:
        table.add_row(f"{one.when:%Y-%m-%d %H:%M}", one.subscription, one.severity, escape(one.title),
                      escape(one.fact), one.id)  # fmt: skip
    return table


def alert(found: Alert) -> RenderableType:
    """Return one alert with its receipt."""
    lines = [
        f"[bold]{escape(found.title)}[/]",
        f"  {found.subscription} ({found.severity}), {found.when:%Y-%m-%d %H:%M}, {escape(found.fact)}",
        f"  query: {escape(found.receipt.query)}",
    ]
    for clause in found.receipt.matched:
        place = f" [{clause.start}:{clause.end}]" if clause.start is not None else ""
        lines.append(f"    {escape(clause.clause)} in {clause.field}{escape(place)}: {escape(clause.value)}")
    lines.append(f"  stories: {len(found.receipt.stories)}, independent origins: {found.receipt.origins}")
    return Group(*lines)


def deliveries(found: Sequence[Delivery]) -> Table:
    """Return deliveries, one a row."""
    table = _table("when", "subscription", "channel", "tries", "outcome", "alert")
    for one in found:
        table.add_row(f"{one.when:%Y-%m-%d %H:%M}", one.subscription, escape(one.channel), str(one.tries),
                      escape(one.error or "taken"), one.alert)  # fmt: skip
    return table


def feeds(found: Sequence[FeedState]) -> Table:
    """Return feeds, one a row."""
    table = _table("feed", "health", "entries", "last success")
    for feed in found:
        success = f"{feed.last_success:%Y-%m-%d %H:%M}" if feed.last_success else "never"
        table.add_row(escape(feed.name or feed.url), escape(feed.error or feed.warning or "fine"),
                      str(feed.entries), success)  # fmt: skip
    return table


def dead_letters(found: Sequence[DeadLetter]) -> Table:
    """Return dead letters, one a row."""
    table = _table("when", "topic", "reason", "id")
    for letter in found:
        table.add_row(f"{letter.when:%Y-%m-%d %H:%M}", letter.topic, escape(letter.reason), letter.id)
    return table


def status(plain: Mapping[str, Any]) -> Table:
    """Return how it stands, a figure a row; of what has parts each part."""
    table = Table.grid(padding=(0, 2))
    for name, value in plain.items():
        if name == "troubles":
            continue
        if isinstance(value, Mapping):
            value = ", ".join(f"{number} {part.replace('_', ' ')}" for part, number in value.items())
        table.add_row(name.replace("_", " "), str(value))
    return table
