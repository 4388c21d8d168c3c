"""Commands on what is kept: backup, restore, prune, forget."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from pactwatch.commands.context import Context
from stories.errors import ConfigError, PermanentError

out = Console(soft_wrap=True)
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (backup, restore, prune, forget):
        app.command()(command)


def backup(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The copy; it must not exist yet.")],
) -> None:
    """Copy the embedded store to FILE, checked and compact; safe while pactwatch runs."""
    from pactwatch.backup import backup as copy

    given: Context = context.obj
    held = copy(given.store, file)
    out.print(
        f"{file}: {held.stories:,} stories, {held.documents:,} other documents, {held.size_bytes:,} bytes."
    )


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="What `backup` wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Over the store that is there; it is kept as .before-restore.")
    ] = False,
    dry_run: DryRun = False,
) -> None:
    """Make the embedded store from FILE; no pactwatch may be running on it."""
    from pactwatch.backup import check
    from pactwatch.backup import restore as bring_back

    given: Context = context.obj
    held = check(file) if dry_run else bring_back(file, given.store, replace=replace)
    verb = "would get" if dry_run else "has"
    out.print(f"{given.store} {verb} {held.stories:,} stories and {held.documents:,} other documents.")


def prune(
    context: typer.Context,
    days: Annotated[
        int | None, typer.Option(min=1, help="Keep so many days; else retention.days of the configuration.")
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Remove stories and clusters older than some days; pacts, their evidence and alerts stay."""
    from pactwatch.retention import count, remove

    given: Context = context.obj
    kept = days or given.options.retention.days
    if not kept:
        raise ConfigError(
            "for how long are stories kept? give --days, or set retention.days", key="retention.days"
        )
    before = datetime.now(UTC) - timedelta(days=kept)
    stories, clusters = count(given.options, given.store, before, os.environ)
    told = f"{stories:,} stories and {clusters:,} clusters from before {before:%Y-%m-%d %H:%M} UTC"
    if dry_run:
        out.print(f"Would remove {told}.")
        return
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("removing", total=stories + clusters)
        for removed in remove(given.options, given.store, before, os.environ):
            progress.advance(task, removed)
    out.print(f"Removed {told}.")


def forget(
    context: typer.Context,
    story: Annotated[str, typer.Argument(help="Its id or its address.")],
    dry_run: DryRun = False,
) -> None:
    """Remove one story everywhere and for good: its text, lists, alerts, and what it alone told of a pact."""
    from pactwatch.resubmit import withdraw

    given: Context = context.obj
    found = given.reader().story(story)
    if found is None:
        raise PermanentError(f"there is no story {story}: `pactwatch search` shows ids and addresses")
    out.print(f"{found.id}: {found.title}", markup=False)
    if dry_run:
        out.print("Would be removed, and not admitted again.")
        return
    withdraw(found, given.settings, given.store)
    if given.options.elasticsearch.url:
        out.print(
            "Sent on its way: workers drop it within moments. Kafka's topics keep what they were sent until "
            "their retention; shorten it, or delete those records with Kafka's own tools."
        )
    else:
        out.print("Removed; it will not be admitted again. Backups made before still hold it.")
