"""What a story reports: rules run only on sentences that hold one of their triggers."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stories.model import Mention, Status
from streams.tag.patterns import Pattern, compile_pattern, kinds_in, words_of
from streams.tag.rules import Rule, TopicRule
from streams.tag.sentences import Sentence
from streams.tag.status import Denying, is_in_passing, status_of

_WORDS = re.compile(r"[^\W_\ue000-\ue4ff]+")


class CompiledRule(NamedTuple):
    """A rule ready to run."""

    topic: str
    rule: Rule
    patterns: tuple[Pattern, ...]
    needs: tuple[Pattern, ...]
    unless: tuple[Pattern, ...]
    denying: Denying


class Reported(NamedTuple):
    """A topic that a sentence reports, with its receipt; `in_passing` says that it is no news of its own."""

    mention: Mention
    in_passing: bool


class TopicFinder:
    """Finds what sentences report."""

    def __init__(self, topics: Sequence[TopicRule]) -> None:
        words = {name: entries for topic in topics for name, entries in topic.words.items()}
        self.rules = [_compile(topic, rule, words) for topic in topics for rule in topic.rules]
        self._by_word: dict[str, set[tuple[int, int]]] = {}
        for number, rule in enumerate(self.rules):
            for place, pattern in enumerate(rule.patterns):
                for word in pattern.triggers:
                    self._by_word.setdefault(word, set()).add((number, place))
        self._triggers = frozenset(self._by_word)

    def find(self, sentence: Sentence, text: str, before: str, codes: int, year: int) -> list[Reported]:
        """Return the topics of one sentence, of each the first report of each status.

        `text` is the sentence masked, `before` the one before it (what a rule needs may stand there), `codes`
        how many different actors the two name.
        """
        found: dict[tuple[str, Status], Reported] = {}
        for rule, pattern, match in self.fired(text, before, codes):
            reported = _report(rule, sentence, text, match, pattern, year)
            found.setdefault((rule.topic, reported.mention.status), reported)
        return list(found.values())

    def fired(
        self, text: str, before: str, codes: int
    ) -> Iterator[tuple[CompiledRule, Pattern, re.Match[str]]]:
        """Yield every rule that fires on a masked sentence, with its pattern and each thing that matched."""
        words = words_of(text)
        hits = self._triggers & words
        if not hits:
            return
        words |= kinds_in(text)
        wanted: set[tuple[int, int]] = set()
        for word in hits:
            wanted |= self._by_word[word]
        done: set[int] = set()
        for number, place in sorted(wanted):
            rule = self.rules[number]
            if number in done or rule.rule.actors > codes:
                continue
            pattern = rule.patterns[place]
            match = pattern.search(text, words)
            if match:
                done.add(number)
                if allows(rule, text, words, before):
                    while match:
                        yield rule, pattern, match
                        match = pattern.search(text, words, match.end())


def _compile(topic: TopicRule, rule: Rule, words: dict[str, list[str]]) -> CompiledRule:
    patterns, needs, unless = (
        tuple(compile_pattern(source, words) for source in sources)
        for sources in (rule.any, rule.needs, rule.unless)
    )
    return CompiledRule(
        topic.id, rule, patterns, needs, unless, Denying(topic.called_off, topic.reach, topic.flatly)
    )


def allows(rule: CompiledRule, text: str, words: frozenset[str], before: str) -> bool:
    """Return whether the sentence, or the one before it, has what `rule` needs, and nothing that forbids it."""
    for pattern in rule.unless:
        if pattern.search(text, words):
            return False
    if not rule.needs:
        return True
    return any(pattern.search(text, words) or pattern.regex.search(before) for pattern in rule.needs)


def _report(
    rule: CompiledRule, sentence: Sentence, text: str, match: re.Match[str], pattern: Pattern, year: int
) -> Reported:
    start, end = match.span()
    head = next(
        (start + word.start() for word in _WORDS.finditer(match[0]) if word[0] in pattern.triggers), start
    )
    status = Status(rule.rule.status) if rule.rule.status else status_of(text, head, end, year, rule.denying)
    mention = Mention(
        kind="topic",
        id=rule.topic,
        field=sentence.field,  # type: ignore[arg-type]
        start=sentence.start + start,
        end=sentence.start + end,
        text=sentence.text[start:end],
        rule=rule.rule.id,
        status=status,
    )
    return Reported(mention, is_in_passing(text, head))
