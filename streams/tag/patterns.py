"""The little language of topic rules, compiled to regular expressions over a sentence with its actors masked.

sign|conclude ..6 <treaty>      a form of either word, up to six words between, a word of the list `treaty`
=signed                         this form only
...                             up to eight words between
new?                            may be missing
peace_deal|truce                two words as one choice
<actor> <state> <org> <group> <force> <leg> <person> <NATO>
                                slots: any actor; a state; an organisation; a group; a name of an armed
                                force, of a parliament, of a person; one actor by its code
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple, Protocol

import msgspec

from stories.errors import ConfigError
from streams.tag.asked import Asked
from streams.tag.forms import forms

# Masks are private-use characters: each kind has a block, and a letter of the code its place in it.
KINDS = {"state": 0xE000, "org": 0xE100, "group": 0xE200, "person": 0xE300, "body": 0xE400}
_SEPARATOR = r"(?:['’]s?)?[\s,\"“”‘’'()–—/-]{1,4}"
_WORD = r"[^\s;]++"  # all of it: what is given back can be no space
_OPENING = r"[\"“‘'(]"
_SLOTS = {
    "actor": "[\ue000-\ue4ff]+",
    "state": "[\ue000-\ue0ff]+",
    "org": "[\ue100-\ue1ff]+",
    "group": "[\ue200-\ue2ff]+",
    "person": "[\ue300-\ue3ff]+",
}
_GAP_WORDS = 8


class Pattern(msgspec.Struct, frozen=True, gc=False):
    """A compiled pattern: `triggers` are words of which one must be in the sentence for it to match.

    `needs` has a bit for every word and slot of the pattern: asking for them is far cheaper than matching.
    `first` are the words and kinds of actors a match begins with, empty where that is not known.
    """

    source: str
    expression: str
    triggers: frozenset[str]
    needs: int
    first: frozenset[str]
    may_begin_named: bool

    @property
    def regex(self) -> re.Pattern[str]:
        """Return the regular expression: compiled when first asked for, as most are in few runs."""
        return _compiled(self.expression)

    def search(self, sentence: "Read") -> re.Match[str] | None:
        """Return the first match in `sentence`."""
        return next(self.finditer(sentence), None) if self.needs & sentence.has == self.needs else None

    def finditer(self, sentence: "Read") -> Iterator[re.Match[str]]:
        """Return the matches in `sentence`, which has what the pattern needs, in order, none overlapping."""
        return self._at_starts(sentence) if self.first else self.regex.finditer(sentence.text)

    def _at_starts(self, sentence: "Read") -> Iterator[re.Match[str]]:
        text, match_at = sentence.text, self.regex.match
        end = 0
        for place in sentence.starts(self.first, self.may_begin_named):
            if place >= end and (match := match_at(text, place)):
                end = match.end()
                yield match


@cache  # there are more than re keeps
def _compiled(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


class Read(Protocol):
    """A sentence as patterns read it (streams/tag/masking.py): `has` are the bits of what stands in it."""

    @property
    def text(self) -> str:
        """Return the sentence with its actors masked."""
        ...

    @property
    def has(self) -> int:
        """Return the bits of what it has, some perhaps that are hidden by a mask."""
        ...

    def starts(self, first: frozenset[str], names_too: bool) -> Sequence[int]:
        """Return where these words, and the names of these actors, stand, in order."""
        ...


@lru_cache(maxsize=4096)  # the same actors are named again and again
def masked_code(kind: str, code: str, length: int) -> str:
    """Return `length` private-use characters that stand for an actor of `kind` with `code`."""
    base = KINDS[kind]
    letters = "".join(chr(base + ord(letter) % 256) for letter in code.lower())
    return letters[:length].ljust(length, chr(base))


def _slot(name: str) -> str:
    if name in _SLOTS:
        return _SLOTS[name]
    blocks = {"force": ("body", "mil"), "leg": ("body", "leg"), "gov": ("body", "gov")}
    kinds = [blocks[name]] if name in blocks else [(kind, name) for kind in ("state", "org", "group")]
    return "(?:" + "|".join(f"{masked_code(k, c, len(c))}{chr(KINDS[k])}*" for k, c in kinds) + ")"


def _actors_of(slot: str) -> set[str]:
    """Return how the names that may stand in `slot` are known: see `known_as`."""
    if slot == "actor":
        return {f"<{kind}>" for kind in KINDS}
    return {"<mil>"} if slot == "force" else {f"<{slot}>"}


def compile_pattern(source: str, words: Mapping[str, Sequence[str]], asked: Asked) -> Pattern:
    """Return the pattern that `source` describes. Raises ConfigError for a list that there is none of."""
    regex, pending = "", ""
    tokens: list[_Token] = []
    first: frozenset[str] | None = None
    for token in source.split():
        if gap := re.fullmatch(r"\.\.(\.|\d+)", token):
            count = _GAP_WORDS if gap[1] == "." else int(gap[1])
            pending = rf"{_SEPARATOR}(?:{_WORD}\s++){{0,{count}}}?{_OPENING}?"
            continue
        optional = token.endswith("?")
        read = _token(token.rstrip("?"), words, source)
        if first is None:
            first = frozenset() if optional else read.first
        joint = (pending or _SEPARATOR) if regex else ""
        regex += f"(?:{joint}{read.regex})?" if optional else joint + read.regex
        pending = ""
        if not optional:
            tokens.append(read)
    needs = 0
    for read in tokens:
        needs |= asked.bit_of(read.required)
    first = first or frozenset()
    may_begin_named = any(choice.startswith("<") for choice in first)
    return Pattern(source, regex, _rarest(tokens), needs, first, may_begin_named)


class _Token(NamedTuple):
    """One token: the words its matches begin with, or the actors. `first` is empty if those are not all."""

    regex: str
    required: frozenset[str]
    has_slot: bool
    first: frozenset[str]


def _token(token: str, words: Mapping[str, Sequence[str]], source: str) -> _Token:
    literals: list[str] = []
    slots: list[str] = []
    starts: set[str] = set()
    begin_so = True  # whether each match begins with a word of `starts`
    has_slot = False
    for choice in token.split("|"):
        name = choice.strip("<>")
        if not choice.startswith("<"):
            texts = (choice[1:],) if choice.startswith("=") else tuple(_phrase(choice.replace("_", " ")))
        elif name in words:
            texts = tuple(form for entry in words[name] for form in _phrase(entry))
        elif name in _SLOTS or name in ("force", "leg", "gov") or name.isupper():
            has_slot = True
            starts |= _actors_of(name)
            slots.append(_slot(name))
            continue
        else:
            raise ConfigError(f"pattern {source!r}: there is no word list or slot {choice}", key=source)
        literals += [_literal(text) for text in texts]
        starts |= {first_word(text) for text in texts}
        begin_so &= all(text.lower().startswith(first_word(text)) for text in texts)
    regex = rf"(?<!\w)(?:{'|'.join([*dict.fromkeys(slots), *_by_letter(literals)])})(?!\w)"
    required = frozenset(starts)
    return _Token(regex, required, has_slot, required if begin_so else frozenset())


def _phrase(entry: str) -> list[str]:
    """Return the forms of a list's entry: of a single word all, of several words those of the last."""
    head, _, last = entry.rpartition(" ")
    if last.startswith("="):
        return [f"{head} {last[1:]}".strip()]
    return [f"{head} {form}".strip() for form in forms(last)]


@cache  # the lists of words are in many patterns
def _literal(text: str) -> str:
    return re.escape(text.lower()).replace(r"\ ", r"[\s-]")


def _by_letter(literals: Iterable[str]) -> list[str]:
    """Return patterns that match what `literals` do, the longest first, each letter tried once where they share it."""
    by_letter: dict[str, list[str]] = {}
    for literal in sorted(set(literals), key=lambda literal: (-len(literal), literal)):
        letters = 2 if literal.startswith("\\") else 1
        by_letter.setdefault(literal[:letters], []).append(literal[letters:])
    return [f"{letter}(?:{'|'.join(rests)})" for letter, rests in by_letter.items()]


@cache
def first_word(text: str) -> str:
    """Return the first run of letters and digits, which is what triggers are looked up by."""
    found = re.search(r"[^\W_]+", text.lower())
    return found[0] if found else text


def _rarest(tokens: list[_Token]) -> frozenset[str]:
    """Return the words of the token that is likely the rarest: its shortest word is the longest."""
    usable = [token.required for token in tokens if not token.has_slot]
    if not usable:
        return frozenset()
    return max(usable, key=lambda choices: (min(map(len, choices)), -len(choices)))
