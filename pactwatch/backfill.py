"""Stories of the past from files, JSON lines or saved feeds, into the embedded store, without an alert."""

import gzip
import hashlib
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

    A run that was killed goes on behind the last batch that is durable; what comes again changes nothing.
    """
    skipped: list[Skipped] = []
    for file in files:
        source = _source(file)
        stories = _stories(file, embedded.progress(source), skipped, heard)
        while batch := list(islice(stories, MAX_BATCH)):
            embedded.process(story for _, story in batch)
            embedded.note_progress(source, batch[-1][0])
        embedded.note_progress(source, 0)
    return skipped


def _source(file: Path) -> str:
    """Return what a file's progress is kept under: changed contents are read from their beginning."""
    with file.open("rb") as data:
        return f"backfill:{hashlib.file_digest(data, 'blake2b').hexdigest()[:32]}"


def _stories(file: Path, done: int, skipped: list[Skipped], heard: Heard) -> Iterator[tuple[int, Story]]:
    """Yield the stories of a file behind line `done`, each with its line (0 in a feed)."""
    with file.open("rb") as raw, _plain(raw, file) as data:
        start = data.read(1)
        if not start.strip() or start == b"{":
            yield from _lines(file, start, data, raw, done, skipped, heard)
            return
        try:
            yield from ((0, story) for story in _entries(file, start + data.read()))
        except FeedError as error:
            skipped.append(Skipped(str(file), str(error)))
        heard(raw.tell())


def _plain(raw: BinaryIO, file: Path) -> BinaryIO:
    return cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if file.suffix == ".gz" else raw


def _lines(
    file: Path, start: bytes, data: BinaryIO, raw: BinaryIO, done: int, skipped: list[Skipped], heard: Heard
) -> Iterator[tuple[int, Story]]:
    feed, told = Feed(url=f"file:{file.name}", name=file.name), 0
    for number, line in enumerate(data, start=1):
        whole = start + line if number == 1 else line
        if raw.tell() != told:
            heard(raw.tell() - told)
            told = raw.tell()
        if number <= done or not whole.strip():
            continue
        try:
            story = story_of(msgspec.json.decode(whole))
        except (msgspec.DecodeError, ValueError, TypeError) as error:
            skipped.append(Skipped(f"{file}:{number}", str(error)))
            continue
        yield number, story if story.feed.url else msgspec.structs.replace(story, feed=feed)


def _entries(file: Path, body: bytes) -> Iterator[Story]:
    source = FeedSource(url=f"https://saved.invalid/{quote(file.name)}", name=file.name)
    for story in parse(body, source, datetime.now(UTC)).stories:
        # fetched when it came out, so that the stream's clock does not run ahead of the past
        when = story.published or story.fetched
        yield msgspec.structs.replace(story, fetched=when, timestamp=when)
