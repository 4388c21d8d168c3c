"""Names in the other languages of the news: countries from the Unicode CLDR, the rest from the actors' own lists."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick
from babel.core import Locale, UnknownLocaleError, get_global

from streams.tag.actors import Named
from streams.tag.inflection import (
    fewest_letters,
    fold,
    has_spaces,
    in_any_case,
    may_precede,
    rest_of,
    stem_of,
)
from streams.tag.names import spellings
from streams.tag.rules import ActorRule


class _Form(NamedTuple):
    """A name as it is looked for: `stem` is found by the automaton, `rest` must match what follows it."""

    stem: str
    rest: re.Pattern[str]
    alias: str
    rule: str
    actors: tuple[ActorRule, ...]


class ForeignNames:
    """The names of actors in one language."""

    def __init__(self, language: str, actors: Sequence[ActorRule]) -> None:
        self.language = language
        self._forms = list(_forms(language, actors))
        self._automaton = AhoCorasick([form.stem for form in self._forms]) if self._forms else None

    def find(self, field: str, text: str) -> list[Named]:
        """Return who is named in `text`, the longest names first served, none overlapping, in order of place.

        Those of kind "other" are among them: they say where nobody is named.
        """
        found: list[Named] = []
        taken: set[int] = set()
        for start, end, form in sorted(self._candidates(fold(text, self.language)), key=_rank):
            if taken.isdisjoint(range(start, end)):
                taken.update(range(start, end))
                found += [
                    Named(field, start, end, end, actor, form.alias, form.rule) for actor in form.actors
                ]
        return sorted(found, key=lambda name: name.start)

    def _candidates(self, text: str) -> Iterator[tuple[int, int, _Form]]:
        """Yield the places where a form stands as a word, with what may grow before and after it."""
        if self._automaton is None:
            return
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            form = self._forms[number]
            if not (rest := form.rest.match(text, end)):
                continue
            first, last = start, rest.end()
            if has_spaces(self.language):
                while first and text[first - 1].isalnum():
                    first -= 1
                if text[last : last + 1].isalnum() or not may_precede(text[first:start], self.language):
                    continue
            yield first, last, form


def _rank(candidate: tuple[int, int, _Form]) -> tuple[int, int, int, int]:
    """Put longer names first, then those of one before those of two (in 中美国 the second is named alone)."""
    start, end, form = candidate
    return start - end, len(form.actors), -len(form.stem), start


def _forms(language: str, actors: Sequence[ActorRule]) -> Iterator[_Form]:
    """Yield the forms of `language`: the actors' own, and the CLDR's where no actor has the same."""
    written: dict[str, list[ActorRule]] = {}
    for actor in actors:
        for name in actor.languages.get(language, ()):
            written.setdefault(name, []).append(actor)
    by_form: dict[tuple[str, str], _Form] = {}
    for name, owners in written.items():
        for stem, rest in _patterns(name, language):
            by_form.setdefault((stem, rest), _form(stem, rest, name, f"actor.{language}", owners))
    states = {actor.code: actor for actor in actors if actor.kind == "state"}
    for code, name in _territories(language, states):
        if name not in written:
            for stem, rest in _patterns(in_any_case(name, language), language):
                by_form.setdefault(
                    (stem, rest), _form(stem, rest, name, f"actor.cldr-{language}", [states[code]])
                )
    yield from by_form.values()


def _form(stem: str, rest: str, alias: str, rule: str, actors: Sequence[ActorRule]) -> _Form:
    return _Form(stem, re.compile(rest, re.IGNORECASE), alias, rule, tuple(actors))


def _patterns(name: str, language: str) -> Iterator[tuple[str, str]]:
    """Yield the stem and the pattern of the rest, for each way to write `name`."""
    for spelling in spellings(name):
        folded = fold(spelling, language)
        for written in (
            (folded, "لل" + folded[2:]) if language == "ar" and folded.startswith("ال") else (folded,)
        ):
            stem = stem_of(written)
            yield stem, rest_of(written[len(stem) :], language)


def _territories(language: str, codes: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield ISO alpha-3 and name of the CLDR's countries among `codes`, in every script of the language."""
    aliases = get_global("territory_aliases")  # where CLDR keeps alpha-3 -> alpha-2
    for locale in (language, f"{language}_Hant") if language == "zh" else (language,):
        try:
            names = Locale.parse(locale).territories
        except (UnknownLocaleError, ValueError):
            continue
        for code in sorted(codes):
            short = aliases.get(code, ())
            name = names.get(short[0], "") if len(short) == 1 else ""
            if len(name) >= fewest_letters(language):
                yield code, name
