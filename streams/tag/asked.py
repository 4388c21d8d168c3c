"""What patterns ask a sentence for: sets of words and kinds of actors, each set a bit.

So one look at each word and each name of a sentence says what it has of all of them.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from streams.tag.rules import ActorRule

_WORDS = re.compile(r"[^\W_]+")
_ROLES = {"LEG": "leg", "MIL": "mil", "SPY": "mil"}
_MOST_RUNS = 100_000  # to remember: a language has fewer words in common use


class Seen(NamedTuple):
    """What a sentence has: the words that are asked for at all, and the bits of all the sets it has one of."""

    words: frozenset[str]
    bits: int


class Asked:
    """The sets of words and kinds of actors that patterns ask for."""

    def __init__(self) -> None:
        self.by_word: dict[str, int] = {}  # the bits of the sets that a word is in
        self._bits: dict[frozenset[str], int] = {}
        self._runs = _Runs(self.by_word)

    def bit_of(self, choices: frozenset[str]) -> int:
        """Return the bit of a set, a new one where it has not been asked for before."""
        bit = self._bits.get(choices)
        if bit is None:
            bit = self._bits[choices] = 1 << len(self._bits)
            for word in choices:
                self.by_word[word] = self.by_word.get(word, 0) | bit
            self._runs.clear()
        return bit

    def seen_in(self, small: str, actors: Iterable[ActorRule]) -> Seen:
        """Return what a sentence in small letters, which names `actors`, has of what is asked for."""
        bits = 0
        words: list[tuple[str, ...]] = []
        for found, bits_found in filter(None, map(self._runs.__getitem__, small.split())):
            words.append(found)
            bits |= bits_found
        for actor in actors:
            for known in known_as(actor.kind, code_of(actor)):
                bits |= self.by_word.get(known, 0)
        return Seen(frozenset(chain.from_iterable(words)), bits)


class _Runs(dict[str, tuple[tuple[str, ...], int] | None]):
    """By run of letters without space: the words in it that are asked for, with their bits; None for none.

    Worked out when a run is first met: texts are made of the same ones again and again.
    """

    def __init__(self, by_word: dict[str, int]) -> None:
        super().__init__()
        self._by_word = by_word

    def __missing__(self, run: str) -> tuple[tuple[str, ...], int] | None:
        if len(self) >= _MOST_RUNS:
            self.clear()
        bits = 0
        words = tuple(word for word in _WORDS.findall(run) if word in self._by_word)
        for word in words:
            bits |= self._by_word[word]
        found = self[run] = (words, bits) if words else None
        return found


@lru_cache(maxsize=4096)  # the same actors are named again and again
def known_as(kind: str, code: str) -> tuple[str, str]:
    """Return what a pattern may ask for that an actor meets: its kind, and its code."""
    return f"<{kind}>", f"<{code}>" if kind != "person" else ""


def code_of(actor: ActorRule) -> str:
    """Return the code that patterns know an actor by: of a state's institution what it is, not whose."""
    return _ROLES.get(actor.role, "gov") if actor.kind == "body" else actor.code
