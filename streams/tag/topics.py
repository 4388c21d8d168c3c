"""Which topics a sentence reports, by the rules of topics.yaml, each with its place and its status."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from stories.model import Mention, Status
from streams.tag.actors import Field
from streams.tag.patterns import compile_pattern
from streams.tag.rules import TopicRule
from streams.tag.sentences import Sentence
from streams.tag.status import status_of


@dataclass(frozen=True)
class Compiled:
    """A rule ready to run on sentences."""

    topic: str
    rule: str
    any: re.Pattern[str]
    needs: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    status: Status | None


class TopicTagger:
    """Runs every rule on every sentence."""

    def __init__(self, topics: Sequence[TopicRule]) -> None:
        shared = {name: list(words) for topic in topics for name, words in topic.words.items()}
        self.rules = [
            _compiled(topic, number, shared) for topic in topics for number in range(len(topic.rules))
        ]

    def tag(self, sentences: Sequence[Sentence]) -> list[Mention]:
        """Return the topic mentions of a story, one per rule and sentence, in the order of the text."""
        found = [mention for sentence in sentences for mention in self.tag_sentence(sentence)]
        return sorted(found, key=lambda one: (one.field, one.start, one.end, one.id, one.rule))

    def tag_sentence(self, sentence: Sentence) -> list[Mention]:
        """Return the topics that one sentence mentions."""
        found: list[Mention] = []
        for rule in self.rules:
            match = rule.any.search(sentence.text)
            if match is None or not _fits(rule, sentence.text):
                continue
            status = rule.status or status_of(sentence.text, match.start(), match.end())
            start, end = sentence.start + match.start(), sentence.start + match.end()
            found.append(
                Mention(
                    kind="topic",
                    id=rule.topic,
                    field=cast(Field, sentence.field),
                    start=start,
                    end=end,
                    text=match.group(),
                    rule=rule.rule,
                    status=status,
                )
            )
        return found


def _fits(rule: Compiled, text: str) -> bool:
    return all(need.search(text) for need in rule.needs) and not any(bar.search(text) for bar in rule.unless)


def _compiled(topic: TopicRule, number: int, words: dict[str, list[str]]) -> Compiled:
    rule = topic.rules[number]
    patterns = [compile_pattern(pattern, words) for pattern in rule.any]
    joined = re.compile("|".join(f"(?:{pattern.pattern})" for pattern in patterns), re.IGNORECASE)
    return Compiled(
        topic.id,
        rule.id,
        joined,
        tuple(compile_pattern(pattern, words) for pattern in rule.needs),
        tuple(compile_pattern(pattern, words) for pattern in rule.unless),
        Status(rule.status) if rule.status else None,
    )
