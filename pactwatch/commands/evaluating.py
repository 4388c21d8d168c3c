"""Commands that score what is read against labelled sets: eval tagging, pacts and clusters."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from pactwatch.commands import clusters
from pactwatch.commands.context import Context
from stories.errors import PermanentError

out = Console(soft_wrap=True)
Labelled = Annotated[Path, typer.Argument(help="JSON lines labelled as data/LABELS.md says.", exists=True)]
Json = Annotated[bool, typer.Option("--json", help="Print the whole report as JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(no_args_is_help=True, help="Score what is read against labelled lines.")
    group.command()(tagging)
    group.command()(pacts)
    group.command("clusters")(clusters.evaluated)
    app.add_typer(group, name="eval")


def tagging(context: typer.Context, file: Labelled, as_json: Json = False) -> None:
    """Score topics, negated topics and actors."""
    from pactwatch.evaluation import tagging as scored

    report = scored.evaluate(_lines(file), _tagger(context).tag)
    _print(report, scored.render(report), as_json)


def pacts(context: typer.Context, file: Labelled, as_json: Json = False) -> None:
    """Score pact steps: the step, with its actors, with its date, and its status."""
    from pactwatch.evaluation import pacts as scored

    report = scored.evaluate(_lines(file), _tagger(context).tag)
    _print(report, scored.render(report), as_json)


def _tagger(context: typer.Context) -> Any:
    from streams.tag.operator import build

    given: Context = context.obj
    return build(given.settings.actors, given.settings.topics)


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
