"""The steps as Unix filters: JSON lines in, JSON lines out, touching no store."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from pactwatch.commands.context import Context
from pactwatch.lines import story_of
from stories import topics, wire
from stories.model import Story

out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)
Lines = Annotated[str, typer.Argument(help="A file of JSON lines, or - for standard input.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(match)


class Reading:
    """Reads stories line by line; a line that cannot be read is named and skipped."""

    def __init__(self, source: str) -> None:
        self.source, self.skipped = source, 0

    def __iter__(self) -> Iterator[Story]:
        """Yield the stories that could be read."""
        if self.source == "-":
            yield from self._read(sys.stdin.buffer)
        else:
            with Path(self.source).open("rb") as lines:
                yield from self._read(lines)

    def finish(self) -> None:
        """End with exit status 1 if a line was skipped."""
        if self.skipped:
            raise typer.Exit(1)

    def _read(self, lines: Any) -> Iterator[Story]:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                yield story_of(msgspec.json.decode(line))
            except (msgspec.DecodeError, ValueError, TypeError) as error:
                self.skipped += 1
                err.print(f"line {number} is skipped: {error}", highlight=False)


def match(context: typer.Context, file: Lines) -> None:
    """Answer with the alerts that the subscriptions on stories would send; untagged stories are tagged."""
    from streams.match.operator import MatchOperator
    from streams.operator import Event, MemoryState, run

    given: Context = context.obj
    operator, state = MatchOperator(given.settings.alerts), MemoryState()
    reading = Reading(file)
    for story in reading:
        for event in run(operator, state, Event(topics.CLUSTERED.name, "", given.tagged(story))):
            sys.stdout.buffer.write(wire.encode(event.document) + b"\n")
    reading.finish()
