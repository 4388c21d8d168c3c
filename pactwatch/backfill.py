"""Stories of the past from files, JSON lines or saved feeds, into the embedded store, without an alert."""

import gzip
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast
from urllib.parse import quote

import msgspec

from pactwatch.embedded import MAX_BATCH, Embedded
from pactwatch.lines import story_of
from producers.feeds import parse
from producers.parsed import FeedError
from producers.source import FeedSource
from stories.model import Feed, Story

Heard = Callable[[int], None]


class Skipped(NamedTuple):
    """What could not be read: where (file, or file:line), and why."""

    place: str
    reason: str


def backfill(embedded: Embedded, files: Iterable[Path], heard: Heard) -> list[Skipped]:
    """Take the stories of `files` the whole way; `heard` is told of bytes read, now and then.

    What the store has already changes nothing, so a run that was stopped goes on when it is run again.
    """
    skipped: list[Skipped] = []
    for file in files:
        stories = _stories(file, skipped, heard)
        while batch := list(islice(stories, MAX_BATCH)):
            embedded.process(batch)
    return skipped


def _stories(file: Path, skipped: list[Skipped], heard: Heard) -> Iterator[Story]:
    with file.open("rb") as raw, _plain(raw, file) as data:
        start = data.read(1)
        if not start.strip() or start == b"{":
            yield from _lines(file, start, data, raw, skipped, heard)
            return
        try:
            yield from _entries(file, start + data.read())
        except FeedError as error:
            skipped.append(Skipped(str(file), str(error)))
        heard(raw.tell())


def _plain(raw: BinaryIO, file: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if file.suffix == ".gz" else raw


def _lines(
    file: Path, start: bytes, data: BinaryIO, raw: BinaryIO, skipped: list[Skipped], heard: Heard
) -> Iterator[Story]:
    feed, told = Feed(url=f"file:{file.name}", name=file.name), 0
    for number, line in enumerate(data, start=1):
        whole = start + line if number == 1 else line
        if raw.tell() != told:
            heard(raw.tell() - told)
            told = raw.tell()
        if not whole.strip():
            continue
        try:
            story = story_of(msgspec.json.decode(whole))
        except (msgspec.DecodeError, ValueError, TypeError) as error:
            skipped.append(Skipped(f"{file}:{number}", str(error)))
            continue
        yield story if story.feed.url else msgspec.structs.replace(story, feed=feed)


def _entries(file: Path, body: bytes) -> Iterator[Story]:
    source = FeedSource(url=f"https://saved.invalid/{quote(file.name)}", name=file.name)
    for story in parse(body, source, datetime.now(UTC)).stories:
        # fetched when it came out, so that the stream's clock does not run ahead of the past
        when = story.published or story.fetched
        yield msgspec.structs.replace(story, fetched=when, timestamp=when)
