"""The words and values by which the embedded store finds a story: put in, and taken out again."""

import sqlite3
from collections.abc import Iterator

from sinks.sqlite_query import HAS_WORDS
from stories.fields import STORY, values
from stories.model import Story
from stories.text import words

_KEYWORDS = [name for name, kind in STORY.types.items() if kind == "keyword" and name != "id"]


def index(connection: sqlite3.Connection, row: int, story: Story) -> None:
    """Make the story in `row` findable."""
    connection.execute(
        "INSERT INTO story_words (rowid, title, summary, body) VALUES (?, ?, ?, ?)", (row, *_words(story))
    )
    connection.executemany(
        "INSERT OR IGNORE INTO story_values VALUES (?, ?, ?)",
        ((field, value, row) for field, value in _values(story)),
    )


def forget(connection: sqlite3.Connection, row: int, story: Story) -> None:
    """Take out what `index` put in for `story`, the document as it was then."""
    # a contentless index forgets a row only when told the very words it was given
    connection.execute(
        "INSERT INTO story_words (story_words, rowid, title, summary, body) VALUES ('delete', ?, ?, ?, ?)",
        (row, *_words(story)),
    )
    connection.execute("DELETE FROM story_values WHERE story = ?", (row,))


def _words(story: Story) -> tuple[str, str, str]:
    title, summary, body = (" ".join(words(text)) for text in (story.title, story.summary, story.body))
    return title, summary, body


def _values(story: Story) -> Iterator[tuple[str, str]]:
    held = values(story)
    for field in _KEYWORDS:
        for value in held.get(field, ()):
            yield field, str(value)
    for field in STORY.default:
        if field in held:
            yield HAS_WORDS, field
