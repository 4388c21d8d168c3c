"""What patterns ask a sentence for: sets of words and kinds of actors, each set a bit.

So one look at each word and each name of a sentence says what it has of all of them.
"""

import re
from collections.abc import Iterable, Mapping

import msgspec

from streams.tag.rules import ActorRule

_WORDS = re.compile(r"[^\W_]+")
_ROLES = {"LEG": "leg", "MIL": "mil", "SPY": "mil"}
_MOST_RUNS = 100_000  # to remember: a language has fewer words in common use


class Asked:
    """The sets of words and kinds of actors that patterns ask for."""

    def __init__(self) -> None:
        self._by_word: dict[str, int] = {}  # the bits of the sets that a word is in
        self._bits: dict[frozenset[str], int] = {}
        self._runs = _Runs(self._by_word)
        self._met: dict[str, Met] = {}  # by an actor's id, when first named

    def bit_of(self, choices: frozenset[str]) -> int:
        """Return the bit of a set, a new one where it has not been asked for before."""
        bit = self._bits.get(choices)
        if bit is None:
            bit = self._bits[choices] = 1 << len(self._bits)
            for word in choices:
                self._by_word[word] = self._by_word.get(word, 0) | bit
            self._runs.clear()
            self._met.clear()
        return bit

    def sets_of(self, bits: int) -> list[frozenset[str]]:
        """Return the sets that `bits` stand for."""
        return [choices for choices, bit in self._bits.items() if bit & bits]

    def seen_in(self, small: str) -> tuple[list[str], int]:
        """Return the words of a text in small letters that are asked for at all, and the bits of all they are in."""
        words: list[str] = []
        bits = 0
        for found, bits_found in filter(None, map(self._runs.__getitem__, small.split())):
            words += found
            bits |= bits_found
        return words, bits

    def met_by(self, actor: ActorRule) -> "Met":
        """Return what a name of `actor` meets of what is asked for."""
        met = self._met.get(actor.id)
        if met is None:
            known = known_as(actor)
            met = self._met[actor.id] = Met(known, _bits_of(known, self._by_word))
        return met


class Met(msgspec.Struct, frozen=True, gc=False):
    """How an actor is asked for, and the bits of the sets in which it is."""

    known_as: tuple[str, ...]
    bits: int


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
        found = None
        words = (run,) if run.isalpha() else _WORDS.findall(run)
        if asked_for := tuple(word for word in words if word in self._by_word):
            found = asked_for, _bits_of(asked_for, self._by_word)
        self[run] = found
        return found


def _bits_of(words: Iterable[str], by_word: Mapping[str, int]) -> int:
    """Return the bits of all the sets that any of `words` is in."""
    bits = 0
    for word in words:
        bits |= by_word.get(word, 0)
    return bits


def known_as(actor: ActorRule) -> tuple[str, ...]:
    """Return what a pattern may ask for that a name of `actor` meets: its kind, and its code."""
    kind = f"<{actor.kind}>"
    return (kind,) if actor.kind == "person" else (kind, f"<{code_of(actor)}>")


def code_of(actor: ActorRule) -> str:
    """Return the code that patterns know an actor by: of a state's institution what it is, not whose."""
    return _ROLES.get(actor.role, "gov") if actor.kind == "body" else actor.code
