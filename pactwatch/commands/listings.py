"""Commands that read the store: status, search, alerts, feeds, dead-letters."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from pactwatch import render
from pactwatch.commands.context import Context
from stories import wire
from stories.model import Document

out = Console(soft_wrap=True)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON array.")]
Limit = Annotated[int, typer.Option(help="How many at most.")]
View = Callable[[Sequence[Any]], Table]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    alone: tuple[Callable[..., None], ...] = (status, search)
    for command in alone:
        app.command()(command)
    groups: dict[str, dict[str, Callable[..., None]]] = {}
    for name, commands in groups.items():
        group = typer.Typer(no_args_is_help=True, help=f"See the {name}.")
        for verb, command in commands.items():
            group.command(verb)(command)
        app.add_typer(group, name=name)


def show(documents: Sequence[Document], as_json: bool, view: View) -> None:
    """Print a listing as one JSON array or as a table."""
    if as_json:
        out.print_json(data=[wire.to_builtins(document) for document in documents])
    else:
        out.print(view(documents))


def status(context: typer.Context, as_json: Json = False) -> None:
    """Say how much there is, and whether the feeds are fine."""
    given: Context = context.obj
    counts = given.reader().counts()
    plain: dict[str, Any] = counts._asdict()
    plain["feeds"] = {"ok": plain.pop("feeds_ok"), "failing": plain.pop("feeds_failing")}
    if as_json:
        out.print_json(data=plain)
    else:
        for name, value in plain.items():
            out.print(f"{name:13} {value}")


def search(context: typer.Context, query: str, limit: Limit = 20, as_json: Json = False) -> None:
    """Find stories by a Lucene query string, such as: topics:ratification AND actors:(RUS OR IRN)."""
    given: Context = context.obj
    show(given.reader().search(query, limit), as_json, render.stories)
