"""Countries in the other languages of the news: their names from the Unicode CLDR, as each script needs it."""

from collections.abc import Collection
from functools import cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick
from babel.core import Locale, UnknownLocaleError, get_global

from streams.tag.actors import Named
from streams.tag.rules import ActorRule

MIN_LETTERS = 4  # shorter names are words of some language, except in these scripts
_FEWEST_LETTERS = {"zh": 2, "ja": 2, "th": 2, "ar": 3, "fa": 3, "ur": 3, "he": 3, "ko": 2}
# How many letters more a word may have: Russian declines a name, Arabic puts "and", "in" and "the" before it.
_ENDING_LETTERS = {
    "ru": 3,
    "uk": 3,
    "bg": 2,
    "be": 3,
    "sr": 3,
    "mk": 2,
    "pl": 3,
    "cs": 3,
    "sk": 3,
    "fi": 4,
    "hu": 4,
}
_LEADING_LETTERS = {"ar": 4, "fa": 0, "ur": 0, "he": 2}
_WITHOUT_SPACES = frozenset({"zh", "ja", "th"})
_SOFT_ENDINGS = "аяоеиіїйьюыaoeiyu"


class _Country(NamedTuple):
    code: str
    name: str


class CountryNames:
    """The names of states in one language."""

    def __init__(self, language: str, codes: Collection[str]) -> None:
        self.language = language
        self._countries = _countries(language, frozenset(codes))
        stems = [_stem(country.name, language) for country in self._countries]
        self._automaton = AhoCorasick(stems) if stems else None

    def find(self, field: str, text: str) -> list[Named]:
        """Return the states named in `text`, leftmost and longest first, none overlapping."""
        if self._automaton is None:
            return []
        spans = []
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            whole = self._whole_word(text, start, end)
            if whole:
                spans.append((whole[0], -whole[1], number))
        found: list[Named] = []
        reached = 0
        for start, negative_end, number in sorted(spans):
            if start >= reached:
                reached = -negative_end
                code, name = self._countries[number]
                state = ActorRule(id=code.lower(), kind="state", code=code, names=[name])
                found.append(
                    Named(field, start, reached, reached, state, name, f"actor.cldr-{self.language}")
                )
        return found

    def _whole_word(self, text: str, start: int, end: int) -> tuple[int, int] | None:
        """Return the bounds of the word around a stem, or None where the word is longer than the name may be."""
        if self.language in _WITHOUT_SPACES:
            return start, end
        first, last = start, end
        while first and text[first - 1].isalnum() and start - first <= 5:
            first -= 1
        while last < len(text) and text[last].isalnum() and last - end <= 5:
            last += 1
        if start - first > _LEADING_LETTERS.get(self.language, 0):
            return None
        return (first, last) if last - end <= _ENDING_LETTERS.get(self.language, 0) + 1 else None


def _stem(name: str, language: str) -> str:
    """Return the part of `name` that stays the same in every case of the language."""
    return name[:-1] if language in _ENDING_LETTERS and name[-1] in _SOFT_ENDINGS else name


@cache
def _countries(language: str, codes: frozenset[str]) -> list[_Country]:
    try:
        territories = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        return []
    smallest = _FEWEST_LETTERS.get(language, MIN_LETTERS)
    return sorted(
        _Country(code, territories[short])
        for code, short in _alpha2(codes).items()
        if short in territories and len(territories[short]) >= smallest
    )


def _alpha2(codes: frozenset[str]) -> dict[str, str]:
    """Return ISO alpha-3 -> alpha-2, which CLDR keeps as aliases."""
    aliases = get_global("territory_aliases")
    return {code: aliases[code][0] for code in codes if len(aliases.get(code, ())) == 1}
