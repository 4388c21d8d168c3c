"""The tag step: language, actors, topics with their status, and pact steps, each with its receipt."""

import hashlib
from collections.abc import Sequence

import msgspec

from stories.model import Mention, Status, Story
from streams.operator import Decision, Event, State, Stateless
from streams.tag import pactsteps, provisions
from streams.tag.actors import ActorTagger
from streams.tag.language import language_of
from streams.tag.rules import ActorRule, TopicRule
from streams.tag.sentences import split
from streams.tag.topics import TopicTagger


class TagOperator(Stateless):
    """Tags a story: the same story always gets the same tags."""

    name = "tag"

    def __init__(self, actors: Sequence[ActorRule], topics: Sequence[TopicRule]) -> None:
        self.version = version_of(actors, topics)
        self.states = frozenset(rule.code for rule in actors if rule.kind == "state")
        self.actors = ActorTagger(actors)
        self.topics = TopicTagger(topics)

    def decide(self, state: State, event: Event) -> Decision:
        """Return the tagged story, and again as a pact report where it tells of a pact."""
        if not isinstance(event.document, Story):
            raise TypeError(f"tag takes stories, not a {type(event.document).__name__}")
        story = self.tag(event.document)
        events = [Event("tagged", story.language, story)]
        if story.steps or story.provisions:
            events.append(Event("pact-reports", story.id, story))
        return Decision(events=events)

    def tag(self, story: Story) -> Story:
        """Return `story` with language, actors, topics, steps and their mentions filled in."""
        language = language_of(story)
        sentences = split(story)
        named = self.actors.tag(story)
        reported = self.topics.tag(sentences) if language in ("en", "") else []
        steps = pactsteps.read(story, sentences, named) if language in ("en", "") else []
        promised = provisions.read(story, sentences, named, steps) if language in ("en", "") else []
        codes = _ids(named, "actor")
        return msgspec.structs.replace(
            story, language=language, actors=codes, countries=[code for code in codes if code in self.states],
            persons=_ids(named, "person"), mentions=[*named, *reported], steps=steps, provisions=promised,
            rules=self.version, **_topics(reported),
        )  # fmt: skip


def _ids(mentions: Sequence[Mention], kind: str) -> list[str]:
    return sorted({mention.id for mention in mentions if mention.kind == kind})


def _topics(reported: Sequence[Mention]) -> dict[str, list[str]]:
    """A topic that is only denied in passing is negated; what the news is about stays a topic, too."""
    topics = {mention.id for mention in reported}
    return {
        "topics": sorted(topics),
        "planned": sorted({mention.id for mention in reported if mention.status is Status.PLANNED}),
        "negated": sorted({mention.id for mention in reported if mention.status is Status.NEGATED}),
    }


def version_of(actors: Sequence[ActorRule], topics: Sequence[TopicRule]) -> str:
    """Return a short hash that changes with any rule."""
    payload = msgspec.json.encode((actors, topics))
    return hashlib.sha256(payload).hexdigest()[:12]


def build(actors: Sequence[ActorRule], topics: Sequence[TopicRule]) -> TagOperator:
    """Return the tag step with these actors and topics."""
    return TagOperator(actors, topics)
