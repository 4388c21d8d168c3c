"""Pages that tell of many events at once: a digest, the day's front pages, the week in pictures, a quiz."""

import re
from collections.abc import Collection

_MANY = re.compile(
    r"""
      \b(?:morning|evening|midday|daily|weekly)\ (?:update|briefing|round-?up|digest|quiz)\b
    | \b(?:updates|news|latest)\b.*\ from\ around\ the\ (?:world|globe)\b
    | \bto\ know\b.*\ (?:today|tonight|(?:this|before\ the)\ \w+|on\ \w+day)$
    | ^the\ papers: | \bnewspaper\ headlines\b | \b(?:front\ pages|headlines)\ of\ the\ (?:day|week)\b
    | \b(?:week|month|day|year)\ in\ (?:pictures|photos|review)\b
    | \b(?:pictures|photos|quiz)\ of\ the\ (?:day|week|month|year)\b | \bnews\ quiz\b
    | \btracking\ the\ (?:\w+\ )?(?:outbreak|pandemic|virus|spread)\b | \bin\ your\ area\b
    | ^gossip\b | \bday's\ (?:football\ )?gossip\b | \bgossip$
    | \bnews\ (?:round-?up|summary|in\ brief|briefing)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


# a title without any of these cannot match: most are told by that
_SIGN_LIST = """
update updates briefing round roundup digest quiz from know papers newspaper pages headlines week month day
year pictures photos tracking area gossip news
"""
_SIGNS = frozenset(_SIGN_LIST.split())


def tells_of_many(title: str, words: Collection[str]) -> bool:
    """Return whether a title of these `words`, in small letters, announces a page on no one event."""
    return not _SIGNS.isdisjoint(words) and _MANY.search(title) is not None
