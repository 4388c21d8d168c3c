"""Commands on tags: the filter, why a story lacks a topic, and stored stories under changed rules."""

import sys
from collections import Counter
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.text import Text

from pactwatch import render
from pactwatch.commands.context import Context
from pactwatch.commands.filters import Lines, Reading
from pactwatch.commands.times import Since, moment
from stories import wire
from stories.errors import PermanentError
from stories.model import TOPICS, Story

out = Console(soft_wrap=True)
FIELDS = ("language", "topics", "planned", "negated", "actors", "persons", "steps")


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(tag)
    app.command("why-not")(why_not)
    app.command()(retag)


def tag(
    context: typer.Context,
    file: Lines,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print each text with its marks in colour, and the rules.")
    ] = False,
) -> None:
    """Answer each story with its language, actors, topics and pact steps filled in."""
    given: Context = context.obj
    reading = Reading(file)
    for story in reading:
        tagged = given.tagger.tag(story)
        if explain:
            out.print(render.marked(tagged))
        else:
            sys.stdout.buffer.write(wire.encode(tagged) + b"\n")
    reading.finish()


def why_not(
    context: typer.Context,
    story: Annotated[str, typer.Argument(help="A story's id or address.")],
    topic: Annotated[str, typer.Argument(help="A topic, such as ratification.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False,
) -> None:
    """Say which clause of each rule kept a stored story from having a topic."""
    from streams.tag import explain

    given: Context = context.obj
    known = sorted({*TOPICS, *(rule.id for rule in given.settings.topics)})
    if topic not in known:
        raise PermanentError(f"there is no topic {topic!r}: take one of {', '.join(known)}")
    found = given.reader().story(story)
    if found is None:
        raise PermanentError(f"there is no story {story!r} in the store: `pactwatch search` shows ids")
    failures = explain.why_not(given.tagger, found, topic)
    if as_json:
        out.print_json(data=[failure._asdict() for failure in failures])
        return
    if topic in found.topics:
        how = "denied" if topic in found.negated else "planned" if topic in found.planned else "reported"
        out.print(f"It has the topic {topic}: {how}.")
    near = [failure for failure in failures if failure.clause != explain.NO_WORD]
    for failure in near:
        out.print(Text.assemble((failure.rule, "bold"), f"  {failure.clause}\n    {failure.sentence}"))
    if others := [failure.rule for failure in failures if failure.clause == explain.NO_WORD]:
        out.print(Text(f"No word of these rules stands in it: {', '.join(others)}", "dim"))


def retag(
    context: typer.Context,
    since: Since = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False,
) -> None:
    """Run stored stories through the rules as they are now, and say what changed; no fact is told twice."""
    given: Context = context.obj
    changed: list[Story] = []
    told: list[dict[str, object]] = []
    stories = given.reader().every_story(moment(since))
    for story in render.progress(stories, "Retagging", total=given.reader().counts().stories):
        if differences := _differences(story, given.tagger.tag(story)):
            changed.append(story)
            told.append({"id": story.id, "title": story.title, **differences})
    if changed and not dry_run:
        given.tag_again(changed)
    if as_json:
        out.print_json(data=told)
        return
    _print_changes(told)
    verb = "would change" if dry_run else "changed"
    out.print(f"{len(changed)} stories {verb}.")


def _differences(old: Story, new: Story) -> dict[str, dict[str, list[str]]]:
    """Return, by field, what the new tags add and take away."""
    found = {}
    for field in FIELDS:
        before, after = (_values(getattr(story, field)) for story in (old, new))
        if before != after:
            found[field] = {"added": sorted(after - before), "removed": sorted(before - after)}
    return found


def _values(value: object) -> set[str]:
    if isinstance(value, list):
        return {one if isinstance(one, str) else msgspec.json.encode(one).decode() for one in value}
    return {str(value)}


def _print_changes(told: list[dict[str, object]]) -> None:
    counts: Counter[str] = Counter()
    for one in told:
        for field, change in one.items():
            if isinstance(change, dict) and field not in ("steps", "language"):
                counts.update(f"{field} +{value}" for value in change["added"])
                counts.update(f"{field} -{value}" for value in change["removed"])
    for change, count in counts.most_common(40):
        out.print(f"{count:6}  {change}", highlight=False)
