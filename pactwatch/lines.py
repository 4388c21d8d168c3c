"""Stories as people write them down: one JSON object a line, an id and some text."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from stories.model import Feed, Story

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
