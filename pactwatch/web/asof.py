"""A pact as it was known on an earlier day, for the slider."""

from datetime import UTC, date, timedelta
from typing import NamedTuple

from pactwatch.web.queries import term
from sinks.reader import Reader
from stories.model import Pact, Story
from streams.pacts import chronicle

MOST_PARTIES = 150  # as many as a query may name
MOST_STORIES = 20_000  # with a step in them; one story in a hundred has one


class Days(NamedTuple):
    """The days between which the slider moves, from the day before the first report, and those of reports."""

    first: date
    last: date
    told: list[date]

    @property
    def length(self) -> int:
        """Return how many days after the first the last one is."""
        return (self.last - self.first).days

    def day(self, number: int) -> date:
        """Return the day so many days after the first, within the slider's reach."""
        return self.first + timedelta(days=max(0, min(number, self.length)))


def days(pact: Pact) -> Days:
    """Return the days on which stories told of `pact`."""
    told = sorted({link.published.astimezone(UTC).date() for link in pact.stories})
    first = min([pact.first_seen.astimezone(UTC).date(), *told]) - timedelta(days=1)
    last = max([pact.last_seen.astimezone(UTC).date(), *told])
    return Days(first, last, told)


def known(reader: Reader, pact: Pact, day: date) -> Pact | None:
    """Return what was known of `pact` at the end of `day`, None before anything was told.

    Stories fold into the same ids as in the stream; where later ones brought pacts together or apart,
    it is the one that shares most stories.
    """
    reports = _reports(reader, pact, day)
    pacts = chronicle.as_of(reports, day)
    ours = {link.id for link in pact.stories}
    shared = {one.id: len(ours & {link.id for link in one.stories}) for one in pacts}
    best = max(pacts, key=lambda one: (one.id == pact.id, shared[one.id]), default=None)
    return best if best and (best.id == pact.id or shared[best.id]) else None


def _reports(reader: Reader, pact: Pact, day: date) -> list[Story]:
    """Return what may have told of `pact` by then: stories with a step that name a party, and its own."""
    found: dict[str, Story] = {}
    if pact.parties:
        parties = " OR ".join(term("actors", party) for party in pact.parties[:MOST_PARTIES])
        query = f"step_status:* AND @timestamp:[* TO {day}] AND ({parties})"
        found = {story.id: story for story in reader.search(query, MOST_STORIES)}
    for link in pact.stories:
        if link.id not in found and link.published.date() <= day and (story := reader.story(link.id)):
            found[story.id] = story
    return list(found.values())
