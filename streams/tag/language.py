"""Which language a story is in: detected from its text, the feed's own word settling what is unsure."""

from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from stories.model import Story

MIN_LETTERS = 24  # shorter texts say too little; then the feed's word counts
MIN_PROBABILITY = 0.9
MAX_CHARS = 600
# what news is written in: a headline full of names passes for Latin or Central Bikol where those may be answers
_CODES = """
am ar az be bg bn bs ca cs da de el en es et fa fi fr he hi hr hu hy id is it ja ka kk ko lt lv mk mn ms my ne nl no
pa pl ps pt ro ru si sk sl so sq sr sv sw ta te tg th tr uk ur uz vi zh
"""
PRESS = frozenset(_CODES.split())


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
    if sum(character.isalpha() for character in text) < MIN_LETTERS:
        return declared
    found, probability = _identifier().classify(text)
    if probability >= MIN_PROBABILITY:
        return str(found)
    return declared or ("en" if text.isascii() else str(found))
