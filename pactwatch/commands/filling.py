"""Command that takes in the past: backfill."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from pactwatch.commands.context import Context
from stories.errors import PermanentError

out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(backfill)


def backfill(
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(help="JSON lines or saved feeds, gzipped or not.", exists=True, dir_okay=False),
    ],
) -> None:
    """Take stories of the past into the store, without an alert; run it again to go on after a stop."""
    from pactwatch.backfill import backfill as fill
    from pactwatch.embedded import Embedded
    from pactwatch.pipeline import build

    given: Context = context.obj
    if given.options.elasticsearch.url:
        raise PermanentError(
            "backfill fills the embedded store only, as on Kafka the past would be told of like news: "
            "unset PACTWATCH_ELASTICSEARCH_URL for it"
        )
    given.store.parent.mkdir(parents=True, exist_ok=True)
    embedded = Embedded(given.store, build(given.settings), quiet=True)
    before = given.reader().counts().stories
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    try:
        with Progress(*columns, console=err, disable=not err.is_terminal) as bar:
            task = bar.add_task("Backfilling", total=sum(file.stat().st_size for file in files))
            skipped = fill(embedded, files, lambda read: bar.advance(task, read))
    finally:
        embedded.close()
    out.print(f"{given.reader().counts().stories - before} stories new in {given.store}.")
    for place, reason in skipped:
        err.print(f"{place} is skipped: {reason}", highlight=False, markup=False)
    if skipped:
        raise typer.Exit(1)
