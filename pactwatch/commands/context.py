"""What every command is handed: where the configuration and the store are."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pactwatch import connections
from pactwatch.settings import Options, Settings, load, options
from sinks.reader import Reader
from stories.model import DeadLetter, Story

if TYPE_CHECKING:
    from streams.tag.operator import TagOperator


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

    @cached_property
    def tagger(self) -> "TagOperator":
        """Return what tags by the configured rules."""
        from pactwatch.pipeline import tagger

        return tagger(self.settings)

    def tagged(self, story: Story) -> Story:
        """Return `story` with its tags: one that `pactwatch tag` wrote has them already."""
        return story if story.rules else self.tagger.tag(story)

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
