"""With which letters the matches of a pattern begin: where none stands in a text, the pattern need not be tried."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ahocorasick_rs import AhoCorasick, Implementation

FEWEST, MOST = 2, 6  # letters of an opening: one begins any word, more than six would only make them many
_LOOKAROUND = re.compile(r"\(\?<?[=!]")
_LITERAL = re.compile(r"[A-Za-z -]")
_REPEATED = re.compile(r"(?:\*|\{(\d+),?\d*\})\??")


def openings(pattern: str) -> frozenset[str]:
    """Return the first two to six characters, in lower case, with which a match of `pattern` may begin.

    Reads what our word patterns are made of: letters, groups, alternatives, repetitions and lookarounds. Raises
    ValueError for a pattern that may begin with anything else.
    """
    found = {opening for branch in _branches(pattern) for opening in _begin(branch, "")}
    if any(len(opening) < FEWEST for opening in found):
        raise ValueError(f"a match of {pattern!r} may begin with fewer than {FEWEST} letters that are known")
    return frozenset(
        opening for opening in found if not any(opening[:n] in found for n in range(1, len(opening)))
    )


class Finder:
    """Finds what a pattern of words would, trying it only where a word begins as a match may.

    Where the flag VERBOSE is set, the pattern has no use for white space at all.
    """

    def __init__(self, words: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        bare = re.sub(r"\s+", "", words) if flags & re.VERBOSE else words
        self.openings = openings(bare)
        self.pattern = re.compile(rf"\b(?:{bare})", flags)

    def finditer(self, text: str, starts: "Starts", begin: int = 0) -> Iterator[re.Match[str]]:
        """Yield the matches in `text` from `begin` in order, none overlapping."""
        end = begin
        for start in starts.get(self, ()):
            if start >= end and (match := self.pattern.match(text, start)):
                end = match.end()
                yield match

    def search(self, text: str, starts: "Starts", begin: int, end: int) -> re.Match[str] | None:
        """Return the first match between two places of `text`, as if it ended at the second."""
        for start in starts.get(self, ()):
            if begin <= start < end and (match := self.pattern.match(text, start, end)):
                return match
        return None


Starts = Mapping[Finder, Sequence[int]]


class Openings:
    """Where words begin as matches of many patterns do: one automaton finds them all in one pass."""

    def __init__(self, finders: Iterable[Finder]) -> None:
        by_opening: dict[str, list[Finder]] = {}
        for finder in finders:
            for opening in finder.openings:
                by_opening.setdefault(opening, []).append(finder)
        self._finders = list(by_opening.values())
        # few and short: as a DFA they take little room and a third of the time
        self._automaton = AhoCorasick(list(by_opening), implementation=Implementation.DFA)

    def starts_in(self, small: str) -> Starts:
        """Return where words of a text in small letters begin as each pattern may, in order: once for all of them."""
        return next(self.starts_in_each(small, [(0, len(small))]))

    def starts_in_each(self, small: str, pieces: Iterable[tuple[int, int]]) -> Iterator[Starts]:
        """Yield the same for each piece of a text, given in order as (start, end), counted from where it begins."""
        found = self._words_in(small)
        at = 0
        for begin, end in pieces:
            starts: dict[Finder, list[int]] = {}
            while at < len(found) and (start := found[at][0]) < end:
                if start >= begin:
                    for finder in self._finders[found[at][1]]:
                        starts.setdefault(finder, []).append(start - begin)
                at += 1
            yield starts

    def _words_in(self, small: str) -> list[tuple[int, int]]:
        """Return the place of each word that begins with an opening, and the number of that, in order of place."""
        return sorted(
            (start, number)
            for number, start, _ in self._automaton.find_matches_as_indexes(small, overlapping=True)
            if not start or not ((before := small[start - 1]).isalnum() or before == "_")
        )


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
        if repeated := _REPEATED.match(after):
            after = after[repeated.end() :]
            if not int(repeated[1] or 0):
                yield from _begin(after, opening)
            after = f".{after}"  # another repetition may come first
        elif after[:1] == "?":
            after = after[1:].removeprefix("?")
            yield from _begin(after, opening)
        for branch in _branches(inner.removeprefix("?:")):
            yield from _begin(branch + after, opening)
    elif _LITERAL.match(rest) and rest[1:2] not in ("*", "{"):
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
