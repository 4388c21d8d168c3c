"""News items of the archive as stories, a dozen outlets among them."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from stories.model import Feed, Story

OUTLETS = 12


def archive(data: Path, limit: int, since: str = "2022-06-20") -> list[Story]:
    """Return the first `limit` items from `since` on."""
    return list(islice(_stories(data, since), limit))


def _stories(data: Path, since: str) -> Iterator[Story]:
    with gzip.open(data / "archive" / "current_events_2010_2024.jsonl.gz", "rt") as lines:
        items = (item for item in map(json.loads, lines) if item["date"] >= since)
        for number, item in enumerate(items):
            when = datetime.fromisoformat(item["date"]).replace(tzinfo=UTC)
            host = f"outlet{number % OUTLETS}.test"
            yield Story(
                id=item["id"],
                url=f"https://{host}/{item['id']}",
                title=item["text"][:80],
                summary=item["text"],
                published=when,
                first_published=when,
                fetched=when,
                timestamp=when,
                feed=Feed(url=f"https://{host}/feed", name=host, language="en"),
            )
