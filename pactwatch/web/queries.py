"""From what a reader picks on a page to the query string that asks for it."""

from typing import Literal
from urllib.parse import urlencode

import msgspec

Within = Literal["", "6h", "1d", "7d", "30d", "365d"]
WITHIN = {
    "": "any time", "6h": "6 hours", "1d": "24 hours", "7d": "7 days", "30d": "30 days", "365d": "a year",
}  # fmt: skip
FACETS = {
    "actors": "Actor", "topics": "Topic", "language": "Language", "feed.name": "Feed", "persons": "Person",
    "step": "Pact step",
}  # fmt: skip
HELP = (
    ("words", "ceasefire Kyiv", "stories with both words in title, summary or text"),
    ("a phrase", '"mutual defence"', "these words next to each other"),
    ("a beginning", "ratif*", "ratify, ratified, ratification"),
    ("an actor", "actors:IRN", "a state (three letters), an organisation, an armed group"),
    ("a topic", "topics:ratification", "what the story reports"),
    ("not the case", "negated:ratification", "a topic reported as denied, failed or called off"),
    ("only planned", "planned:ceasefire", "a topic reported as intended"),
    ("who did what", "ratified_by:RUS", "also signed_by, acceded_by, withdrawn_by and so on"),
    ("since when", "published:[now-7d TO now]", "or [2025-05-01 TO 2025-05-31]"),
    ("all of it", "topics:sanctions AND NOT actors:(RUS OR BLR)", "mixed AND and OR need parentheses"),
)  # fmt: skip


def term(field: str, value: str) -> str:
    """Return the clause that asks for one value of a field, whatever signs the value holds."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'{field}:"{escaped}"'


def both(*queries: str) -> str:
    """Return the query that all of `queries` must hold for; empty ones ask for nothing."""
    asked = [query.strip() for query in queries if query.strip()]
    if len(asked) < 2:
        return "".join(asked)
    return " AND ".join(query if _is_plain(query) else f"({query})" for query in asked)


def _is_plain(query: str) -> bool:
    return " " not in query and "(" not in query


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What the page of today is narrowed to; empty parts narrow nothing."""

    actor: str = ""
    topic: str = ""
    language: str = ""
    feed: str = ""
    within: str = ""

    @property
    def query(self) -> str:
        """Return the query that asks for stories like these."""
        fields = {
            "actors": self.actor,
            "topics": self.topic,
            "language": self.language,
            "feed.name": self.feed,
        }
        time = f"published:[now-{self.within} TO now]" if self.within in WITHIN and self.within else ""
        return both(*(term(field, value) for field, value in fields.items() if value), time)

    @property
    def address(self) -> str:
        """Return the filters as the query part of an address."""
        return urlencode({name: value for name, value in msgspec.to_builtins(self).items() if value})
