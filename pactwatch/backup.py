"""A copy of the embedded store while it is in use, and a store from such a copy."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from pactwatch.embedded import locked
from sinks.sqlite import schema
from stories.errors import PermanentError


class Copied(NamedTuple):
    """What a copy holds."""

    stories: int
    documents: int
    size_bytes: int


def backup(store: Path, target: Path) -> Copied:
    """Write a compact copy of `store`, as it stands at one moment, to `target`; writers go on meanwhile.

    The copy is checked before it gets its name. Raises PermanentError.
    """
    if not store.is_file():
        raise PermanentError(f"there is no store at {store}: name it with --store")
    if target.exists():
        raise PermanentError(f"{target} is there already: name another file, or remove it first")
    with _beside(target) as copy:
        with _told(f"{store} cannot be copied to {target}"), closing(_read_only(store)) as source:
            source.execute("VACUUM INTO ?", (str(copy),))
        held = check(copy)
        _settle(copy, target)
    return held


def restore(copy: Path, store: Path, *, replace: bool = False) -> Copied:
    """Make `store` from `copy`. What stood there stays as `.before-restore`, where `replace` allows.

    Raises PermanentError, also where a pactwatch writes to `store`.
    """
    held = check(copy)
    if store.exists() and not replace:
        raise PermanentError(f"there is a store at {store} already: take --replace, or name another --store")
    store.parent.mkdir(parents=True, exist_ok=True)
    lock = locked(store)
    try:
        with _beside(store) as fresh:
            with _told(f"{copy} cannot be copied to {store}"), closing(_read_only(copy)) as source:
                source.execute("VACUUM INTO ?", (str(fresh),))
            if store.exists():
                _set_aside(store)
            _settle(fresh, store)
    finally:
        lock.release()
    return held


def check(path: Path) -> Copied:
    """Return what the store at `path` holds. Raises PermanentError where it is none, newer, or damaged."""
    if not path.is_file():
        raise PermanentError(f"there is no file {path}")
    with _told(f"{path} is no store of pactwatch, or a damaged one"), closing(_read_only(path)) as connection:
        schema.check(connection)
        if (verdict := connection.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
            raise PermanentError(f"{path} is damaged: {verdict}")
        stories, documents = (
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608  (two names of ours)
            for table in ("stories", "documents")
        )
    return Copied(int(stories), int(documents), path.stat().st_size)


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30.0)


def _set_aside(store: Path) -> None:
    with closing(sqlite3.connect(store)) as connection:  # what only its log has moves into the file itself
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.replace(store.with_name(f"{store.name}.before-restore"))
    for ending in ("-wal", "-shm"):
        store.with_name(store.name + ending).unlink(missing_ok=True)


def _settle(fresh: Path, target: Path) -> None:
    """Give a finished file its name once it is on the disk."""
    with fresh.open("rb+") as file:
        os.fsync(file.fileno())
    fresh.replace(target)


@contextlib.contextmanager
def _beside(target: Path) -> Iterator[Path]:
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)


@contextlib.contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise PermanentError(f"{what}: {error}") from error
