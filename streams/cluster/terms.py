"""A story as weighted terms: stems of its words, the title's counting more, and its actors and topics."""

import math
from functools import lru_cache

import snowballstemmer

from stories.model import Story
from stories.text import words

MAX_BODY_WORDS = 150
MAX_TERMS = 60
TITLE_WEIGHT = 2.0
_LANGUAGES = {
    "ar": "arabic", "de": "german", "en": "english", "es": "spanish", "fr": "french", "it": "italian",
    "nl": "dutch", "pt": "portuguese", "ru": "russian", "sv": "swedish", "tr": "turkish",
}  # fmt: skip
_STOPWORD_LIST = """
a about after all also amid among an and are as at be been before being but by can could did do does for from
had has have he her him his how i if in into is it its more most new no not of off on one or other our out
over said say says she so some than that the their them then there these they this those to two under up was
we were what when where which while who why will with would you your us
"""
_STOPWORDS = frozenset(_STOPWORD_LIST.split())
_stemmers = {code: snowballstemmer.stemmer(name) for code, name in _LANGUAGES.items()}


@lru_cache(maxsize=100_000)
def stem(word: str, language: str) -> str:
    """Return the stem of a lower-cased `word`; in a language without a stemmer, the word itself."""
    word = word.removesuffix("'s").removesuffix("’s")
    stemmer = _stemmers.get(language)
    stemmed: str = stemmer.stemWord(word) if stemmer else word
    return stemmed


def weigh(story: Story) -> dict[str, float]:
    """Return the story's terms with their weight within it, before any weight by rarity.

    A term's weight grows with the logarithm of its count; at most MAX_TERMS, the heaviest.
    """
    language = story.language or "en"
    counts: dict[str, float] = {}
    for weight, source in ((TITLE_WEIGHT, words(story.title)), (1.0, _text_words(story))):
        for word in source:
            if (len(word) > 1 and word not in _STOPWORDS) or not word.isascii():
                term = stem(word, language)
                counts[term] = counts.get(term, 0.0) + weight
    for actor in story.actors:
        counts[f"actor:{actor}"] = 1.0
    heaviest = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MAX_TERMS]
    return {term: 1.0 + math.log(count) if count > 1 else count for term, count in heaviest}


def _text_words(story: Story) -> list[str]:
    return words(f"{story.summary}\n{story.body[: MAX_BODY_WORDS * 8]}")[:MAX_BODY_WORDS]
