"""Commands on pacts: the store's listing and cards, what was known on a day, and a filter over JSON lines."""

import sys
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from pactwatch import pacts_export, render
from pactwatch.commands.context import Context
from pactwatch.commands.filters import Reading
from stories import wire
from stories.fields import PACT
from stories.model import Pact
from stories.query import parse
from stories.query_match import Subjected, matches
from streams.pacts import chronicle
from streams.pacts.obligations import obligations

out = Console(soft_wrap=True)
MAX_PACTS = 10_000
HELP = (
    "`list` or nothing: the store's pacts. `show`: one of them, by its id. "
    "`obligations`: those that bind the states of a conflict, by the id of its cluster. "
    "A file of JSON lines, or -: the pacts that these stories tell of."
)


class Shape(StrEnum):
    """How the answer is written."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"
    CSV = "csv"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(pacts)


def pacts(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help=HELP, metavar="[list|show|obligations|FILE|-]")] = "list",
    pact: Annotated[str, typer.Argument(help="The id of a pact, or of a cluster.")] = "",
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As known at the end of this day (UTC).")
    ] = None,
    query: Annotated[str, typer.Option(help="Which pacts, such as: ratified:RUS AND kind:defense")] = "",
    limit: Annotated[int, typer.Option(help="How many of the store's pacts at most.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: a listing as one array.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print one fact a line, as CSV.")] = False,
) -> None:
    """List pacts with their stage and scoreboard, show one, or fold those of a file of stories."""
    shape = _shape(as_json, markdown, as_csv)
    day = as_of.date() if as_of else None
    given: Context = context.obj
    if what == "show":
        _show(_one(given, pact, day), shape)
    elif what == "obligations":
        _obligations(given, pact, day, shape)
    elif pact:
        raise typer.BadParameter(f"{pact!r} follows only show and obligations")
    elif what == "list":
        _print(_stored(given, query, limit, day), shape)
    else:
        reading = Reading(what)
        _print(_matching(chronicle.as_of(map(given.tagged, reading), day), query), shape)
        reading.finish()


def _shape(as_json: bool, markdown: bool, as_csv: bool) -> Shape:
    asked = {Shape.JSON: as_json, Shape.MARKDOWN: markdown, Shape.CSV: as_csv}
    chosen = [shape for shape, wanted in asked.items() if wanted]
    if len(chosen) > 1:
        raise typer.BadParameter("choose one of --json, --markdown and --csv")
    return chosen[0] if chosen else Shape.TABLE


def _known(given: Context, day: date) -> list[Pact]:
    return chronicle.as_of(given.reader().every_story(), day)


def _stored(given: Context, query: str, limit: int, day: date | None) -> list[Pact]:
    if day is None:
        return given.reader().pacts(query, limit)
    return _matching(_known(given, day), query)[:limit]


def _matching(found: list[Pact], query: str) -> list[Pact]:
    if not query.strip():
        return found
    wanted = parse(query, PACT, datetime.now(UTC))
    return [pact for pact in found if matches(wanted, Subjected(pact, PACT))]


def _one(given: Context, pact_id: str, day: date | None) -> Pact:
    if not pact_id:
        raise typer.BadParameter("show which pact? `pactwatch pacts` lists their ids")
    if day is None:
        found = given.reader().pact(pact_id)
    else:
        found = next((pact for pact in _known(given, day) if pact.id == pact_id), None)
    if found is None:
        when = f" on {day}" if day else ""
        out.print(f"There is no pact {pact_id}{when}: `pactwatch pacts` shows their ids.")
        raise typer.Exit(1)
    return found


def _obligations(given: Context, cluster_id: str, day: date | None, shape: Shape) -> None:
    """Print the pacts that bind the states of a conflict, and what they promise."""
    cluster = given.reader().cluster(cluster_id)
    if cluster is None:
        out.print(f"There is no cluster {cluster_id}: `pactwatch clusters` shows their ids.")
        raise typer.Exit(1)
    found = obligations(cluster, _stored(given, "", MAX_PACTS, day))
    if shape is Shape.JSON:
        _write(_json([one._asdict() | {"pact": wire.to_builtins(one.pact)} for one in found]))
    elif shape is Shape.TABLE:
        out.print(render.obligations(found))
    else:
        _print([one.pact for one in found], shape)


def _print(found: list[Pact], shape: Shape) -> None:
    if shape is Shape.JSON:
        _write(_json([wire.to_builtins(pact) for pact in found]))
    elif shape is Shape.CSV:
        _write(pacts_export.as_csv(found))
    elif shape is Shape.MARKDOWN:
        _write("\n".join(pacts_export.markdown(pact) for pact in found))
    else:
        out.print(render.pacts(found))


def _show(found: Pact, shape: Shape) -> None:
    if shape is Shape.JSON:
        _write(_json(wire.to_builtins(found)))
    elif shape is Shape.TABLE:
        out.print(render.pact(found), render.pact_chain(pacts_export.chain(found)), sep="\n")
    else:
        _print([found], shape)


def _json(plain: Any) -> str:
    return msgspec.json.format(msgspec.json.encode(plain)).decode() + "\n"


def _write(text: str) -> None:
    """Write bytes, not to a console: what is piped on must not be wrapped or coloured."""
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()
