"""What a story reports: rules run only on sentences that hold one of their triggers."""

import re
from collections.abc import Iterator, Sequence

import msgspec

from stories.errors import ConfigError
from stories.model import Mention, Status
from streams.tag.asked import Asked
from streams.tag.masking import Masked
from streams.tag.patterns import Pattern, compile_pattern
from streams.tag.rules import Rule, TopicRule
from streams.tag.status import is_in_passing, status_of

_WORDS = re.compile(r"[^\W_\ue000-\ue4ff]+")


class CompiledRule(msgspec.Struct, frozen=True, gc=False):
    """A rule ready to run."""

    topic: TopicRule
    rule: Rule
    patterns: tuple[Pattern, ...]
    needs: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]


class Reported(msgspec.Struct, frozen=True, gc=False):
    """A topic that a sentence reports, with its receipt; `in_passing` says that it is no news of its own."""

    mention: Mention
    in_passing: bool


class TopicFinder:
    """Finds what sentences report."""

    def __init__(self, topics: Sequence[TopicRule]) -> None:
        words = {name: entries for topic in topics for name, entries in topic.words.items()}
        self.asked = Asked()
        self.rules = [_compile(topic, rule, words, self.asked) for topic in topics for rule in topic.rules]
        self._patterns = [
            (number, pattern) for number, rule in enumerate(self.rules) for pattern in rule.patterns
        ]
        self._by_word: dict[str, list[tuple[int, int]]] = {}  # trigger -> needs and place in _patterns
        for place, (_, pattern) in enumerate(self._patterns):
            for word in pattern.triggers:
                self._by_word.setdefault(word, []).append((pattern.needs, place))

    def find(self, sentence: Masked, before: Masked | None, year: int) -> list[Reported]:
        """Return the topics of one sentence, of each the first report of each status.

        `before` is the sentence before it: what a rule needs, and the actors it asks for, may stand there.
        """
        wanted = self._wanted(sentence)
        if not wanted:
            return []  # as most sentences
        found: dict[tuple[str, Status], Reported] = {}
        for rule, pattern, match in self._fired(wanted, sentence, before):
            reported = _report(rule, sentence, match, pattern, year)
            found.setdefault((rule.topic.id, reported.mention.status), reported)
        return list(found.values())

    def fired(
        self, sentence: Masked, before: Masked | None
    ) -> Iterator[tuple[CompiledRule, Pattern, re.Match[str]]]:
        """Yield every rule that fires on a sentence, with its pattern and each thing that matched."""
        return self._fired(self._wanted(sentence), sentence, before)

    def _wanted(self, sentence: Masked) -> set[int]:
        """Return the places in _patterns of those for which a sentence has all that they need."""
        has, by_word = sentence.has, self._by_word
        return {
            place
            for word in sentence.words
            if word in by_word
            for needs, place in by_word[word]
            if needs & has == needs
        }

    def _fired(
        self, wanted: set[int], sentence: Masked, before: Masked | None
    ) -> Iterator[tuple[CompiledRule, Pattern, re.Match[str]]]:
        allowed = refused = -1  # the rules come in order
        count = actors_of(sentence, before)
        for place in sorted(wanted):
            number, pattern = self._patterns[place]
            if number == refused or (rule := self.rules[number]).rule.actors > count:
                continue
            for match in pattern.finditer(sentence):
                if number != allowed and not allows(rule, sentence, before):
                    refused = number
                    break
                allowed = number
                yield rule, pattern, match


def _compile(topic: TopicRule, rule: Rule, words: dict[str, list[str]], asked: Asked) -> CompiledRule:
    patterns, needs, unless = (
        tuple(compile_pattern(source, words, asked) for source in sources)
        for sources in (rule.any, rule.needs, rule.unless)
    )
    for pattern in patterns:
        if not pattern.triggers:
            raise ConfigError(
                f"topic {topic.id}, rule {rule.id}: pattern {pattern.source!r} has names alone and would never "
                "be tried: give it a word",
                key=pattern.source,
            )
    return CompiledRule(topic, rule, patterns, needs, unless)


def actors_of(sentence: Masked, before: Masked | None) -> int:
    """Return how many different actors a sentence and the one before it name."""
    return len(sentence.codes | before.codes if before else sentence.codes)


def allows(rule: CompiledRule, sentence: Masked, before: Masked | None) -> bool:
    """Return whether the sentence, or the one before it, has what `rule` needs, and nothing that forbids it."""
    for pattern in rule.unless:
        if pattern.search(sentence):
            return False
    if not rule.needs:
        return True
    return any(
        pattern.search(sentence) or (before is not None and pattern.search(before)) for pattern in rule.needs
    )


def _report(
    rule: CompiledRule, masked: Masked, match: re.Match[str], pattern: Pattern, year: int
) -> Reported:
    sentence, text = masked.sentence, masked.text
    start, end = match.span()
    head = next(
        (start + word.start() for word in _WORDS.finditer(match[0]) if word[0] in pattern.triggers), start
    )
    given = rule.rule.status
    status = Status(given) if given else status_of(text, start, head, end, year, rule.topic)
    mention = Mention(
        kind="topic",
        id=rule.topic.id,
        field=sentence.field,  # type: ignore[arg-type]
        start=sentence.start + start,
        end=sentence.start + end,
        text=sentence.text[start:end],
        rule=rule.rule.id,
        status=status,
    )
    return Reported(mention, is_in_passing(text, head))
