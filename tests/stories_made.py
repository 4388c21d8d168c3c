"""Documents for tests, with only the fields a test cares about."""

from datetime import UTC, datetime
from typing import Any

from stories.model import Feed, Story

NOON = datetime(2025, 5, 21, 12, tzinfo=UTC)
FEED = Feed(url="https://news.test/feed", name="News")


def story(story_id: str = "a", **fields: Any) -> Story:
    """Return a story published at noon of 21 May 2025, unless `fields` say otherwise."""
    when = fields.pop("when", NOON)
    fields.setdefault("feed", FEED)
    fields.setdefault("url", f"https://news.test/{story_id}")
    return Story(id=story_id, published=when, first_published=when, fetched=when, timestamp=when, **fields)
