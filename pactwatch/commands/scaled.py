"""Commands of the scaled-out pactwatch: setup, poll and work, on Kafka."""

from pathlib import Path
from typing import Annotated

import typer
from platformdirs import user_data_path
from rich.console import Console

from pactwatch.commands.context import Context

out = Console(soft_wrap=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(setup)
    app.command()(work)


def setup(context: typer.Context) -> None:
    """Make the Kafka topics that are missing, one for each subscription among them."""
    from pactwatch.setup_kafka import TopicOptions, create_topics

    given: Context = context.obj
    kafka = given.settings.options.kafka
    options = TopicOptions(
        kafka.bootstrap, prefix=kafka.prefix, partitions=kafka.partitions, replication=kafka.replication
    )
    made = create_topics(options, [alert.name for alert in given.settings.alerts])
    out.print(f"{len(made)} topics made: {', '.join(made)}" if made else "Every topic is there.")


def work(
    context: typer.Context,
    only: Annotated[
        list[str] | None, typer.Option(help="A step to run; give it again for more. All else.")
    ] = None,
    until_idle: Annotated[
        float | None, typer.Option(help="End after so many seconds with nothing to do.")
    ] = None,
    state: Annotated[Path | None, typer.Option(help="Folder for the steps' databases.")] = None,
    instance: Annotated[str, typer.Option(help="A name that stays, for quick restarts.")] = "",
) -> None:
    """Run steps on Kafka; several processes share the partitions."""
    from pactwatch.pipeline import build
    from pactwatch.worker import WorkOptions
    from pactwatch.worker import work as run_steps
    from streams.kafka.options import KafkaOptions

    given: Context = context.obj
    options = given.settings.options.kafka
    folder = state or user_data_path("pactwatch", appauthor=False) / "partitions"
    kafka = KafkaOptions(options.bootstrap, folder, prefix=options.prefix, instance=instance)
    for progress in run_steps(
        build(given.settings), None, WorkOptions(kafka, only=only or (), until_idle_s=until_idle)
    ):
        out.print(f"{progress.step:8} {progress.processed} processed, {progress.lag} waiting")
