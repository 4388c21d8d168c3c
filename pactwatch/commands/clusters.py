"""Commands on clusters: the store's listings, the filter over JSON lines, and the score on labelled lines."""

import random
import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from pactwatch import render
from pactwatch.commands.context import Context
from pactwatch.commands.filters import Lines, Reading
from pactwatch.commands.listings import Json, Limit, show
from pactwatch.lines import story_of
from stories import wire
from stories.errors import PermanentError
from stories.model import Story
from streams.cluster.operator import ClusterOperator
from streams.operator import Event, MemoryState, run

out = Console(soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(related)
    app.command()(clusters)
    app.command()(cluster)


def related(context: typer.Context, story: str, limit: Limit = 50, as_json: Json = False) -> None:
    """List the other stories of the same event, newest first; STORY is an id or an address."""
    given: Context = context.obj
    show(given.reader().related(story, limit), as_json, render.stories)


def clusters(context: typer.Context, query: str = "", limit: Limit = 20, as_json: Json = False) -> None:
    """List clusters, the last seen first."""
    given: Context = context.obj
    show(given.reader().clusters(query, limit), as_json, render.clusters)


def cluster(
    context: typer.Context,
    file: Lines,
    final: Annotated[
        bool, typer.Option("--final", help="Print each story's cluster after the last line.")
    ] = False,
) -> None:
    """Answer each story with its cluster; untagged lines are tagged on the way."""
    given: Context = context.obj
    tagger = _tagger(given)
    operator, state = ClusterOperator(given.settings.options.clustering), MemoryState()
    placed: dict[str, str] = {}
    reading = Reading(file)
    for story in reading:
        tagged = story if story.rules else tagger.tag(story)
        for event in run(operator, state, Event("tagged", "", tagged)):
            if isinstance(event.document, Story):
                placed[event.document.id] = event.document.cluster
                if not final and event.document.id == story.id:
                    sys.stdout.buffer.write(wire.encode(event.document) + b"\n")
    if final:
        for story_id, cluster_id in placed.items():
            sys.stdout.buffer.write(msgspec.json.encode({"id": story_id, "cluster": cluster_id}) + b"\n")
    reading.finish()


def evaluated(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Stories as JSON lines, each with its cluster.", exists=True)],
    shuffle: Annotated[
        int | None, typer.Option(metavar="SEED", help="Shuffle the lines first, with this seed.")
    ] = None,
    dates: Annotated[bool, typer.Option(help="Use the lines' dates; without, none decays.")] = True,
    as_json: Json = False,
) -> None:
    """Score clusters: BCubed, NMI, their number, stories/s and candidates per story."""
    from pactwatch.evaluation import clusters as scored

    given: Context = context.obj
    tagger = _tagger(given)
    lines = [_labelled(line, number, file) for number, line in enumerate(file.read_bytes().splitlines(), 1)]
    if shuffle is not None:
        random.Random(shuffle).shuffle(lines)
    labelled = [
        scored.Labelled(tagger.tag(story_of(line if dates else _undated(line))), str(line["cluster"]))
        for line in lines
    ]
    report = scored.evaluate(labelled, given.settings.options.clustering)
    if as_json:
        out.print_json(data=msgspec.to_builtins(report))
    else:
        out.print(scored.render(report))


def _labelled(line: bytes, number: int, file: Path) -> dict[str, Any]:
    try:
        plain: dict[str, Any] = msgspec.json.decode(line, type=dict[str, Any])
        story_of(plain)
    except (msgspec.DecodeError, ValueError) as error:
        raise PermanentError(f"{file}:{number}: no labelled story: {error}") from error
    if "cluster" not in plain:
        raise PermanentError(f"{file}:{number}: no labelled story: it names no cluster")
    return plain


def _undated(line: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name not in ("date", "published")}


def _tagger(given: Context) -> Any:
    from streams.tag.operator import build

    return build(given.settings.actors, given.settings.topics)
