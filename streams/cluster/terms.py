"""A story as weighted terms: stems of its words, the title's counting more, and its actors."""

import math
from collections import Counter
from functools import cache, lru_cache
from typing import NamedTuple

import snowballstemmer

from stories.model import Story
from stories.text import words
from streams.cluster.roundups import tells_of_many

MAX_TEXT_WORDS = 100  # of summary and body that are weighed: a report opens with its event
MAX_READ_WORDS = 150  # of them that are read at all
MAX_TERMS = 40
SURE_WORDS = 20  # from so many on, a language found is believed
TITLE_TIMES = 2  # a word counts for so many where it stands in the title
MAX_STEMS = 100_000  # words of a language whose terms are kept
BULLET = "•"  # begins, in a feed, the headline of another story
SCALE = 10  # weights are whole numbers, which add up the same in any order
_STEMMERS = {
    "ar": "arabic", "de": "german", "en": "english", "es": "spanish", "fr": "french", "it": "italian",
    "nl": "dutch", "pt": "portuguese", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
_PRESS_LANGUAGE_LIST = """
am ar az be bg bn bs ca cs da de el en es et fa fi fr gu ha he hi hr hu hy id it ja ka kk km kn ko ku
ky lo lt lv mk ml mn mr ms my ne nl no pa pl ps pt ro ru si sk sl sq sr sv sw ta te th tr uk ur uz vi
zh
"""
_PRESS_LANGUAGES = frozenset(_PRESS_LANGUAGE_LIST.split())
_STOPWORD_LIST = """
a about after again against all also am amid among an and another any are around as at away back be because
been before being between both but by came can cannot come could did do does doing done down during each
else even ever every few for from further get gets getting go goes going got had has have having he her here
hers herself him himself his how however i if in into is it its itself just let like made make makes making
many may me might more most much must my myself neither never no nor not now of off on once one only onto or
other others our ours out over own per perhaps rather really said same say says see seen she should since so
some still such than that the their theirs them themselves then there these they this those though through
thus to too toward towards under until up upon us very via want wants was way we well were what when where
whether which while who whom whose why will with within without would yet you your yours ain't aren't can't
couldn't didn't doesn't don't hadn't hasn't haven't he'd he'll he's here's how's i'd i'll i'm i've isn't
it'd it'll it's let's mightn't mustn't needn't she'd she'll she's shouldn't that'd that'll that's there's
they'd they'll they're they've wasn't we'd we'll we're we've weren't what's when's where's who'd who'll
who's why's won't wouldn't you'd you'll you're you've
"""
_STOPWORDS = frozenset(_STOPWORD_LIST.split())
_stemmers = {code: snowballstemmer.stemmer(name) for code, name in _STEMMERS.items()}


class Words(NamedTuple):
    """The words of a story, cut once."""

    title: list[str]
    text: list[str]


def read(story: Story) -> Words:
    """Return a story's words, as far as its place is decided by them."""
    text = f"{story.summary}\n{story.body[: MAX_READ_WORDS * 8]}"
    if BULLET in text:
        text = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(BULLET))
    return Words(words(story.title), words(text, MAX_READ_WORDS))


def compared_as(story: Story, read: Words) -> str:
    """Return the language in which a story is compared: the one it was found to be in, if that is sure.

    Of a headline a detector often makes another language, even one that no press writes, and of some nothing
    at all. One event must not be split by such a guess: then the feed's word counts, and without it, English.
    """
    found, declared = story.language, story.feed.language.lower().replace("_", "-").split("-")[0]
    if found == declared or (found in _PRESS_LANGUAGES and not _says_little(read)):
        return found or "en"
    return declared if declared in _PRESS_LANGUAGES else "en"


def _says_little(read: Words) -> bool:
    """Return whether a text is too short, and its letters too common, to be sure of its language."""
    return len(read.title) + len(read.text) < SURE_WORDS and all(map(str.isascii, read.title + read.text))


class Stems(dict[str, str]):
    """The term that each lower-cased word of a language counts for, once it was asked for; "" for none."""

    def __init__(self, language: str) -> None:
        self.stemmer = _stemmers.get(language)

    def __missing__(self, word: str) -> str:
        if len(self) >= MAX_STEMS:
            self.clear()
        term = self[word] = self._stem(word.replace("’", "'"))
        return term

    def _stem(self, word: str) -> str:
        """Return what is left of a word without its ending, if there is a stemmer."""
        if word in _STOPWORDS or (len(word) == 1 and word.isascii()):
            return ""
        word = word.removesuffix("'s")
        stemmed: str = self.stemmer.stemWord(word) if self.stemmer else word
        return stemmed


@cache
def stems(language: str) -> Stems:
    """Return the terms of a language's words."""
    return Stems(language)


def weigh(story: Story, read: Words, language: str) -> dict[str, int]:
    """Return the story's terms with their weight within it, before any weight by rarity.

    A term's weight grows with the logarithm of its count; at most MAX_TERMS, the heaviest, the first ones
    among equals: a report opens with what it is about. A page on many events has none: it is like no story.
    """
    if tells_of_many(story.title, read.title):
        return {}
    term_of = stems(language).__getitem__
    counts = Counter(map(term_of, read.title * TITLE_TIMES))
    counts.update(f"actor:{actor}" for actor in story.actors)
    counts.update(map(term_of, read.text[:MAX_TEXT_WORDS]))
    del counts[""]
    return {term: _weight(count) for term, count in counts.most_common()[:MAX_TERMS]}


@lru_cache(maxsize=1000)
def _weight(count: int) -> int:
    return round(SCALE * (1.0 + math.log(count)))


def title_terms(title: str, language: str) -> set[str]:
    """Return the terms of a title alone."""
    return {*map(stems(language).__getitem__, words(title))} - {""}
