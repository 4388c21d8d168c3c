"""With which letters the matches of a pattern begin: where none stands in a text, the pattern need not be tried."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ahocorasick_rs import AhoCorasick

from stories.text import lowered

FEWEST, MOST = 3, 6  # letters of an opening: fewer begin any word, more would only make them many
_LOOKAROUND = re.compile(r"\(\?<?[=!]")
_LITERAL = re.compile(r"[A-Za-z -]")


def openings(pattern: str) -> frozenset[str]:
    """Return the first three to six characters, in lower case, with which a match of `pattern` may begin.

    Reads what our word patterns are made of: letters, groups, alternatives, "?", "*" and lookarounds. Raises
    ValueError for a pattern that may begin with anything else.
    """
    found = {opening for branch in _branches(pattern) for opening in _begin(branch, "")}
    if any(len(opening) < FEWEST for opening in found):
        raise ValueError(f"a match of {pattern!r} may begin with fewer than {FEWEST} letters that are known")
    return frozenset(
        opening for opening in found if not any(opening[:n] in found for n in range(1, len(opening)))
    )


Starts = Mapping[str, Sequence[int]]


class Openings:
    """Where words with one of many openings begin: one automaton finds them all in one pass."""

    def __init__(self, finders: Iterable["Finder"]) -> None:
        self._openings = sorted({opening for finder in finders for opening in finder.openings})
        self._automaton = AhoCorasick(self._openings)

    def starts_in(self, text: str) -> Starts:
        """Return where such words begin in `text`, by opening: worked out once for all that is looked for in it."""
        starts: dict[str, list[int]] = {}
        for number, start, _ in self._automaton.find_matches_as_indexes(lowered(text), overlapping=True):
            if not start or not ((before := text[start - 1]).isalnum() or before == "_"):
                starts.setdefault(self._openings[number], []).append(start)
        return starts


class Finder:
    """Finds what a pattern of words would, trying it only where a word begins as a match may."""

    def __init__(self, words: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self.openings = openings(words)
        self.pattern = re.compile(rf"\b(?:{words})", flags)

    def finditer(self, text: str, starts: Starts) -> Iterator[re.Match[str]]:
        """Yield the matches in `text` in order, none overlapping."""
        if not (begun := self.openings & starts.keys()):
            return
        end = 0
        for start in sorted(start for opening in begun for start in starts[opening]):
            if start >= end and (match := self.pattern.match(text, start)):
                end = match.end()
                yield match


def _begin(rest: str, opening: str) -> Iterator[str]:
    """Yield the openings that go on from `opening` with what `rest` matches."""
    if len(opening) == MOST or not rest:
        yield opening
    elif rest.startswith(r"\b"):
        yield from _begin(rest[2:], opening)
    elif rest[0] == "(":
        inner, after = _group(rest)
        if _LOOKAROUND.match(rest):
            yield from _begin(after, opening)
            return
        if after[:1] in ("?", "*"):
            after = after[1:]
            yield from _begin(after, opening)
        for branch in _branches(inner.removeprefix("?:")):
            yield from _begin(branch + after, opening)
    elif _LITERAL.match(rest):
        is_optional = rest[1:2] == "?"
        after = rest[2:] if is_optional else rest[1:]
        yield from _begin(after, opening + rest[0].lower())
        if is_optional:
            yield from _begin(after, opening)
    else:
        yield opening  # anything may follow


def _group(rest: str) -> tuple[str, str]:
    """Return what stands in the parentheses with which `rest` begins, and what follows them."""
    depth = 0
    for place, letter in _plain(rest):
        depth += (letter == "(") - (letter == ")")
        if not depth:
            return rest[1:place], rest[place + 1 :]
    raise ValueError(f"a parenthesis is not closed in {rest!r}")


def _branches(pattern: str) -> list[str]:
    """Return the alternatives of `pattern` that stand in no parentheses."""
    depth, start = 0, 0
    found: list[str] = []
    for place, letter in _plain(pattern):
        depth += (letter == "(") - (letter == ")")
        if letter == "|" and not depth:
            found.append(pattern[start:place])
            start = place + 1
    return [*found, pattern[start:]]


def _plain(pattern: str) -> Iterator[tuple[int, str]]:
    """Yield the characters of `pattern` with their place, escaped ones and those of a class as blanks."""
    inside = escaped = False
    for place, letter in enumerate(pattern):
        yield place, " " if inside or escaped else letter
        escaped = letter == "\\" and not escaped
        inside = (letter == "[" or inside) and not (letter == "]" and not escaped)
