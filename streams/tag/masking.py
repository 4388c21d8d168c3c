"""A sentence as the rules read it: in small letters, its actors masked, every character in its place."""

import re
from collections.abc import Iterator, Sequence

from stories.text import lowered
from streams.tag.actors import Named
from streams.tag.patterns import Asked, known_as, masked_code
from streams.tag.sentences import Sentence

_PRIVATE = re.compile("[\ue000-\ue4ff]")
_WORDS = re.compile(r"[^\W_]+")
_ROLES = {"LEG": "leg", "MIL": "mil", "SPY": "mil"}


class Masked:
    """A sentence for the rules of topics. It is masked when first matched: most have no word that any rule asks for."""

    __slots__ = ("_text", "has", "names", "sentence", "small", "words")

    def __init__(self, sentence: Sentence, names: Sequence[Named], asked: Asked) -> None:
        self.sentence, self.names = sentence, names
        self.small = lowered(sentence.text)
        self._text = ""
        by_word = asked.by_word
        self.words = by_word.keys() & _WORDS.findall(self.small)
        self.has = 0
        for word in self.words:
            self.has |= by_word[word]
        for name in names:
            for known in known_as(name.actor.kind, _code_of(name)):
                self.has |= by_word.get(known, 0)

    @property
    def text(self) -> str:
        """Return the sentence with each name replaced by as many private-use characters as it has."""
        if not self._text:
            self._text = _mask(self.small, self.sentence.start, self.names)
        return self._text

    @property
    def codes(self) -> set[str]:
        """Return the codes of the actors it names."""
        return {name.actor.code for name in self.names if name.actor.code}

    def starts(self, first: frozenset[str]) -> list[int]:
        """Return where the words and actors of `first` stand, in order."""
        found = [
            name.start - self.sentence.start
            for name in self.names
            if not first.isdisjoint(known_as(name.actor.kind, _code_of(name)))
        ]
        text = self.text
        for word in first & self.words:
            start = text.find(word)
            while start >= 0:
                found.append(start)
                start = text.find(word, start + 1)
        found.sort()
        return found


def masked(sentences: Sequence[Sentence], named: Sequence[Named], asked: Asked) -> Iterator[Masked]:
    """Yield each sentence with the names in it; sentences and names come in order of field and place."""
    place, count = 0, len(named)
    for sentence in sentences:
        inside = []
        while place < count and sentence.ends_after((name := named[place]).field, name.start):
            if name.start >= sentence.start and name.field == sentence.field:
                inside.append(name)
            place += 1
        yield Masked(sentence, inside, asked)


def _mask(small: str, start: int, named: Sequence[Named]) -> str:
    if not small.isascii() and _PRIVATE.search(small):
        small = _PRIVATE.sub(" ", small)
    pieces: list[str] = []
    reached = 0
    for name in named:
        begin, end = name.start - start, name.core_end - start
        if begin < reached or end > len(small):
            continue
        pieces += (small[reached:begin], masked_code(name.actor.kind, _code_of(name), end - begin))
        reached = end
    return "".join([*pieces, small[reached:]]) if pieces else small


def _code_of(name: Named) -> str:
    return _ROLES.get(name.actor.role, "gov") if name.actor.kind == "body" else name.actor.code
