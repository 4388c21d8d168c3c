"""Commands on dead letters: list, show, replay."""

from typing import Annotated

import typer
from rich.console import Console

from pactwatch import render
from pactwatch.commands.context import Context
from pactwatch.commands.listings import Json, Limit, show
from sinks.reader import Reader
from stories import wire
from stories.errors import PermanentError
from stories.model import DeadLetter

out = Console(soft_wrap=True)
MOST = 1_000_000


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(no_args_is_help=True, help="See what could not be processed, and try it again.")
    group.command("list")(listed)
    group.command("show")(shown)
    group.command()(replay)
    app.add_typer(group, name="dead-letters")


def listed(context: typer.Context, limit: Limit = 50, as_json: Json = False) -> None:
    """List what could not be processed, with the reason."""
    given: Context = context.obj
    show(given.reader().dead_letters(limit), as_json, render.dead_letters)


def shown(context: typer.Context, letter: str, as_json: Json = False) -> None:
    """Show one dead letter with its bytes."""
    given: Context = context.obj
    [found] = _chosen(given.reader(), [letter])
    if as_json:
        out.print_json(data=wire.to_builtins(found))
        return
    place = f", partition {found.partition}, offset {found.offset}" if found.offset >= 0 else ""
    out.print(f"{found.when:%Y-%m-%d %H:%M} {found.topic}{place}")
    out.print(found.reason, markup=False)
    out.print(found.payload.decode("utf-8", "backslashreplace"), markup=False)


def replay(
    context: typer.Context,
    letters: Annotated[list[str] | None, typer.Argument(help="Ids of dead letters.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every dead letter.")] = False,
) -> None:
    """Put dead letters back where they came from, once their cause is mended."""
    given: Context = context.obj
    if not letters and not every:
        raise PermanentError(
            "name dead letters by id, or take --all: `pactwatch dead-letters list` shows them"
        )
    found = _chosen(given.reader(), letters or [])
    failed = given.replay(found)
    out.print(f"{len(found) - len(failed)} replayed, {len(failed)} failed again.")
    for letter, reason in failed:
        out.print(f"  {letter.id}: {reason}", markup=False)
    if failed:
        raise typer.Exit(1)


def _chosen(reader: Reader, ids: list[str]) -> list[DeadLetter]:
    known = {letter.id: letter for letter in reader.dead_letters(MOST)}
    if missing := [one for one in ids if one not in known]:
        raise PermanentError(
            f"there is no dead letter {', '.join(missing)}: `pactwatch dead-letters list` shows their ids"
        )
    return [known[one] for one in ids] if ids else list(known.values())
