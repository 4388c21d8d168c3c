"""The words and values by which the embedded store finds a story: put in, and taken out again."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from sinks.sqlite.query import HAS_WORDS
from stories.fields import STORY, values
from stories.model import Story
from stories.text import words

_KEYWORDS = [name for name, kind in STORY.types.items() if kind == "keyword" and name != "id"]


def add(connection: sqlite3.Connection, stories: Sequence[tuple[int, Story]]) -> None:
    """Make stories findable, each in its row."""
    for row, story in stories:
        _add_words(connection, row, story)
    found = ((field, value, row) for row, story in stories for field, value in _values(story))
    _add_values(connection, found)


def replace(connection: sqlite3.Connection, row: int, old: Story, new: Story) -> None:
    """Make `new` findable where `old` was: a story that only moved to another cluster keeps its words."""
    if [getattr(old, field) for field in STORY.default] != [getattr(new, field) for field in STORY.default]:
        _forget_words(connection, row, old)
        _add_words(connection, row, new)
    before, now = set(_values(old)), set(_values(new))
    connection.executemany(
        "DELETE FROM story_values WHERE field = ? AND value = ? AND story = ?",
        ((field, value, row) for field, value in before - now),
    )
    _add_values(connection, ((field, value, row) for field, value in now - before))


def forget(connection: sqlite3.Connection, row: int, story: Story) -> None:
    """Take out what `add` put in for `story`, the document as it was then."""
    _forget_words(connection, row, story)
    connection.execute("DELETE FROM story_values WHERE story = ?", (row,))


def _add_words(connection: sqlite3.Connection, row: int, story: Story) -> None:
    connection.execute(
        "INSERT INTO story_words (rowid, title, summary, body) VALUES (?, ?, ?, ?)", (row, *_words(story))
    )


def _forget_words(connection: sqlite3.Connection, row: int, story: Story) -> None:
    # a contentless index forgets a row only when told the very words it was given
    connection.execute(
        "INSERT INTO story_words (story_words, rowid, title, summary, body) VALUES ('delete', ?, ?, ?, ?)",
        (row, *_words(story)),
    )


def _add_values(connection: sqlite3.Connection, found: Iterable[tuple[str, str, int]]) -> None:
    # in the table's own order: neighbours are on one page
    connection.executemany("INSERT OR IGNORE INTO story_values VALUES (?, ?, ?)", sorted(found))


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
