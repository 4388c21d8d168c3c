"""Which language a story is in: detected from its text, its script or the feed's word settling what is unsure."""

import unicodedata
from collections import Counter
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from stories.model import Story

MIN_LETTERS = 24  # shorter texts say too little; then the feed's word counts
MIN_PROBABILITY = 0.9
MAX_CHARS = 600
ENOUGH_CHARS = 200  # settle it for nearly all texts, in a third of the time
# what news is written in: a headline full of names passes for Latin or Central Bikol where those may be answers
_CODES = """
am ar az be bg bn bs ca cs da de el en es et fa fi fr he hi hr hu hy id is it ja ka kk ko lt lv mk mn ms my ne nl no
pa pl ps pt ro ru si sk sl so sq sr sv sw ta te tg th tr uk ur uz vi zh
"""
PRESS = frozenset(_CODES.split())
# who writes in a script, by the first word of its letters' Unicode names; all others write in Latin letters
_SCRIPTS = {
    "CYRILLIC": "ru uk bg sr mk be kk mn tg", "ARABIC": "ar fa ur ps", "CJK": "zh ja", "HIRAGANA": "ja",
    "KATAKANA": "ja", "HANGUL": "ko", "GREEK": "el", "HEBREW": "he", "ARMENIAN": "hy", "GEORGIAN": "ka",
    "DEVANAGARI": "hi ne", "BENGALI": "bn", "TAMIL": "ta", "TELUGU": "te", "SINHALA": "si", "GURMUKHI": "pa",
    "THAI": "th", "MYANMAR": "my", "KHMER": "km", "ETHIOPIC": "am",
}  # fmt: skip
WRITERS = {script: tuple(codes.split()) for script, codes in _SCRIPTS.items()}


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(sorted(PRESS & set(identifier.nb_classes)))
    return identifier


_ENGLISH = frozenset([
    "the", "of", "and", "in", "to", "a", "for", "with", "that", "is", "by", "from", "on", "at", "as", "was", "were",
    "are", "has", "have", "had", "be", "an", "it", "its", "his", "their", "after", "not", "said", "says", "who", "which", "over", "he",
])  # fmt: skip


def _reads_english(text: str) -> bool:
    """Return whether one word in five is the commonest of English: then nothing need be asked."""
    words = text.split()
    return len(words) > 8 and sum(map(_ENGLISH.__contains__, words)) * 5 >= len(words)


def language_of(story: Story) -> str:
    """Return the ISO 639-1 code of the story's language, empty if nothing tells."""
    declared = (story.language or story.feed.language).lower().replace("_", "-").split("-")[0]
    text = f"{story.title} {story.summary} {story.body[:MAX_CHARS]}"[:MAX_CHARS]
    if declared == "en" and _reads_english(text):
        return declared
    if len(text) >= MIN_LETTERS and sum(map(str.isalpha, text)) >= MIN_LETTERS:
        for piece in dict.fromkeys((text[:ENOUGH_CHARS], text)):  # of a headline both are one
            found, probability = _identifier().classify(piece)
            if probability >= MIN_PROBABILITY:
                return str(found)
        unsure = "en" if text.isascii() else str(found)
    else:
        unsure = ""
    writers = () if text.isascii() else _writers(text)
    if not writers:
        return declared or unsure
    return declared if declared in writers else _likeliest(text, writers)


def _writers(text: str) -> tuple[str, ...]:
    """Return the languages written in the script of most letters of `text`; none for Latin ones."""
    scripts = Counter(unicodedata.name(letter, "").split(" ")[0] for letter in text if letter.isalpha())
    if scripts["HIRAGANA"] or scripts["KATAKANA"]:
        return WRITERS["HIRAGANA"]
    script = max(scripts, key=lambda name: scripts[name], default="")
    return WRITERS.get(script, ())


def _likeliest(text: str, languages: tuple[str, ...]) -> str:
    if len(languages) == 1:
        return languages[0]
    if languages == WRITERS["CJK"]:
        return languages[0]  # a Japanese text of a few words without a kana is a rarity
    return next(str(found) for found, _ in _identifier().rank(text) if found in languages)
