"""What every command is handed: where the configuration and the store are."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pactwatch import connections
from pactwatch.settings import Options, Settings, load, options
from sinks.reader import Reader
from stories.model import DeadLetter, Story


@dataclass
class Context:
    """The options that stand before the command."""

    config: Path | None
    store: Path

    @cached_property
    def settings(self) -> Settings:
        """Return the configuration. Raises ConfigError."""
        return load(self.config)

    @cached_property
    def options(self) -> Options:
        """Return pactwatch.yaml alone, which is quickly read. Raises ConfigError."""
        return options(self.config)

    def reader(self) -> Reader:
        """Return the store to read: Elasticsearch where it is configured, else the embedded one.

        Raises PermanentError where there is none.
        """
        return connections.reader(self.options, self.store, os.environ)

    def tag_again(self, stories: Iterable[Story]) -> None:
        """Send stored stories through the steps anew."""
        from pactwatch.resubmit import tag_again

        tag_again(stories, self.settings, self.store)

    def replay(self, letters: Sequence[DeadLetter]) -> list[tuple[DeadLetter, str]]:
        """Put dead letters back where they came from; return those that failed again, with the reason."""
        from pactwatch.resubmit import replay

        return replay(letters, self.settings, self.store)
