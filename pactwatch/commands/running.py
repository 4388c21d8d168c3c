"""Commands that run the whole: run, demo, check."""

import asyncio
import gc
import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from pactwatch import render
from pactwatch.commands.context import Context
from pactwatch.settings import Settings, faults
from pactwatch.stopping import Deadline

out = Console(soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(run)
    app.command()(demo)
    app.command()(check)


def run(
    context: typer.Context,
    once: Annotated[
        bool, typer.Option("--once", help="Poll every feed one time, finish the work, end.")
    ] = False,
    port: Annotated[int | None, typer.Option(help="Port of the page; a busy one means the next.")] = None,
) -> None:
    """Poll, process, store and serve the page, all in one process."""
    given: Context = context.obj
    with Deadline() as deadline:
        asyncio.run(_run(given, once, port, deadline))


async def _run(given: Context, once: bool, port: int | None, deadline: Deadline) -> None:
    from pactwatch.service import free_port, serve, until_stopped
    from producers.fetch import Fetcher

    settings = given.settings
    service = open_service(given, settings)
    try:
        async with Fetcher(contact=settings.options.polling.contact) as fetcher:
            if once:
                with render.polling(len(settings.feeds)) as polled:
                    states = await service.poll_once(fetcher, polled)
                await service.deliver()
                failing = [state for state in states if state.error]
                held = service.reader.counts()
                out.print(f"{len(states)} feeds polled, {len(failing)} failing.")
                held_now = f"{held.stories} stories, {held.clusters} clusters, {held.pacts} pacts"
                out.print(f"The store has {held_now}.")
                return
            page = settings.options.page
            listener = free_port(page.host, port or page.port)
            out.print(f"The page is at http://{page.host}:{listener.getsockname()[1]} (Ctrl-C ends)")
            gc.freeze()  # rules and names stay: to look for garbage among them takes 80 ms each time
            await until_stopped(
                lambda stop: service.poll(fetcher, stop),
                service.deliver_until,
                service.tick_until,
                service.break_off_at,
                lambda stop: service.prune_until(stop, settings.options.retention.days),
                lambda stop: serve(service.reader, listener, stop, settings.subscribed, service.metrics),
                deadline=deadline,
            )
    finally:
        service.close()


def open_service(given: Context, settings: Settings):  # type: ignore[no-untyped-def]
    """Return the embedded service on the store of `given`."""
    from pactwatch.connections import channels_of
    from pactwatch.metrics import Metrics
    from pactwatch.pipeline import build
    from pactwatch.service import Service

    given.store.parent.mkdir(parents=True, exist_ok=True)
    metrics = Metrics()
    channels = channels_of(settings.alerts, os.environ, metrics)
    return Service(given.store, build(settings), settings.feeds, channels, metrics)


def demo(
    context: typer.Context,
    serve: Annotated[bool, typer.Option(help="Serve the page at the end.")] = True,
    keep: Annotated[
        Path | None, typer.Option(help="Keep the store in this file, for other commands with --store.")
    ] = None,
) -> None:
    """Run the bundled day of news through the real pipeline, show what came of it, then serve the page."""
    from pactwatch.demo import show

    given: Context = context.obj
    staying = serve and out.is_terminal and "CI" not in os.environ
    asyncio.run(show(given.config, keep, staying, out))


def check(context: typer.Context) -> None:
    """Name every fault: in the configuration with file, line and key, and every server out of reach."""
    given: Context = context.obj
    found = faults(given.config)
    for fault in found:
        out.print(f"[red]{fault}[/]", highlight=False)
    if found:
        raise typer.Exit(2)
    from pactwatch.connections import channels_of
    from pactwatch.pipeline import build
    from pactwatch.setup_servers import look_at
    from streams.tag.explain import broken_examples

    settings = given.settings
    build(settings)
    broken = list(broken_examples(settings.actors, settings.topics))
    for example in broken:
        out.print(f"[red]topics.yaml: {escape(example)}[/]", highlight=False)
    if broken:
        raise typer.Exit(2)
    out.print(
        f"The configuration is fine: {len(settings.feeds)} feeds, {len(settings.actors)} actors, "
        f"{len(settings.topics)} topics (every example fires, no counter-example does), "
        f"{len(settings.alerts)} subscription{'s' * (len(settings.alerts) != 1)}."
    )
    for subscription, name in channels_of(settings.alerts, os.environ).unset():
        out.print(
            f"[yellow]alerts.yaml: {name}, a channel of {escape(subscription)}, is not set in the "
            "environment: until it is, its alerts stand on the page only.[/]",
            highlight=False,
        )
    findings = look_at(settings, os.environ)
    for finding in findings:
        state = f"[red]{finding.fault}[/]" if finding.fault else "is there, with everything it needs."
        out.print(f"{finding.server}: {state}", highlight=False)
    if any(finding.fault for finding in findings):
        raise typer.Exit(1)
