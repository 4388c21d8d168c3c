"""Commands of the scaled-out pactwatch: setup, poll, work and page, on Kafka and Elasticsearch."""

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer
from platformdirs import user_data_path
from rich.console import Console

from pactwatch import render
from pactwatch.commands.context import Context
from pactwatch.stopping import Deadline
from stories.model import FeedState

out = Console(soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(setup)
    app.command()(poll)
    app.command()(work)
    app.command()(page)


def setup(context: typer.Context) -> None:
    """Make what is missing: Kafka's topics, Elasticsearch's templates, Kibana's dashboard."""
    from pactwatch.setup_servers import set_up

    given: Context = context.obj
    for line in set_up(given.settings, os.environ):
        out.print(line)


def poll(
    context: typer.Context,
    once: Annotated[bool, typer.Option("--once", help="Poll every feed one time, then end.")] = False,
) -> None:
    """Poll the feeds and publish what is new to Kafka; several processes share the feeds, none polls twice.

    A feed's state is kept on the topic `feeds`: where one process stops, another goes on.
    """
    given: Context = context.obj
    with Deadline() as deadline:
        states = asyncio.run(_poll(given, once, deadline))
    failing = sum(bool(state.error) for state in states)
    if once:
        out.print(f"{len(states)} feeds polled, {failing} failing.")


async def _poll(given: Context, once: bool, deadline: Deadline) -> list[FeedState]:
    from pactwatch.connections import kafka_security
    from pactwatch.service import until_stopped
    from producers.fetch import Fetcher
    from producers.kafka import KafkaPublisher, read_states
    from producers.poll import Poller
    from producers.sharing import SharedFeeds

    options = given.settings.options
    security = kafka_security(options.kafka, os.environ)
    kafka = options.kafka
    async with (
        Fetcher(contact=options.polling.contact) as fetcher,
        KafkaPublisher(kafka.bootstrap, kafka.prefix, **security) as publisher,
    ):
        if once:
            states = read_states(kafka.bootstrap, kafka.prefix, **security)
            with render.polling(len(given.settings.feeds)) as polled:
                poller = Poller(given.settings.feeds, fetcher, states, publisher.publish, progress=polled)
                return await poller.run_once()
        poller = Poller(given.settings.feeds, fetcher, {}, publisher.publish, shared=True)
        share = SharedFeeds(poller, kafka.bootstrap, kafka.prefix, **security)
        await until_stopped(share.run, poller.run, deadline=deadline)
    return list(poller.states.values())


def work(
    context: typer.Context,
    only: Annotated[
        list[str] | None, typer.Option(help="A step to run; give it again for more. All else.")
    ] = None,
    until_idle: Annotated[
        float | None, typer.Option(help="End after so many seconds with nothing to do.")
    ] = None,
    state: Annotated[Path | None, typer.Option(help="Folder for the steps' databases.")] = None,
    health_port: Annotated[
        int | None,
        typer.Option(help="Answer /healthz and /readyz on this port of loopback, or the next free."),
    ] = None,
    instance: Annotated[str, typer.Option(help="A name that stays, for quick restarts.")] = "",
) -> None:
    """Run steps on Kafka, index into Elasticsearch, deliver alerts; several processes share the work."""
    from pactwatch.connections import channels_of, elasticsearch_sink, kafka_security
    from pactwatch.pipeline import build
    from pactwatch.worker import Outlets, WorkOptions
    from pactwatch.worker import work as run_steps
    from streams.kafka.options import KafkaOptions

    given: Context = context.obj
    options = given.settings.options
    kafka = KafkaOptions(
        options.kafka.bootstrap,
        state or user_data_path("pactwatch", appauthor=False) / "partitions",
        prefix=options.kafka.prefix,
        instance=instance,
        security=kafka_security(options.kafka, os.environ),
    )
    channels = channels_of(given.settings.alerts, os.environ)
    outlets = Outlets(
        elasticsearch_sink(options, os.environ).write if options.elasticsearch.url else None,
        channels.deliver,
        [alert.name for alert in given.settings.alerts if alert.channels],
    )
    chosen = WorkOptions(kafka, only=only or (), until_idle_s=until_idle, health_port=health_port)
    for progress in run_steps(build(given.settings), outlets, chosen):
        out.print(f"{progress.step:8} {progress.processed} processed, {progress.lag} waiting")


def page(
    context: typer.Context,
    port: Annotated[int | None, typer.Option(help="Port of the page; a busy one means the next.")] = None,
) -> None:
    """Serve the page over what was stored: Elasticsearch where it is configured, else the embedded store."""
    from pactwatch.service import free_port, serve, until_stopped

    given: Context = context.obj
    options = given.settings.options.page
    reader = given.reader()
    listener = free_port(options.host, port or options.port)
    out.print(f"The page is at http://{options.host}:{listener.getsockname()[1]} (Ctrl-C ends)")
    with Deadline() as deadline:
        asyncio.run(
            until_stopped(
                lambda stop: serve(reader, listener, stop, given.settings.subscribed), deadline=deadline
            )
        )
