"""Pages that tell of many events at once: a digest, the day's front pages, the week in pictures, a quiz."""

import re

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


def tells_of_many(title: str) -> bool:
    """Return whether a title announces a page on no one event, as English ones do."""
    return _MANY.search(title) is not None
