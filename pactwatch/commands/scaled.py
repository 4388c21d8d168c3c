"""Commands of the scaled-out pactwatch: setup, poll, work and page, on Kafka and Elasticsearch."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from platformdirs import user_data_path
from rich.console import Console

from pactwatch import render
from pactwatch.commands.context import Context
from pactwatch.stopping import Deadline
from stories.model import FeedState

if TYPE_CHECKING:
    from producers.fetch import Fetcher
    from producers.kafka import KafkaPublisher

out = Console(soft_wrap=True)
HealthPort = Annotated[
    int | None,
    typer.Option(help="Answer /healthz, /readyz and /metrics on this port, or the next free one."),
]
HealthHost = Annotated[
    str,
    typer.Option(help="Where --health-port listens; off loopback only with PACTWATCH_PAGE_TOKEN."),
]


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
    health_port: HealthPort = None,
    health_host: HealthHost = "127.0.0.1",
) -> None:
    """Poll the feeds and publish what is new to Kafka; several processes share the feeds, none polls twice.

    A feed's state is kept on the topic `feeds`: where one process stops, another goes on.
    """
    given: Context = context.obj
    with Deadline() as deadline:
        if once:
            states = asyncio.run(_poll_once(given))
        else:
            asyncio.run(_poll(given, health_port, health_host, deadline))
            return
    failing = sum(bool(state.error) for state in states)
    out.print(f"{len(states)} feeds polled, {failing} failing.")


async def _poll_once(given: Context) -> list[FeedState]:
    from producers.kafka import read_states
    from producers.poll import Poller

    kafka = given.settings.options.kafka
    async with _polling(given) as (fetcher, publisher, security):
        states = read_states(kafka.bootstrap, kafka.prefix, **security)
        with render.polling(len(given.settings.feeds)) as polled:
            poller = Poller(given.settings.feeds, fetcher, states, publisher.publish, progress=polled)
            return await poller.run_once()


async def _poll(given: Context, port: int | None, host: str, deadline: Deadline) -> None:
    from pactwatch.door import Job, application, door
    from pactwatch.metrics import Metrics
    from pactwatch.service import free_port, page_token, until_stopped
    from producers.poll import Poller
    from producers.sharing import SharedFeeds

    kafka, metrics = given.settings.options.kafka, Metrics()
    async with _polling(given) as (fetcher, publisher, security):
        poller = Poller(
            given.settings.feeds, fetcher, {}, publisher.publish, progress=metrics.polled, shared=True
        )
        metrics.ask_feeds(lambda: poller.held)
        share = SharedFeeds(poller, kafka.bootstrap, kafka.prefix, **security)
        jobs: list[Job] = [share.run, poller.run]
        if port is not None:
            app = application((), metrics, lambda: share.ready, page_token())
            jobs.append(door(app, free_port(host, port)))
        await until_stopped(*jobs, deadline=deadline)


@asynccontextmanager
async def _polling(given: Context) -> AsyncIterator[tuple["Fetcher", "KafkaPublisher", dict[str, Any]]]:
    """Yield what every poll needs: who fetches, who publishes, how to log in."""
    from pactwatch.connections import kafka_security
    from producers.fetch import Fetcher
    from producers.kafka import KafkaPublisher

    options = given.settings.options
    security = kafka_security(options.kafka, os.environ)
    async with (
        Fetcher(contact=options.polling.contact) as fetcher,
        KafkaPublisher(options.kafka.bootstrap, options.kafka.prefix, **security) as publisher,
    ):
        yield fetcher, publisher, security


def work(
    context: typer.Context,
    only: Annotated[
        list[str] | None, typer.Option(help="A step to run; give it again for more. All else.")
    ] = None,
    until_idle: Annotated[
        float | None, typer.Option(help="End after so many seconds with nothing to do.")
    ] = None,
    state: Annotated[Path | None, typer.Option(help="Folder for the steps' databases.")] = None,
    health_port: HealthPort = None,
    health_host: HealthHost = "127.0.0.1",
    instance: Annotated[str, typer.Option(help="A name that stays, for quick restarts.")] = "",
) -> None:
    """Run steps on Kafka, index into Elasticsearch, deliver alerts; several processes share the work."""
    from pactwatch.connections import channels_of, elasticsearch_sink, kafka_security
    from pactwatch.metrics import Metrics
    from pactwatch.pipeline import build
    from pactwatch.worker import Outlets, WorkOptions
    from pactwatch.worker import work as run_steps
    from streams.kafka.options import KafkaOptions

    given: Context = context.obj
    options, metrics = given.settings.options, Metrics()
    kafka = KafkaOptions(
        options.kafka.bootstrap,
        state or user_data_path("pactwatch", appauthor=False) / "partitions",
        prefix=options.kafka.prefix,
        instance=instance,
        security=kafka_security(options.kafka, os.environ),
        watch=metrics,
    )
    channels = channels_of(given.settings.alerts, os.environ, metrics)
    outlets = Outlets(
        elasticsearch_sink(options, os.environ).write if options.elasticsearch.url else None,
        channels.deliver,
        [alert.name for alert in given.settings.alerts if alert.channels],
    )
    chosen = WorkOptions(
        kafka, only=only or (), until_idle_s=until_idle, health_port=health_port, health_host=health_host
    )
    for progress in run_steps(build(given.settings), outlets, chosen, metrics):
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
