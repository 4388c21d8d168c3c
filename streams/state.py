"""Durable state of steps in SQLite: records, source offsets and unsent events, changed in one transaction.

One database per partition on Kafka, one in all embedded: the same code. Whoever opens the connection decides
which; every method here works inside the transaction that `transaction()` has opened. Records are written as
it ends: one that changes with every event, as a clock does, is encoded once and read as it is until then.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

from stories.errors import PermanentError
from stories.trace import Trace
from stories.wire import Sending
from streams.operator import Change, Event, R, Table
from streams.outgoing import sendings

STATE_VERSION = 3  # 2: clusters keep norm, dates and language; 3: the outbox keeps traces

# from each version to the next: what brings its records up to date, in one transaction with the number
MIGRATIONS: dict[int, tuple[str, ...]] = {
    # norm and dates cannot be told from what was kept: live clusters end here, new stories begin new ones
    1: ("DELETE FROM state WHERE name IN ('cluster.live', 'cluster.members')",),
    2: ("ALTER TABLE outbox ADD COLUMN trace TEXT NOT NULL DEFAULT ''",),
}

_SCHEMA = """
CREATE TABLE IF NOT EXISTS state (
    name TEXT NOT NULL, key TEXT NOT NULL, record BLOB NOT NULL, PRIMARY KEY (name, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS offsets (
    topic TEXT NOT NULL, part INTEGER NOT NULL, next INTEGER NOT NULL, PRIMARY KEY (topic, part)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, key TEXT NOT NULL, payload BLOB NOT NULL,
    trace TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


class Outgoing(NamedTuple):
    """An event that is durable here and perhaps not yet on its topic."""

    seq: int
    sending: Sending

    @property
    def topic(self) -> str:
        """Return the topic it is for."""
        return self.sending.topic


def connect(path: Path | str, cache_mb: int = 32) -> sqlite3.Connection:
    """Open a database for one writer: WAL, so that readers never wait; usable from the thread that writes.

    Up to `cache_mb` of its pages are kept in memory.
    """
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30.0)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(f"PRAGMA cache_size = {-1000 * cache_mb}")
    return connection


class SqliteState:
    """The records of one or more steps, with their offsets and outbox, on one connection."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.changed: dict[str, dict[str, Change]] = {}  # by table and key: not written yet

    def create(self) -> None:
        """Make the tables where they are missing, bring older records up to date.

        Raises PermanentError on a database of a newer version.
        """
        self.connection.executescript(_SCHEMA)
        row = self.connection.execute("SELECT value FROM facts WHERE name = 'state_version'").fetchone()
        version = int(row[0]) if row else STATE_VERSION
        if version > STATE_VERSION:
            raise PermanentError(
                f"the state was written by a newer pactwatch (version {version}, this one reads up to "
                f"{STATE_VERSION}): upgrade it, or give another --store"
            )
        with self.transaction():
            for older in range(version, STATE_VERSION):
                for statement in MIGRATIONS[older]:
                    self.connection.execute(statement)
            self.connection.execute(
                "INSERT OR REPLACE INTO facts VALUES ('state_version', ?)", (str(STATE_VERSION),)
            )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is written inside becomes durable together, or not at all, however late a disk is full."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._write_changed()
            self.connection.execute("COMMIT")
        except BaseException:
            self.changed.clear()
            if self.connection.in_transaction:  # SQLite takes some back by itself, as when its disk is full
                self.connection.execute("ROLLBACK")
            raise

    # ---- records

    def get(self, table: Table[R], key: str) -> R | None:
        """Return the record under `key`, or None."""
        if change := self.changed.get(table.name, {}).get(key):
            return change.record  # type: ignore[return-value]  # a table's changes hold its own records
        row = self.connection.execute(
            "SELECT record FROM state WHERE name = ? AND key = ?", (table.name, key)
        ).fetchone()
        return None if row is None else table.decode(row[0])

    def items(self, table: Table[R], prefix: str = "") -> Iterator[tuple[str, R]]:
        """Yield (key, record) in order of key, of the keys that begin with `prefix`."""
        self._write_changed(table.name)
        rows = self.connection.execute(
            "SELECT key, record FROM state WHERE name = ? AND key >= ? ORDER BY key", (table.name, prefix)
        )
        for key, record in rows:
            if not key.startswith(prefix):
                return
            yield key, table.decode(record)

    def keys(self, table: Table[R], prefix: str) -> list[str]:
        """Return in order the keys that begin with `prefix`; no record is decoded."""
        self._write_changed(table.name)
        rows = self.connection.execute(
            "SELECT key FROM state WHERE name = ? AND key >= ? ORDER BY key", (table.name, prefix)
        )
        return list(takewhile(lambda key: key.startswith(prefix), (row[0] for row in rows)))

    def write(self, changes: Iterable[Change]) -> None:
        """Store or remove what `changes` say."""
        for change in changes:
            self.changed.setdefault(change.table.name, {})[change.key] = change

    def _write_changed(self, name: str = "") -> None:
        """Write what waits of the table called `name`, by default of every table."""
        for waiting in [self.changed.pop(name, {})] if name else self.changed.values():
            gone = [(table.name, key) for table, key, record in waiting.values() if record is None]
            kept = (
                (table.name, key, table.encode(record))
                for table, key, record in waiting.values()
                if record is not None
            )
            self.connection.executemany("DELETE FROM state WHERE name = ? AND key = ?", gone)
            self.connection.executemany("INSERT OR REPLACE INTO state VALUES (?, ?, ?)", kept)
        if not name:
            self.changed.clear()

    # ---- offsets

    def next_offset(self, topic: str, partition: int) -> int | None:
        """Return the offset of the first event not yet processed, or None at the very start."""
        row = self.connection.execute(
            "SELECT next FROM offsets WHERE topic = ? AND part = ?", (topic, partition)
        ).fetchone()
        return None if row is None else int(row[0])

    def set_next_offset(self, topic: str, partition: int, offset: int) -> None:
        """Remember that every event before `offset` is processed."""
        self.connection.execute("INSERT OR REPLACE INTO offsets VALUES (?, ?, ?)", (topic, partition, offset))

    # ---- outbox

    def enqueue(self, events: Iterable[Event], trace: Trace | None = None) -> None:
        """Keep `events`, part of `trace`, until `sent` says that their topics have them."""
        self.connection.executemany(
            "INSERT INTO outbox (topic, key, payload, trace) VALUES (?, ?, ?, ?)",
            sendings(events, trace),
        )

    def unsent(self, limit: int = -1) -> list[Outgoing]:
        """Return what the outbox holds, in the order it was put there; a negative `limit` means all."""
        rows = self.connection.execute(
            "SELECT seq, topic, key, payload, trace FROM outbox ORDER BY seq LIMIT ?", (limit,)
        )
        return [Outgoing(seq, Sending(*rest)) for seq, *rest in rows]

    def unqueue(self, seqs: Iterable[int]) -> None:
        """Forget events that are not to be sent after all."""
        self.connection.executemany("DELETE FROM outbox WHERE seq = ?", ((seq,) for seq in seqs))

    def sent(self, up_to_seq: int) -> None:
        """Forget the events that were acknowledged."""
        self.connection.execute("DELETE FROM outbox WHERE seq <= ?", (up_to_seq,))
