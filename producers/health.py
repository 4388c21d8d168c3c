"""What is wrong with a feed, since when, and what to do about it: in words."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from stories.model import FeedState

# kind -> (what it is, what to do)
_WORDS = {
    "blocked": (
        "the server refuses us",
        "open the address in a browser; if it works there, ask the publisher or look for another feed",
    ),
    "missing": ("there is no such page", "look for the feed's new address on the site"),
    "gone": (
        "the publisher took the feed down for good",
        "remove it or look for a successor; it is not polled again",
    ),
    "busy": ("the server asks for a pause", "nothing: it is asked again when the pause is over"),
    "resting": ("its host asked for a pause", "nothing: it is asked again when the pause is over"),
    "server": ("the server is broken", "nothing: it is asked again, ever more rarely"),
    "answer": ("an answer no feed gives", "check the address"),
    "timeout": ("too slow", "nothing, unless it lasts: then remove the feed"),
    "too-large": ("too large for a feed", "look for a smaller feed of the same site"),
    "truncated": ("the answer was cut short", "nothing, unless it lasts: then tell the publisher"),
    "redirect": ("redirects that lead nowhere", "check the address"),
    "private": ("a private address", "set allow_private: true if it is your own, else remove the feed"),
    "certificate": (
        "its certificate is not to be trusted",
        "check the address and this machine's clock; if both are right, tell the publisher",
    ),
    "tls": ("no safe connection", "check whether the address begins with https rightly; tell the publisher"),
    "name": ("its host has no address", "check the spelling and the network; the site may be gone"),
    "refused": ("its host can't be reached", "check the network; the site may be down"),
    "address": ("no usable address", "correct the url in feeds.yaml"),
    "empty": ("an empty answer", "nothing, unless it lasts: then check the address"),
    "html": ("a web page instead of a feed", "look for the feed's address on that page"),
    "entities": ("an attack or a broken generator", "tell its publisher or remove the feed"),
    "parse": ("no feed that can be read", "check the address; tell its publisher"),
    "internal": ("a fault of pactwatch", "report it with the log"),
}  # fmt: skip
SILENT_AFTER = timedelta(days=7)
STALE_AFTER = timedelta(days=30)
STATES = ("ok", "failing", "silent", "retired", "unpolled")  # each feed is in one of them
NOT_ITS_FAULT = frozenset(("resting",))  # no failure of this feed, so no back-off


def in_words(kind: str, detail: str, since: datetime, now: datetime) -> str:
    """Return why a feed fails: what happened, since when, what to do."""
    what, cure = _WORDS.get(kind, ("it fails", "see the log"))
    lasting = f" since {since:%Y-%m-%d %H:%M} UTC" if since < now else ""
    return f"{what}{lasting}: {detail}. To do: {cure}."


def staleness(newest: datetime | None, now: datetime) -> str:
    """Return a warning where a feed answers well but has had nothing new for a month, else ""."""
    if newest is None or now - newest < STALE_AFTER:
        return ""
    return f"stale: nothing newer than {newest:%Y-%m-%d}; it may have moved or ended"


def counted(states: Iterable[FeedState], now: datetime) -> dict[str, int]:
    """Return how many feeds are in each of STATES; a failing one that brings nothing either is failing."""
    states = list(states)
    quiet = {state.url for state in silent(states, now)}
    found = Counter(_state(state, quiet) for state in states)
    return {name: found[name] for name in STATES}


def _state(state: FeedState, quiet: set[str]) -> str:
    if state.retired:
        return "retired"
    if state.error:
        return "failing"
    if not state.polls:
        return "unpolled"
    return "silent" if state.url in quiet else "ok"


def silent(
    states: Iterable[FeedState], now: datetime, longer_than: timedelta = SILENT_AFTER
) -> list[FeedState]:
    """Return the feeds that brought nothing new for `longer_than`, the longest silent first."""
    states = [state for state in states if state.polls]
    since = {state.url: state.last_new or state.failing_since for state in states}
    found = [state for state in states if (when := since[state.url]) is None or now - when >= longer_than]
    return sorted(found, key=lambda state: since[state.url] or datetime.min.replace(tzinfo=now.tzinfo))
