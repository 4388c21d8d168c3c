"""The command `pactwatch`: what every command shares, and how a foreseeable fault ends."""

import sqlite3
import sys
from pathlib import Path
from typing import Annotated

import typer
from platformdirs import user_data_path
from rich.console import Console

from pactwatch import logs
from pactwatch.commands import (
    alerting,
    clusters,
    dead_letters,
    evaluating,
    feeds,
    filling,
    filters,
    keeping,
    listings,
    pacts,
    running,
    scaled,
    tagging,
)
from pactwatch.commands.context import Context
from pactwatch.logs import LogFormat
from pactwatch.settings import options
from pactwatch.stopping import Deadline
from stories.errors import ConfigError, PactwatchError, QueryError

USAGE = 2
app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Watch the world's news for defence pacts, ratifications and conflicts.",
)
running.register(app)
listings.register(app)
feeds.register(app)
alerting.register(app)
dead_letters.register(app)
tagging.register(app)
filling.register(app)
filters.register(app)
clusters.register(app)
pacts.register(app)
evaluating.register(app)
scaled.register(app)
keeping.register(app)


@app.callback()
def shared(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option(help="Folder with your YAML files; what it lacks is built in.")
    ] = None,
    store: Annotated[Path | None, typer.Option(help="The embedded store, one SQLite file.")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log more.")] = False,
    log_format: Annotated[
        LogFormat | None, typer.Option(help="How log lines look; auto: console at a terminal, else json.")
    ] = None,
) -> None:
    """Say where the configuration and the store are."""
    logs.configure(log_format or _configured(config), verbose=verbose)
    context.obj = Context(config, store or user_data_path("pactwatch", appauthor=False) / "pactwatch.db")


def _configured(config: Path | None) -> LogFormat:
    """Return how log lines are to look; a fault of the configuration is for the command to tell."""
    try:
        return options(config).log.format
    except ConfigError:
        return LogFormat.AUTO


def main() -> None:
    """Run the command; a foreseeable fault ends it with its message and exit code 1 (2: badly written)."""
    try:
        app()
    except (ConfigError, QueryError) as error:
        _complain(error, USAGE)
    except PactwatchError as error:
        _complain(error, 1)
    except sqlite3.Error as error:
        _complain(_of_database(error), 1)
    except (BrokenPipeError, KeyboardInterrupt):
        sys.exit(130)
    finally:
        Deadline().begin()  # no library's thread keeps a process that has said its last word


def _of_database(error: sqlite3.Error) -> Exception:
    """Return what to tell of a database that failed: all of a batch is in it, or nothing."""
    return PactwatchError(
        f"a database failed ({error}): make room on its disk and check its rights, then start again; "
        "what was under way is taken up again, nothing is lost"
    )


def _complain(error: Exception, code: int) -> None:
    Console(stderr=True).print(f"[bold red]pactwatch:[/] {error}", soft_wrap=True, highlight=False)
    sys.exit(code)
