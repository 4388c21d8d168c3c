"""Commands that score what is read against labelled sets: eval tagging, pacts and clusters."""

import gzip
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from pactwatch.commands.context import Context
from pactwatch.lines import story_of
from stories.errors import PermanentError

out = Console(soft_wrap=True)
Labelled = Annotated[Path, typer.Argument(help="JSON lines labelled as data/LABELS.md says.", exists=True)]
Json = Annotated[bool, typer.Option("--json", help="Print the whole report as JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(no_args_is_help=True, help="Score what is read against labelled lines.")
    group.command()(tagging)
    group.command()(pacts)
    group.command()(clusters)
    app.add_typer(group, name="eval")


def tagging(context: typer.Context, file: Labelled, as_json: Json = False) -> None:
    """Score topics, negated topics and actors."""
    from pactwatch.evaluation import tagging as scored

    given: Context = context.obj
    report = scored.evaluate(_lines(file), given.tagger.tag)
    _print(report, scored.render(report), as_json)


def pacts(context: typer.Context, file: Labelled, as_json: Json = False) -> None:
    """Score pact steps: the step, with its actors, with its date, and its status."""
    from pactwatch.evaluation import pacts as scored

    given: Context = context.obj
    report = scored.evaluate(_lines(file), given.tagger.tag)
    _print(report, scored.render(report), as_json)


def clusters(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            help="Stories as JSON lines, .gz too, each with its cluster, or with its headings.", exists=True
        ),
    ],
    shuffle: Annotated[
        int | None, typer.Option(metavar="SEED", help="Shuffle the lines first, with this seed.")
    ] = None,
    dates: Annotated[bool, typer.Option(help="Use the lines' dates; without, none decays.")] = True,
    since: Annotated[str, typer.Option(metavar="DATE", help="Only lines with headings from then on.")] = "",
    until: Annotated[str, typer.Option(metavar="DATE", help="Only lines with headings before.")] = "",
    as_json: Json = False,
) -> None:
    """Score clusters: BCubed, NMI, their number, stories/s and candidates per story.

    Lines with headings instead, and dates: how often items under one heading within three days fall
    together, beside the nearest of all centroids by TF-IDF, its threshold tuned.
    """
    from pactwatch.evaluation import clusters as scored
    from pactwatch.evaluation import headings

    given: Context = context.obj
    read = gzip.open if file.suffix == ".gz" else open
    with read(file, "rb") as opened:
        lines = [_labelled(line, number, file) for number, line in enumerate(opened, 1)]
    if lines and "cluster" not in lines[0]:
        filed = [
            headings.Filed(given.tagger.tag(story_of(line)), frozenset(line["headings"]))
            for line in lines
            if since <= line.get("date", "") and (not until or line.get("date", "") < until)
        ]
        told = headings.evaluate(filed, given.settings.options.clustering)
        _print(told, headings.render(told), as_json)
        return
    if shuffle is not None:
        random.Random(shuffle).shuffle(lines)
    labelled = [
        scored.Labelled(given.tagger.tag(story_of(line if dates else _undated(line))), str(line["cluster"]))
        for line in lines
    ]
    report = scored.evaluate(labelled, given.settings.options.clustering)
    _print(report, scored.render(report), as_json)


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    yield msgspec.json.decode(line, type=dict[str, Any])
                except msgspec.DecodeError as error:
                    raise PermanentError(f"{file}:{number}: no labelled line: {error}") from error


def _print(report: msgspec.Struct, tables: Any, as_json: bool) -> None:
    if as_json:
        out.print_json(data=msgspec.to_builtins(report))
    else:
        out.print(tables)


def _labelled(line: bytes, number: int, file: Path) -> dict[str, Any]:
    try:
        plain: dict[str, Any] = msgspec.json.decode(line, type=dict[str, Any])
        story_of(plain)
    except (msgspec.DecodeError, ValueError) as error:
        raise PermanentError(f"{file}:{number}: no labelled story: {error}") from error
    if "cluster" not in plain and not isinstance(plain.get("headings"), list):
        raise PermanentError(f"{file}:{number}: no labelled story: it names no cluster")
    return plain


def _undated(line: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name not in ("date", "published")}
