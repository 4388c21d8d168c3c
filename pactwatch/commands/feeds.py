"""Commands on feeds: list, digest, add, check, import, export."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pactwatch import feeds_file, render
from pactwatch.commands.context import Context
from pactwatch.commands.listings import Json, show
from producers import opml
from producers.fetch import Fetcher
from producers.health import silent
from producers.probe import Probe, probe, probe_all
from producers.source import FeedSource
from stories.errors import ConfigError, PermanentError

out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)
Private = Annotated[bool, typer.Option("--allow-private", help="It is on loopback or in your own network.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(no_args_is_help=True, help="See, add, check and exchange feeds.")
    group.command("list")(feeds_list)
    group.command("digest")(feeds_digest)
    group.command("add")(feeds_add)
    group.command("check")(feeds_check)
    group.command("import")(feeds_import)
    group.command("export")(feeds_export)
    app.add_typer(group, name="feeds")


def feeds_list(context: typer.Context, as_json: Json = False) -> None:
    """List the feeds that were polled, with their health in words."""
    given: Context = context.obj
    show(given.reader().feeds(), as_json, render.feeds)


def feeds_digest(
    context: typer.Context,
    days: Annotated[float, typer.Option(min=0, help="Silent for at least so many.")] = 7,
    as_json: Json = False,
) -> None:
    """List the feeds that were silent for a week (broken, stale or gone) and what to do about each."""
    given: Context = context.obj
    states = silent(given.reader().feeds(), datetime.now(UTC), timedelta(days=days))
    show(states, as_json, render.feeds)
    if not as_json:
        out.print(f"{len(states)} feeds brought nothing new for {days:g} days.")


def feeds_add(
    context: typer.Context,
    url: Annotated[str, typer.Argument(help="The feed, or a page that names it.")],
    name: Annotated[str, typer.Option(help="Shown as the outlet; else the feed's title.")] = "",
    language: Annotated[str, typer.Option(help="ISO 639-1, where the whole feed is in one.")] = "",
    country: Annotated[str, typer.Option(help="ISO 3166-1 alpha-3 of the outlet.")] = "",
    tag: Annotated[list[str] | None, typer.Option(help="For filtering; give it again for more.")] = None,
    full_text: Annotated[bool, typer.Option("--full-text", help="Also read each entry's page.")] = False,
    every: Annotated[str | None, typer.Option(help="A fixed interval, such as 10m.")] = None,
    allow_private: Private = False,
) -> None:
    """Look at a feed, then append it to feeds.yaml in the folder that --config names."""
    given: Context = context.obj
    folder = feeds_file.own_folder(given.config)
    try:
        wanted = FeedSource(
            url=_with_scheme(url), name=name, language=language, country=country, tags=tag or [],
            full_text=full_text, every=every, allow_private=allow_private,
        )  # fmt: skip
    except ValueError as error:
        raise ConfigError(str(error)) from error
    found = asyncio.run(_probe(given, wanted))
    if not found.ok:
        raise PermanentError(f"not added: {found.error}")
    feed = msgspec.structs.replace(wanted, url=found.feed, name=name or found.title)
    written = feeds_file.add(folder, [feed])
    if not written.added:
        raise PermanentError(f"{feed.url} is in {written.file} already")
    _say_added(written)
    _say_found(found)


def _say_added(written: feeds_file.Added) -> None:
    if written.made:
        out.print(f"{written.file} was made from the built-in list.", highlight=False)
    for feed in written.added:
        label = f"{feed.name} ({feed.url})" if feed.name else feed.url
        out.print(f"Added to {written.file}: {escape(label)}", highlight=False)


def _say_found(found: Probe) -> None:
    if found.feed != found.url:
        out.print(f"{found.url} leads to this feed.", highlight=False)
    newest = f", the newest of {found.newest:%Y-%m-%d %H:%M} UTC" if found.newest else ""
    out.print(f"It has {found.entries} entries{newest}.", highlight=False)
    for other in found.others:
        out.print(f"The page names another feed, too: {other}", highlight=False)
    if found.warning:
        out.print(f"[yellow]Mind:[/] {escape(found.warning)}", highlight=False)


def feeds_check(
    context: typer.Context,
    url: Annotated[
        str,
        typer.Argument(help="A feed, listed or not, or a site that has one; without it, all listed ones."),
    ] = "",
    allow_private: Private = False,
    as_json: Json = False,
) -> None:
    """Fetch feeds now and say of each what is wrong and what to do; exit status 1 if one fails."""
    given: Context = context.obj
    listed = given.settings.feeds
    address = _with_scheme(url) if url else ""
    wanted = [feed for feed in listed if feed.url == address] if url else listed
    if wanted or not url:
        found = asyncio.run(_probe_all(given, wanted))
    else:
        found = [asyncio.run(_probe(given, _source(address, allow_private)))]
    if as_json:
        out.print_json(data=msgspec.to_builtins(found))
    else:
        out.print(_table(found))
        failing = sum(not each.ok for each in found)
        out.print(f"{len(found) - failing} fine, {failing} failing.")
    if not all(each.ok for each in found):
        raise typer.Exit(1)


def _table(found: Sequence[Probe]) -> Table:
    table = Table("feed", "entries", "newest", "health", box=None, pad_edge=False)
    for each in found:
        newest = f"{each.newest:%Y-%m-%d %H:%M}" if each.newest else ""
        words = f"[red]{escape(each.error)}[/]" if each.error else escape(_health(each))
        table.add_row(escape(each.name or each.title or each.url), str(each.entries or ""), newest, words)
    return table


def _health(found: Probe) -> str:
    leads = f"leads to the feed {found.feed}" if found.feed not in ("", found.url) else ""
    leads = "" if found.feed in found.warning else leads  # that it moved says it, too
    named = f"names other feeds, too: {', '.join(found.others)}" if found.others else ""
    return "; ".join(filter(None, (leads, named, found.warning))) or "fine"


def feeds_import(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="OPML", help="A file, or - for standard input.")],
) -> None:
    """Append another reader's feeds to feeds.yaml in the folder that --config names; folders become tags."""
    given: Context = context.obj
    folder = feeds_file.own_folder(given.config)
    try:
        payload = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise PermanentError(f"{file} cannot be read: {error}") from error
    found = opml.read(payload)
    if not found.feeds and not found.left_out:
        raise PermanentError(f"{file} lists no feeds")
    written = feeds_file.add(folder, found.feeds)
    _say_added(written)
    out.print(f"{len(written.added)} added, {len(written.known)} were there, {len(found.left_out)} left out.")
    for reason in found.left_out:
        err.print(f"left out: {escape(reason)}", highlight=False)
    if written.added:
        out.print(f"See whether they answer: pactwatch --config {folder} feeds check", highlight=False)
    if found.left_out:
        raise typer.Exit(1)


def feeds_export(context: typer.Context) -> None:
    """Print the feeds as OPML, for other readers; each in the folder of its first tag."""
    given: Context = context.obj
    sys.stdout.buffer.write(opml.write(given.settings.feeds))
    sys.stdout.buffer.flush()


async def _probe(given: Context, source: FeedSource) -> Probe:
    async with Fetcher(contact=given.options.polling.contact) as fetcher:
        with err.status(f"looking at {source.url} …"):
            return await probe(fetcher, source, datetime.now(UTC), discover=True)


async def _probe_all(given: Context, sources: Sequence[FeedSource]) -> list[Probe]:
    async with Fetcher(contact=given.options.polling.contact) as fetcher:
        with err.status(f"asking {len(sources)} feeds …"):
            return await probe_all(fetcher, sources, datetime.now(UTC))


def _source(address: str, allow_private: bool) -> FeedSource:
    try:
        return FeedSource(url=address, allow_private=allow_private)
    except ValueError as error:
        raise ConfigError(str(error)) from error


def _with_scheme(url: str) -> str:
    return url if "://" in url else f"https://{url}"
