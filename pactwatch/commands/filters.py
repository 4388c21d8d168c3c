"""The steps as Unix filters: JSON lines in, JSON lines out, touching no store."""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console

from pactwatch.commands.context import Context
from stories import topics, wire
from stories.model import Feed, Story

out = Console(soft_wrap=True)
err = Console(stderr=True, soft_wrap=True)
Lines = Annotated[str, typer.Argument(help="A file of JSON lines, or - for standard input.")]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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


def story_of(plain: Any) -> Story:
    """Return the story of one input line: id and any of title, summary, body, text, published or date.

    A line that `tag` wrote is a whole story: it names the rules that tagged it.
    """
    if not isinstance(plain, dict) or not isinstance(plain.get("id"), str):
        raise ValueError("a line is an object with at least an id")
    if plain.get("rules"):
        return msgspec.convert(plain, Story)
    written = plain.get("published") or plain.get("date")
    when = datetime.fromisoformat(written) if isinstance(written, str) else None
    if when is not None:
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    texts = {name: plain.get(name) or "" for name in ("title", "summary", "body", "url", "language")}
    texts["body"] = texts["body"] or plain.get("text") or ""
    if not all(isinstance(text, str) for text in texts.values()):
        raise ValueError("title, summary, body, text, url and language are strings")
    moment = when or EPOCH
    return Story(
        id=plain["id"], url=texts["url"], title=texts["title"], summary=texts["summary"], body=texts["body"],
        language=texts["language"], published=when, first_published=moment, fetched=moment, timestamp=moment,
        feed=Feed(url=""),
    )  # fmt: skip


def match(context: typer.Context, file: Lines) -> None:
    """Answer with the alerts that the subscriptions on stories would send; untagged stories are tagged."""
    from streams.match.operator import MatchOperator
    from streams.operator import Event, MemoryState, run
    from streams.tag.operator import build

    given: Context = context.obj
    tagger = build(given.settings.actors, given.settings.topics)
    operator, state = MatchOperator(given.settings.alerts), MemoryState()
    reading = Reading(file)
    for story in reading:
        tagged = story if story.rules else tagger.tag(story)
        for event in run(operator, state, Event(topics.CLUSTERED.name, "", tagged)):
            sys.stdout.buffer.write(wire.encode(event.document) + b"\n")
    reading.finish()
