"""Commands that read the store: status, search, alerts, feeds, dead-letters."""

import os
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
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


def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    checked: Annotated[
        bool, typer.Option("--check", help="Exit with 1 where something is for a person to see to.")
    ] = False,
) -> None:
    """Say how much there is, what waits, how feeds and channels fare, and what is to be seen to."""
    from pactwatch.status import look

    given: Context = context.obj
    found = look(given.reader(), given.settings, given.store, os.environ)
    if as_json:
        out.print_json(data=found.plain())
    else:
        out.print(render.status(found.plain()))
        for trouble in found.troubles:
            out.print(f"[bold red]{escape(trouble)}[/]", highlight=False)
    if checked and found.troubles:
        raise typer.Exit(1)


def search(context: typer.Context, query: str, limit: Limit = 20, as_json: Json = False) -> None:
    """Find stories by a Lucene query string, such as: topics:ratification AND actors:(RUS OR IRN)."""
    given: Context = context.obj
    show(given.reader().search(query, limit), as_json, render.stories)
