"""Why a story has a topic, and why it has not: which clause of which rule failed in which sentence."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from stories.model import Feed, Mention, Story
from streams.tag.boilerplate import blanked
from streams.tag.masking import Masked
from streams.tag.operator import TagOperator
from streams.tag.rules import ActorRule, Rule, TopicRule
from streams.tag.sentences import split
from streams.tag.topics import CompiledRule, TopicFinder, actors_of, allows


class Failure(NamedTuple):
    """One rule that did not fire in one sentence, and the clause at fault, in words."""

    rule: str
    sentence: str
    clause: str


def explain(story: Story) -> list[tuple[str, Mention]]:
    """Return each mention of a tagged story with the text around it, in order of field and place."""
    return [(_around(getattr(story, mention.field), mention), mention) for mention in story.mentions]


def _around(text: str, mention: Mention, chars: int = 60) -> str:
    start, end = max(0, mention.start - chars), mention.end + chars
    return text[start : mention.start] + "[" + mention.text + "]" + text[mention.end : end]


def why_not(operator: TagOperator, story: Story, topic: str) -> list[Failure]:
    """Return, for every rule of `topic`, how far it came in the sentence where it came farthest.

    Empty where the topic has no rules; a rule that fires but whose report is no topic of the story says so.
    """
    rules = [rule for rule in operator.topics.rules if rule.topic == topic]
    read = blanked(story)
    sentences = list(operator.masked(split(read), operator.named(read)))
    failures = []
    for rule in rules:
        best, at = (-1, "no sentence to read"), ""
        before: Masked | None = None
        for sentence in sentences:
            verdict = _verdict(rule, sentence, before)
            before = sentence
            if verdict[0] > best[0]:
                best, at = verdict, sentence.sentence.text
        failures.append(Failure(rule.rule.id, at, best[1]))
    return failures


def _verdict(rule: CompiledRule, sentence: Masked, before: Masked | None) -> tuple[int, str]:
    """Return how far `rule` came on a sentence (5: it fired) and the clause that stopped it."""
    matched = [pattern for pattern in rule.patterns if pattern.search(sentence)]
    if not matched:
        near = [
            pattern.source for pattern in rule.patterns if not pattern.triggers.isdisjoint(sentence.words)
        ]
        if near:
            return 1, f"any: has a word of {near[0]!r}, but not the rest in its place"
        return 0, "any: no word of any pattern"
    if (count := actors_of(sentence, before)) < rule.rule.actors:
        return 2, f"actors: names {count} of {rule.rule.actors}"
    if not allows(rule._replace(unless=()), sentence, before):
        return 3, f"needs: none of {', '.join(pattern.source for pattern in rule.needs)}"
    forbidding = [pattern.source for pattern in rule.unless if pattern.search(sentence)]
    if forbidding:
        return 4, f"unless: {forbidding[0]!r} matches"
    return 5, "fires, but as history or a denial by the way"


def broken_examples(actors: Sequence[ActorRule], topics: Sequence[TopicRule]) -> Iterator[str]:
    """Yield a sentence for each example that does not fire its rule and each counter-example that does."""
    operator = TagOperator(actors, topics)
    for topic in topics:
        for rule in topic.rules:
            if rule.example and not _fires(operator, rule, rule.example):
                yield f"{rule.id}: the example does not fire it: {rule.example}"
            if rule.counter and _fires(operator, rule, rule.counter):
                yield f"{rule.id}: the counter-example fires it: {rule.counter}"


def _fires(operator: TagOperator, rule: Rule, text: str) -> bool:
    finder: TopicFinder = operator.topics
    when = datetime(2025, 1, 1, tzinfo=UTC)
    story = Story(
        id="example", body=text, first_published=when, fetched=when, timestamp=when, feed=Feed(url="")
    )
    before: Masked | None = None
    for sentence in operator.masked(split(story), operator.named(story)):
        if any(fired.rule.id == rule.id for fired, _, _ in finder.fired(sentence, before)):
            return True
        before = sentence
    return False
