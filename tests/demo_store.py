"""The store that the bundled demo leaves, for tests of what people look at."""

import asyncio
import io
from pathlib import Path

from rich.console import Console

from pactwatch.demo import show
from sinks.sqlite.reader import SqliteReader
from stories import topics
from stories.model import Document


def fill(path: Path) -> Path:
    """Run the demo into a new store at `path`."""
    asyncio.run(show(None, path, False, Console(file=io.StringIO())))
    return path


def documents(path: Path) -> list[tuple[str, Document]]:
    """Return what is in the store at `path` as a sink takes it: (topic, document)."""
    reader = SqliteReader(path)
    try:
        found: list[tuple[str, Document]] = [(topics.CLUSTERED.name, one) for one in reader.every_story()]
        for pact in reader.pacts():
            found.append((topics.PACTS.name, pact))
            found += [(topics.PACT_CHANGES.name, change) for change in reader.pact_changes(pact.id)]
        found += [(topics.CLUSTERS.name, one) for one in reader.clusters(limit=10_000)]
        found += [(topics.ALERTS.name, one) for one in reader.alerts(limit=10_000)]
        found += [(topics.FEEDS.name, one) for one in reader.feeds()]
    finally:
        reader.close()
    return found
