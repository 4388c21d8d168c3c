"""Why a story has a topic, and why it has not: which clause of which rule failed in which sentence."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from stories.model import Feed, Mention, Story
from streams.tag.asked import Asked
from streams.tag.boilerplate import blanked
from streams.tag.masking import Masked
from streams.tag.operator import TagOperator
from streams.tag.patterns import Pattern
from streams.tag.rules import ActorRule, Rule, TopicRule
from streams.tag.sections import unread_section
from streams.tag.sentences import split
from streams.tag.topics import CompiledRule, TopicFinder, actors_of, allows

NO_WORD = "any: no word of any pattern"
_FIRED = 5
_NAMED_OF_A_SET = 3  # words of what a pattern lacks: a clause stays a line


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
    """Return, for every rule of `topic`, how far it came in the sentence where it came farthest; the farthest first.

    Empty where the topic has no rules; a rule that fires says how the sentence tells the topic.
    """
    rules = [rule for rule in operator.topics.rules if rule.topic.id == topic]
    if rules and (section := unread_section(story.url)):
        return [Failure("sections", story.url, f"stands under {section}, where no topics are looked for")]
    read = blanked(story)
    sentences = list(operator.masked(split(read), operator.named(read)))
    found: list[tuple[int, Failure]] = []
    for rule in rules:
        best, at = (-1, "no sentence to read"), ""
        before: Masked | None = None
        for sentence in sentences:
            far, clause = _verdict(rule, sentence, before, operator.topics.asked)
            if far == _FIRED:
                reports = operator.topics.find(sentence, before, story.timestamp.year)
                told = {one.mention.status.value for one in reports if one.mention.id == topic}
                clause = f"fires: the sentence tells {topic} as {' and '.join(sorted(told))}"
            before = sentence
            if far > best[0]:
                best, at = (far, clause), sentence.sentence.text
        found.append((best[0], Failure(rule.rule.id, at, best[1])))
    return [failure for _, failure in sorted(found, key=lambda one: -one[0])]


def _verdict(rule: CompiledRule, sentence: Masked, before: Masked | None, asked: Asked) -> tuple[int, str]:
    """Return how far `rule` came on a sentence and the clause that stopped it."""
    if not any(pattern.search(sentence) for pattern in rule.patterns):
        near = [pattern for pattern in rule.patterns if not pattern.triggers.isdisjoint(sentence.words)]
        return (1, _lacking(near, sentence, asked)) if near else (0, NO_WORD)
    if (count := actors_of(sentence, before)) < rule.rule.actors:
        return 2, f"actors: names {count} of {rule.rule.actors}"
    if not allows(msgspec.structs.replace(rule, unless=()), sentence, before):
        return 3, f"needs: none of {', '.join(pattern.source for pattern in rule.needs)}"
    forbidding = [pattern.source for pattern in rule.unless if pattern.search(sentence)]
    if forbidding:
        return 4, f"unless: {forbidding[0]!r} matches"
    return _FIRED, "fires"


def _lacking(near: Sequence[Pattern], sentence: Masked, asked: Asked) -> str:
    """Return which pattern of `near`, each with a word in the sentence, lacks the least, and what."""
    nearest = min(near, key=lambda pattern: (pattern.needs & ~sentence.has).bit_count())
    missing = asked.sets_of(nearest.needs & ~sentence.has)
    if not missing:
        return f"any: has the words of {nearest.source!r}, but not in their places"
    return f"any: {nearest.source!r} lacks {' and '.join(map(_in_words, missing))}"


def _in_words(choices: frozenset[str]) -> str:
    named: list[str] = []
    for word in sorted(choices, key=lambda word: (len(word), word)):
        if not any(word.startswith(shorter) for shorter in named):  # one form of each word will do
            named.append(word)
    more = len(named) - _NAMED_OF_A_SET
    shown = ", ".join(named[:_NAMED_OF_A_SET])
    return f"{shown} (or one of {more} more)" if more > 0 else shown


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
