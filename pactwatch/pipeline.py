"""From the configuration to the steps: the one place that knows which rules go into which step."""

from pactwatch.settings import Settings
from streams.tag.operator import build as build_tagger
from streams.topology import Rules, Step, steps


def build(settings: Settings) -> tuple[Step, ...]:
    """Return every step, made from `settings`."""
    tagger = build_tagger(settings.actors, settings.topics)
    return steps(Rules(tagger=tagger, clustering=settings.options.clustering, subscriptions=settings.alerts))
