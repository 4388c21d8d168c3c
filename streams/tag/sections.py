"""In which section of its outlet a story stands: what sport and show business sign are no treaties."""

import re
from urllib.parse import urlsplit

# Sections with a politics of their own (business, travel, style, opinion) are read as all others.
_UNREAD = frozenset([
    "sport", "sports", "football", "soccer", "cricket", "tennis", "rugby", "rugby-union", "rugby-league", "golf",
    "basketball", "baseball", "boxing", "motorsport", "formula1", "formula-1", "f1", "horse-racing", "cycling",
    "nba", "nfl", "mlb", "nhl", "ufc", "mma", "entertainment", "entertainment-arts", "entertainment-and-arts",
    "showbiz", "celebrity", "celebrities", "tv-and-radio", "tv", "movies", "film", "music", "gaming", "games",
    "lifestyle", "fashion", "food", "recipes", "horoscopes",
])  # fmt: skip
_NUMBERED = re.compile(r"-\d+$")


def unread_section(url: str) -> str:
    """Return the section of `url` in which no topics are looked for, "" where the story stands elsewhere."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""  # no address at all, such as a guid
    *folders, page = parts.path.lower().strip("/").split("/")
    # an outlet may put the section before the number of its page: /news/entertainment-arts-53876
    places = [host.partition(".")[0], *folders, _NUMBERED.sub("", page) if _NUMBERED.search(page) else ""]
    return next((place for place in places if place in _UNREAD), "")
