"""What every command is handed: where the configuration and the store are."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pactwatch.settings import Settings, load
from sinks.sqlite import SqliteReader


@dataclass
class Context:
    """The options that stand before the command."""

    config: Path | None
    store: Path

    @cached_property
    def settings(self) -> Settings:
        """Return the configuration. Raises ConfigError."""
        return load(self.config)

    def reader(self) -> SqliteReader:
        """Return the embedded store, to read. Raises PermanentError where there is none."""
        return SqliteReader(self.store)
