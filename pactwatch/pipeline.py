"""From the configuration to the steps: the one place that knows which rules go into which step."""

from pactwatch.settings import Settings
from streams.tag.operator import TagOperator
from streams.tag.operator import build as build_tagger
from streams.topology import Rules, Step, steps


def tagger(settings: Settings) -> TagOperator:
    """Return the tag step's operator, made from `settings`."""
    return build_tagger(settings.actors, settings.topics)


def build(settings: Settings) -> tuple[Step, ...]:
    """Return every step, made from `settings`."""
    return steps(
        Rules(tagger=tagger(settings), clustering=settings.options.clustering, subscriptions=settings.alerts)
    )
