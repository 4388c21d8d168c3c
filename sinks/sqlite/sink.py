"""Documents into the embedded store, inside the transaction of whoever runs the steps."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sinks.sqlite import index, removal, schema
from stories import topics, wire
from stories.model import Alert, Cluster, DeadLetter, Delivery, Document, FeedState, Pact, PactChange, Story


class SqliteSink:
    """Writes what the page and the commands read. Never commits: state and output are one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def create(self) -> None:
        """Make the tables where they are missing. Raises PermanentError on a newer file."""
        schema.create(self.connection)

    def write(self, documents: Iterable[tuple[str, Document]]) -> None:
        """Store (topic name, document) pairs; of one id the highest revision stays, whatever came last."""
        newest: dict[tuple[str, str], Document] = {}
        for topic, document in documents:
            if isinstance(document, Alert) and document.withdraws:
                continue  # the withdrawn story itself takes out the alerts
            key = (topic, _id(document))
            known = newest.get(key)
            if known is None or _revision(document) >= _revision(known):
                newest[key] = document
        stories = [document for document in newest.values() if isinstance(document, Story)]
        self._write_stories(stories)
        self.connection.executemany(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
            "revision = excluded.revision, sort = excluded.sort, parent = excluded.parent, "
            "document = excluded.document WHERE excluded.revision >= revision",
            (
                _row(topic, document)
                for (topic, _), document in newest.items()
                if not isinstance(document, Story)
            ),
        )

    def forget(self, topic: str, identity: str) -> None:
        """Remove one document that is no story."""
        self.connection.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (topic, identity))

    def prune(self, before: datetime, limit: int) -> int:
        """Remove up to `limit` stories older than `before`, then clusters; return how many were there."""
        return removal.prune(self.connection, before, limit)

    def _write_stories(self, stories: list[Story]) -> None:
        fresh: list[tuple[int, Story]] = []
        for story in stories:
            if story.withdrawn:
                removal.withdraw(self.connection, story)
                continue
            known = self.connection.execute(
                "SELECT row, revision, document FROM stories WHERE id = ?", (story.id,)
            ).fetchone()
            if known is None:
                fresh.append((self._insert(story), story))
            elif known[1] < story.revision:
                self._replace(known[0], wire.decode(known[2], Story), story)
        index.add(self.connection, fresh)

    def _insert(self, story: Story) -> int:
        cursor = self.connection.execute(
            "INSERT INTO stories (id, revision, url, cluster, timestamp, published, first_published, "
            "fetched, document) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (story.id, *_columns(story)),
        )
        return int(cursor.lastrowid or 0)

    def _replace(self, row: int, old: Story, new: Story) -> None:
        self.connection.execute(
            "UPDATE stories SET revision = ?, url = ?, cluster = ?, timestamp = ?, published = ?, "
            "first_published = ?, fetched = ?, document = ? WHERE row = ?",
            (*_columns(new), row),
        )
        index.replace(self.connection, row, old, new)


def _columns(story: Story) -> tuple[Any, ...]:
    return (
        story.revision, story.url, story.cluster, milliseconds(story.timestamp),
        milliseconds(story.published), milliseconds(story.first_published),
        milliseconds(story.fetched), wire.encode(story),
    )  # fmt: skip


def milliseconds(moment: datetime | None) -> int | None:
    """Return `moment` as whole milliseconds since 1970, the precision of every date comparison."""
    return None if moment is None else int(moment.timestamp() * 1000)


def _id(document: Document) -> str:
    identity: str = document.url if isinstance(document, FeedState) else getattr(document, "id")  # noqa: B009
    return identity


def _revision(document: Document) -> int:
    revision: int = getattr(document, "revision", 1)
    return revision


def _row(topic: str, document: Document) -> tuple[str, str, int, int, str, bytes]:
    moment, parent = _place(document)
    return (
        topic, _id(document), _revision(document), milliseconds(moment) or 0, parent, wire.encode(document)
    )  # fmt: skip


def _place(document: Document) -> tuple[datetime | None, str]:
    """Return by which time a document is listed, and what it is listed under."""
    match document:
        case Cluster() | Pact():
            return document.last_seen, "merged" if document.merged_into else ""
        case PactChange():
            return document.timestamp, document.pact.id
        case Alert():
            return document.when, document.subscription
        case Delivery():
            return document.when, document.subscription
        case FeedState():
            return document.last_poll, "failing" if document.error else "ok"
        case DeadLetter():
            return document.when, document.topic
    raise TypeError(
        f"no place in the store for a {type(document).__name__}; topics: {sorted(topics.BY_NAME)}"
    )
