"""What leaves the embedded store: a story on request, with every line on it, and what grew too old."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeVar

from sinks.sqlite import index
from stories import topics, wire
from stories.model import Alert, Cluster, DeadLetter, Document, PactChange, Story
from stories.withdrawal import change_without, letter_without, listing_without

D = TypeVar("D", bound=Document)


def withdraw(connection: sqlite3.Connection, story: Story) -> None:
    """Take out the story that `story` stands for: its text, and the lists, alerts and news that quote it.

    Pacts come anew from the step that keeps them.
    """
    connection.execute("PRAGMA secure_delete = ON")  # what is freed is overwritten
    row = connection.execute("SELECT row, document FROM stories WHERE id = ?", (story.id,)).fetchone()
    known = wire.decode(row[1], Story) if row else story
    if row:
        _remove(connection, row[0], known)
        # the words of a removed row stay in the index until its parts are merged
        connection.execute("INSERT INTO story_words (story_words) VALUES ('optimize')")
    cluster = known.cluster or story.cluster
    _rewrite(connection, topics.CLUSTERS.name, Cluster, lambda one: listing_without(one, story.id), cluster)
    _rewrite(connection, topics.PACT_CHANGES.name, PactChange, lambda one: change_without(one, story.id))
    _rewrite(connection, topics.ALERTS.name, Alert, lambda one: None if _rests_on(one, story.id) else one)
    _rewrite(connection, topics.DEAD_LETTERS.name, DeadLetter, lambda one: letter_without(one, story.id))


def prune(connection: sqlite3.Connection, before: datetime, limit: int) -> int:
    """Remove up to `limit` stories older than `before`, and when none is left, clusters; return how many."""
    before_ms = int(before.timestamp() * 1000)
    rows = connection.execute(
        "SELECT row, document FROM stories WHERE timestamp < ? ORDER BY timestamp LIMIT ?", (before_ms, limit)
    ).fetchall()
    for row, document in rows:
        _remove(connection, row, wire.decode(document, Story))
    if rows:
        return len(rows)
    return connection.execute(
        "DELETE FROM documents WHERE kind = ? AND sort < ?", (topics.CLUSTERS.name, before_ms)
    ).rowcount


def _remove(connection: sqlite3.Connection, row: int, story: Story) -> None:
    index.forget(connection, row, story)
    connection.execute("DELETE FROM stories WHERE row = ?", (row,))


def _rests_on(alert: Alert, story_id: str) -> bool:
    return story_id == alert.subject.id or story_id in alert.receipt.stories


def _rewrite(
    connection: sqlite3.Connection, kind: str, decoded: type[D], change: Callable[[D], D | None],
    identity: str = "",
) -> None:  # fmt: skip
    """Put what `change` makes of each document of a kind, or of one, in its place; None removes it."""
    for key, known in list(_documents(connection, kind, decoded, identity)):
        changed = change(known)
        if changed is None:
            connection.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (kind, key))
        elif changed != known:
            parent = "merged" if getattr(changed, "merged_into", "") else None
            connection.execute(
                "UPDATE documents SET document = ?, revision = ?, parent = coalesce(?, parent) "
                "WHERE kind = ? AND id = ?",
                (wire.encode(changed), getattr(changed, "revision", 1), parent, kind, key),
            )


def _documents(
    connection: sqlite3.Connection, kind: str, decoded: type[D], identity: str
) -> Iterator[tuple[str, D]]:
    rows = connection.execute(
        "SELECT id, document FROM documents WHERE kind = ? AND (? = '' OR id = ?)", (kind, identity, identity)
    )
    for key, document in rows:
        yield key, wire.decode(document, decoded)
