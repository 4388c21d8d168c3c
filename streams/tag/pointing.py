"""Who "the president" is: an office that is named without its state, where the story has just named one."""

import re
from collections.abc import Iterable, Iterator, Sequence

from stories.model import Mention
from streams.tag.actors import Named
from streams.tag.sentences import Sentence

# begins with letters only, which a search finds at once, and then looks back
_OFFICE = re.compile(
    r"he (?<=\b[Tt]he )(?:president|prime minister|premier|chancellor|king|parliament|legislature|lower house|upper house|"
    r"government|cabinet|foreign minister|foreign ministry|defen[cs]e minister|defen[cs]e ministry)"
    r"\b(?!['’]|[ ](?:of|in|for|elect|and)\b|-)"
)


def pointed(sentences: Sequence[Sentence], named: Sequence[Named]) -> Iterator[Mention]:
    """Yield a mention of each office that stands alone, for the state that its sentence, or one before it, is about.

    What a sentence is about is the state that it names first.
    """
    for number, sentence in enumerate(sentences):
        for office in _OFFICE.finditer(sentence.text):
            start, end = office.start() - len("t"), office.end()
            place = sentence.start + start
            owner = next((name for name in _states(sentence, named) if name.end <= place), None)
            if owner := owner or _about(reversed(sentences[:number]), named):
                yield Mention(
                    kind="actor", id=owner.actor.code, field=sentence.field,  # type: ignore[arg-type]
                    start=place, end=sentence.start + end, text=sentence.text[start:end], rule="actor.pointed",
                    alias=owner.alias,
                )  # fmt: skip


def _about(sentences: Iterable[Sentence], named: Sequence[Named]) -> Named | None:
    return next((name for sentence in sentences for name in _states(sentence, named)), None)


def _states(sentence: Sentence, named: Sequence[Named]) -> Iterator[Named]:
    start, end, field = sentence.start, sentence.end, sentence.field
    for name in named:
        if start <= name.start < end and name.field == field and name.actor.kind == "state":
            yield name
