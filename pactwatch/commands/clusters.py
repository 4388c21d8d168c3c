"""Commands on clusters: the store's listings, and the filter over JSON lines."""

import sys
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from pactwatch import render
from pactwatch.commands.context import Context
from pactwatch.commands.filters import Lines, Reading
from pactwatch.commands.listings import Json, Limit, show
from sinks import beside
from sinks.reader import Reader
from stories import wire
from stories.errors import PermanentError
from stories.model import Cluster, Story
from streams.cluster.operator import ClusterOperator
from streams.operator import Event, MemoryState, run

out = Console(soft_wrap=True)
Identity = Annotated[
    str, typer.Argument(metavar="ID-or-URL", help="A cluster's id, or a story's id or address.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(related)
    app.command()(clusters)
    app.command()(storyline)
    app.command()(elsewhere)
    app.command()(cluster)


def related(context: typer.Context, story: str, limit: Limit = 50, as_json: Json = False) -> None:
    """List the other stories of the same event, newest first; STORY is an id or an address."""
    given: Context = context.obj
    reader = given.reader()
    found = reader.story(story)
    if found is not None and not as_json and (cluster := reader.cluster(found.cluster)) is not None:
        out.print(render.told(cluster))
    show(reader.related(found, limit) if found is not None else [], as_json, render.stories)


def clusters(context: typer.Context, query: str = "", limit: Limit = 20, as_json: Json = False) -> None:
    """List clusters, the last seen first."""
    given: Context = context.obj
    show(given.reader().clusters(query, limit), as_json, render.clusters)


def storyline(context: typer.Context, identity: Identity, limit: Limit = 50, as_json: Json = False) -> None:
    """List the chapters of a long story, the last seen first: what an event goes on from, what followed."""
    given: Context = context.obj
    reader = given.reader()
    show(beside.storyline(reader, _found(reader, identity), limit), as_json, render.clusters)


def elsewhere(context: typer.Context, identity: Identity, limit: Limit = 10, as_json: Json = False) -> None:
    """List clusters in other languages on the same event, tied by actors, topics, numbers and dates."""
    given: Context = context.obj
    reader = given.reader()
    found = beside.elsewhere(reader, _found(reader, identity), limit)
    if as_json:
        show([one.cluster for one in found], as_json, render.clusters)
    else:
        out.print(render.elsewhere(found))


def _found(reader: Reader, identity: str) -> Cluster:
    if (cluster := beside.cluster_of(reader, identity)) is None:
        raise PermanentError(
            f"there is no cluster or story {identity}: `pactwatch clusters --json` lists ids"
        )
    return cluster


def cluster(
    context: typer.Context,
    file: Lines,
    final: Annotated[
        bool, typer.Option("--final", help="Print each story's cluster after the last line.")
    ] = False,
) -> None:
    """Answer each story with its cluster; untagged lines are tagged on the way."""
    given: Context = context.obj
    operator, state = ClusterOperator(given.settings.options.clustering), MemoryState()
    placed: dict[str, str] = {}
    reading = Reading(file)
    for story in reading:
        for event in run(operator, state, Event("tagged", "", given.tagged(story))):
            if isinstance(event.document, Story):
                placed[event.document.id] = event.document.cluster
                if not final and event.document.id == story.id:
                    sys.stdout.buffer.write(wire.encode(event.document) + b"\n")
    if final:
        for story_id, cluster_id in placed.items():
            sys.stdout.buffer.write(msgspec.json.encode({"id": story_id, "cluster": cluster_id}) + b"\n")
    reading.finish()
