"""News without end for the soak: the archive and three series of feeds by time, years later each time over."""

import gzip
import heapq
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec.structs import replace

from producers.feeds import parse
from producers.parsed import FeedError
from producers.source import FeedSource
from stories.model import Story
from tests.faults import material

APART = timedelta(days=30)


def without_end(stories: int) -> Iterator[Story]:
    """Yield for ever; a pass has so many stories of the archive and what the series tell in those years."""
    first: list[Story] = []
    for story in heapq.merge(material.stories(stories), *series(), key=lambda story: story.fetched):
        first.append(story)
        yield story
    span, number = first[-1].fetched - first[0].fetched + APART, 0
    while True:
        number += 1
        for story in first:
            yield later(story, number, number * span)


def series() -> list[Iterator[Story]]:
    """Return of each series its stories in order of time, read as they are asked for."""
    folders = sorted(path for path in (material.folder() / "series").iterdir() if path.is_dir())
    return [appearing(sorted(folder.glob("*.xml.gz"))) for folder in folders]


def appearing(snapshots: list[Path]) -> Iterator[Story]:
    """Yield what a poller makes of a feed's snapshots: each entry as it appears, and again as it is edited."""
    told: dict[str, tuple[str, str]] = {}
    for path in snapshots:
        for story in snapshot(path):
            text = (story.title, story.summary)
            if told.get(story.id) != text:
                told[story.id] = text
                yield story


def snapshot(path: Path) -> list[Story]:
    """Return the stories of one snapshot of a feed, whose name begins with the Unix time it was fetched at."""
    when = datetime.fromtimestamp(int(path.name.split("_")[0]), UTC)
    url = f"https://{path.parent.name}.test/feed"
    try:
        read = parse(gzip.decompress(path.read_bytes()), FeedSource(url=url, language="en"), when, url=url)
    except FeedError:  # an error page that was saved as a feed
        return []
    return list(read.stories)


def later(story: Story, number: int, by: timedelta) -> Story:
    """Return `story` as another one, told so much later."""
    published = story.published and story.published + by
    return replace(
        story, id=f"{story.id}-{number}", url=f"{story.url}-{number}", published=published,
        first_published=story.first_published + by, fetched=story.fetched + by, timestamp=story.timestamp + by,
    )  # fmt: skip
