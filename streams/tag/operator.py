"""The tag step: language, actors, topics with their status, and pact steps, each with its receipt."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from stories.model import Mention, PactStep, ProvisionReport, Status, Story
from streams.operator import Decision, Event, State, Stateless
from streams.tag.actors import ActorFinder, Named, mentions_of
from streams.tag.boilerplate import blanked
from streams.tag.foreignnames import ForeignNames
from streams.tag.language import language_of
from streams.tag.masking import Masked, masked
from streams.tag.pointing import pointed
from streams.tag.rules import ActorRule, TopicRule
from streams.tag.sections import unread_section
from streams.tag.sentences import FIELD_ORDER, FIELDS, Sentence, split
from streams.tag.steps import provisions, reading
from streams.tag.topics import Reported, TopicFinder

_TOPIC_LANGUAGES = frozenset({"en", ""})  # what the rules of topics and steps are written for
_NO_NEWS = frozenset({Status.BACKGROUND, Status.NEGATED})


class TagOperator(Stateless):
    """Tags a story: the same story always gets the same tags."""

    name = "tag"

    def __init__(self, actors: Sequence[ActorRule], topics: Sequence[TopicRule]) -> None:
        self.version = version_of(actors, topics)
        self.states = frozenset(rule.code for rule in actors if rule.kind == "state")
        self.actors = ActorFinder(actors)
        self._rules = actors
        self.topics = TopicFinder(topics)
        self._abroad: dict[str, ForeignNames] = {}  # by language, compiled when one is first met

    def decide(self, state: State, event: Event) -> Decision:
        """Return the tagged story, and again as a pact report where it tells of a pact, or may have told of one."""
        if not isinstance(event.document, Story):
            raise TypeError(f"tag takes stories, not a {type(event.document).__name__}")
        story = event.document if event.document.withdrawn else self.tag(event.document)
        events = [Event("tagged", story.language, story)]
        changed = story.revision > 1  # an edit or other rules may have taken back what it told
        if story.steps or story.provisions or story.withdrawn or changed:
            events.append(Event("pact-reports", story.id, story))
        return Decision(events=events)

    def tag(self, story: Story) -> Story:
        """Return `story` with language, actors, topics, steps and their mentions filled in."""
        language, read = language_of(story), blanked(story)
        named = self.named(read, language)
        texts = {field: getattr(read, field) for field in FIELDS}
        day = story.timestamp.date().isoformat()
        mentions = [mention for name in named for mention in mentions_of(name, texts, day)]
        reported: list[Reported] = []
        steps: list[PactStep] = []
        promised: list[ProvisionReport] = []
        if language in _TOPIC_LANGUAGES and not unread_section(story.url):
            sentences = split(read)
            if offices := list(pointed(sentences, named)):
                mentions = sorted([*mentions, *offices], key=_place)
            reported = self.reported(sentences, named, story.timestamp.year)
            steps = reading.read(read, sentences, mentions)
            promised = provisions.read(read, sentences, steps)
        codes = _ids(mentions, "actor")
        topics, planned, negated = summary(reported)
        return msgspec.structs.replace(
            story, language=language, actors=codes, countries=[code for code in codes if code in self.states],
            persons=_ids(mentions, "person"), topics=topics, planned=planned, negated=negated,
            mentions=[*mentions, *(report.mention for report in reported)], steps=steps, provisions=promised,
            rules=self.version,
        )  # fmt: skip

    def named(self, story: Story, language: str = "en") -> list[Named]:
        """Return the names in `story`, resolved, in order of field and place."""
        texts = {field: getattr(story, field) for field in FIELDS}
        named = self.actors.find(texts, story.timestamp.date().isoformat())
        return named if language in _TOPIC_LANGUAGES else self._with_foreign(named, texts, language)

    def _with_foreign(self, named: list[Named], texts: dict[str, str], language: str) -> list[Named]:
        """Return who is named in `language`, and those of `named` that stand elsewhere in the texts."""
        abroad = self._abroad.get(language)
        if abroad is None:
            abroad = self._abroad[language] = ForeignNames(language, self._rules)
        found = [name for field, text in texts.items() if text for name in abroad.find(field, text)]
        taken = {(name.field, place) for name in found for place in range(name.start, name.end)}
        more = [
            name
            for name in named
            if taken.isdisjoint((name.field, place) for place in range(name.start, name.end))
        ]
        meant = [name for name in found if name.actor.kind != "other"]
        return sorted(meant + more, key=lambda name: (FIELD_ORDER[name.field], name.start))

    def reported(self, sentences: Sequence[Sentence], named: Sequence[Named], year: int) -> list[Reported]:
        """Return what the sentences report, each read with the names that stand in it."""
        found: list[Reported] = []
        before: Masked | None = None
        for sentence in self.masked(sentences, named):
            found += self.topics.find(sentence, before, year)
            before = sentence
        return found

    def masked(self, sentences: Sequence[Sentence], named: Sequence[Named]) -> Iterator[Masked]:
        """Yield each sentence as the rules of topics read it."""
        return masked(sentences, named, self.topics.asked)


def summary(reported: Iterable[Reported]) -> tuple[list[str], list[str], list[str]]:
    """Return topics, planned and negated of a story.

    What is only history is no topic; what is denied by the way is only negated.
    """
    topics: set[str] = set()
    planned: set[str] = set()
    negated: set[str] = set()
    for report in reported:
        mention = report.mention
        if mention.status is Status.NEGATED:
            negated.add(mention.id)
        if mention.status is Status.PLANNED:
            planned.add(mention.id)
        if mention.status not in _NO_NEWS or (mention.status is Status.NEGATED and not report.in_passing):
            topics.add(mention.id)
    return sorted(topics), sorted(planned), sorted(negated)


def _place(mention: Mention) -> tuple[int, int]:
    return FIELD_ORDER[mention.field], mention.start


def _ids(mentions: Sequence[Mention], kind: str) -> list[str]:
    return sorted({mention.id for mention in mentions if mention.kind == kind})


def version_of(actors: Sequence[ActorRule], topics: Sequence[TopicRule]) -> str:
    """Return a short hash that changes with any rule."""
    payload = msgspec.json.encode((actors, topics))
    return hashlib.sha256(payload).hexdigest()[:12]


def build(actors: Sequence[ActorRule], topics: Sequence[TopicRule]) -> TagOperator:
    """Return the tag step with these actors and topics."""
    return TagOperator(actors, topics)
