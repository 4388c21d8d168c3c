"""The tables of the embedded store, and how an older file becomes a newer one."""

import sqlite3

from stories.errors import PermanentError

VERSION = 1

# Words arrive already cut by stories/text.py and joined by spaces: the ascii tokenizer keeps every byte above
# 127 inside a word, and these signs stand inside words too, so FTS5 finds exactly the matcher's words.
_INSIDE_WORDS = "''._:,;"

# of a cluster's document, by which its chapters are found: written like this, the index is used
STORYLINE = "json_extract(CAST(document AS TEXT), '$.storyline')"

_TABLES = f"""
CREATE TABLE IF NOT EXISTS stories (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL, url TEXT NOT NULL,
    cluster TEXT NOT NULL, timestamp INTEGER NOT NULL, published INTEGER, first_published INTEGER NOT NULL,
    fetched INTEGER NOT NULL, document BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS stories_by_time ON stories (timestamp DESC, id);
CREATE INDEX IF NOT EXISTS stories_by_url ON stories (url);
CREATE INDEX IF NOT EXISTS stories_by_cluster ON stories (cluster, timestamp DESC);
CREATE TABLE IF NOT EXISTS story_values (
    field TEXT NOT NULL, value TEXT NOT NULL, story INTEGER NOT NULL, PRIMARY KEY (field, value, story)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS story_values_by_story ON story_values (story);
CREATE VIRTUAL TABLE IF NOT EXISTS story_words USING fts5 (
    title, summary, body, content = '', tokenize = "ascii tokenchars '{_INSIDE_WORDS}'"
);
CREATE VIRTUAL TABLE IF NOT EXISTS story_vocabulary USING fts5vocab (story_words, row);
CREATE TABLE IF NOT EXISTS documents (
    kind TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL, sort INTEGER NOT NULL,
    parent TEXT NOT NULL, document BLOB NOT NULL, PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS documents_by_time ON documents (kind, sort DESC, id);
CREATE INDEX IF NOT EXISTS documents_by_parent ON documents (kind, parent, sort DESC);
CREATE INDEX IF NOT EXISTS clusters_by_storyline ON documents ({STORYLINE}) WHERE kind = 'clusters';
"""


# from each version to the next: SQL that brings what is there up to date, in one transaction with the number
MIGRATIONS: dict[int, str] = {}


def create(connection: sqlite3.Connection) -> None:
    """Make what is missing and bring an older file up to date. Raises PermanentError on a newer one."""
    version = check(connection)
    for older in range(version or VERSION, VERSION):
        connection.executescript(f"BEGIN; {MIGRATIONS[older]}; PRAGMA user_version = {older + 1}; COMMIT;")
    connection.executescript(_TABLES)
    connection.execute(f"PRAGMA user_version = {VERSION}")


def check(connection: sqlite3.Connection) -> int:
    """Return the version of a file, 0 for a new one. Raises PermanentError on a newer one."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > VERSION:
        raise PermanentError(
            f"the store was written by a newer pactwatch (schema {version}, this one reads up to {VERSION}): "
            "upgrade it, or give another --store"
        )
    return version
