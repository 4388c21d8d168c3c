"""One automaton finds every name in a text: overlapping matches, then word boundaries, then the longest."""

from collections.abc import Sequence
from string import capwords
from typing import Literal

import msgspec
from ahocorasick_rs import AhoCorasick

from streams.tag.rules import ActorRule

Use = Literal["name", "demonym", "capital", "short", "context"]


class Form(msgspec.Struct, frozen=True, gc=False):
    """One way to write one actor; `alias` is the form as the rule has it."""

    actor: ActorRule
    alias: str
    use: Use


class Hit(msgspec.Struct, frozen=True, gc=False):
    """A name in a text, with everyone it may stand for: nobody where it is a decoy's."""

    start: int
    end: int
    forms: tuple[Form, ...]


class Names:
    """All names of all actors, compiled once; matching takes time by the text, not by the number of names."""

    def __init__(self, actors: Sequence[ActorRule]) -> None:
        self._forms: dict[str, list[Form]] = {}
        for actor in actors:
            self._add_all(actor)
        texts = list(self._forms)
        self._by_pattern = [_candidates(self._forms[text]) for text in texts]
        self._automaton = AhoCorasick(texts) if texts else None

    def __len__(self) -> int:
        return len(self._by_pattern)

    def find(self, text: str) -> list[Hit]:
        """Return the names in `text`, leftmost and longest first, none overlapping."""
        if self._automaton is None:
            return []
        size = len(text)
        matches = [
            (start, -end, pattern)
            for pattern, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True)
            if (start == 0 or not text[start - 1].isalnum()) and (end == size or not text[end].isalnum())
        ]
        matches.sort()
        hits: list[Hit] = []
        reached = 0
        for start, negative_end, pattern in matches:
            if start >= reached:
                reached = -negative_end
                hits.append(Hit(start, reached, self._by_pattern[pattern]))
        return hits

    def _add_all(self, actor: ActorRule) -> None:
        uses: tuple[tuple[Use, list[str]], ...] = (
            ("name", actor.names), ("demonym", actor.demonyms), ("capital", actor.capitals),
            ("short", actor.short), ("context", actor.context),
        )  # fmt: skip
        for use, names in uses:
            for name in names:
                form = Form(actor, name, use)
                for text in spellings(name, actor.kind == "other"):
                    forms = self._forms.setdefault(text, [])
                    if all(known.actor.id != actor.id for known in forms):
                        forms.append(form)


def _candidates(forms: list[Form]) -> tuple[Form, ...]:
    return () if any(form.actor.kind == "other" for form in forms) else tuple(forms)


def spellings(name: str, is_decoy: bool = False) -> list[str]:
    """Return how `name` may stand in a text: as given, in capitals, with either apostrophe.

    Names match by case, as it is evidence: "turkey" and "us" are words. Three letters stay as they are.
    """
    first = [name]
    if len(name) > 3 and name != name.upper():
        first.append(name.upper())
    if is_decoy and " " in name:
        head, rest = name.split(" ", 1)
        first += [f"{head} {rest.lower()}", f"{head} {capwords(rest)}"]  # headlines have capitals everywhere
    if name[0].islower():
        first.append(name[0].upper() + name[1:])
    found = list(first)
    for text in first:
        if "'" in text:
            found.append(text.replace("'", "’"))
        elif "’" in text:
            found.append(text.replace("’", "'"))
    return list(dict.fromkeys(found))
