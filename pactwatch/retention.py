"""What grew too old leaves the store that is configured: Elasticsearch, or the embedded one."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path

from pactwatch.connections import elasticsearch_client
from pactwatch.embedded import MAX_BATCH, locked
from pactwatch.settings import Options
from sinks.sqlite.reader import SqliteReader
from sinks.sqlite.sink import SqliteSink
from streams.state import SqliteState, connect

Environ = Mapping[str, str]


def count(options: Options, store: Path, before: datetime, environ: Environ) -> tuple[int, int]:
    """Return how many stories and clusters `remove` would remove. Raises PactwatchError."""
    if options.elasticsearch.url:
        from sinks.elasticsearch.removal import count_prunable

        with elasticsearch_client(options, environ) as client:
            return count_prunable(client, options.elasticsearch.prefix, before)
    with closing(SqliteReader(store)) as reader:
        return reader.count_before(before)


def remove(options: Options, store: Path, before: datetime, environ: Environ) -> Iterator[int]:
    """Remove stories and clusters older than `before`; yield how many went with each step.

    Raises PactwatchError, also where a running pactwatch writes to the store: that one prunes by itself.
    """
    if options.elasticsearch.url:
        from sinks.elasticsearch.removal import prune

        with elasticsearch_client(options, environ) as client:
            yield from prune(client, options.elasticsearch.prefix, before)
        return
    lock = locked(store)
    connection = connect(store)
    try:
        state, sink = SqliteState(connection), SqliteSink(connection)
        state.create()
        sink.create()
        removed = 1
        while removed:
            with state.transaction():
                removed = sink.prune(before, MAX_BATCH)
            yield removed
    finally:
        connection.close()
        lock.release()
