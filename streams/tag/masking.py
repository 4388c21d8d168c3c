"""A sentence as the rules read it: in small letters, its actors masked, every character in its place."""

import re
from collections.abc import Iterator, Sequence

from streams.tag.actors import Named
from streams.tag.asked import Asked, code_of
from streams.tag.patterns import masked_code
from streams.tag.sentences import Sentence, in_each

_PRIVATE = re.compile("[\ue000-\ue4ff]")


class Masked:
    """A sentence for the rules of topics. It is masked when first matched: most have no word that any rule asks for."""

    __slots__ = ("_met", "_text", "has", "names", "sentence", "words")

    def __init__(self, sentence: Sentence, names: Sequence[Named], asked: Asked) -> None:
        self.sentence, self.names = sentence, names
        self._text = ""
        self.words, has = asked.seen_in(sentence.small)
        self._met = [asked.met_by(name.actor) for name in names]
        for met in self._met:
            has |= met.bits
        self.has = has

    @property
    def text(self) -> str:
        """Return the sentence with each name replaced by as many private-use characters as it has."""
        if not self._text:
            self._text = _mask(self.sentence.small, self.sentence.start, self.names)
        return self._text

    @property
    def codes(self) -> set[str]:
        """Return the codes of the actors it names."""
        return {name.actor.code for name in self.names if name.actor.code}

    def starts(self, first: frozenset[str], names_too: bool) -> list[int]:
        """Return where the words of `first`, and the names of its actors, stand, in order."""
        text = self.text
        found = self._starts_of_names(first) if names_too else []
        for word in first.intersection(self.words):
            start = text.find(word)
            while start >= 0:
                found.append(start)
                start = text.find(word, start + 1)
        found.sort()
        return found

    def _starts_of_names(self, first: frozenset[str]) -> list[int]:
        begin = self.sentence.start
        return [
            name.start - begin
            for name, met in zip(self.names, self._met, strict=True)
            if not first.isdisjoint(met.known_as)
        ]


def masked(sentences: Sequence[Sentence], named: Sequence[Named], asked: Asked) -> Iterator[Masked]:
    """Yield each sentence with the names in it; sentences and names come in order of field and place."""
    for sentence, names in in_each(sentences, named):
        yield Masked(sentence, names, asked)


def _mask(small: str, start: int, named: Sequence[Named]) -> str:
    if not small.isascii() and _PRIVATE.search(small):
        small = _PRIVATE.sub(" ", small)
    pieces: list[str] = []
    reached = 0
    for name in named:
        begin, end = name.start - start, name.core_end - start
        if begin < reached or end > len(small):
            continue
        pieces += (small[reached:begin], masked_code(name.actor.kind, code_of(name.actor), end - begin))
        reached = end
    return "".join([*pieces, small[reached:]]) if pieces else small
