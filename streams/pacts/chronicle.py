"""What was known of pacts on a day: the reports up to it, folded as if nothing had come after."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time

from stories.model import Pact, Story
from streams.pacts import fold
from streams.pacts.grouping import Grouping, places
from streams.pacts.identity import is_named
from streams.pacts.operator import reports_of
from streams.pacts.records import Report


def as_of(stories: Iterable[Story], day: date | None = None) -> list[Pact]:
    """Return the pacts that tagged `stories` tell of by the end of `day` (UTC), the last told first.

    Of a story given twice the higher revision counts. Without a day every story counts. The pacts carry the
    same ids as in the stream, and revision 1.
    """
    until = datetime.combine(day, time.max, UTC) if day else None
    latest: dict[str, tuple[int, dict[str, Report]]] = {}  # for most stories, no report
    for story in stories:
        if until is not None and story.timestamp > until:
            continue
        if story.id not in latest or latest[story.id][0] < story.revision:
            latest[story.id] = story.revision, reports_of(story) if story.steps else {}
    known = _Known([told for _, told in latest.values()])
    grouping = Grouping(known)
    pacts = [pact for family in known.families for pact in fold.fold_family(family, grouping.pacts(family))]
    return sorted(pacts, key=lambda pact: (-pact.last_seen.timestamp(), pact.id))


class _Known:
    """All reports at hand."""

    def __init__(self, told: Iterable[dict[str, Report]]) -> None:
        self.families: dict[str, list[Report]] = {}
        self._names: dict[str, set[str]] = {}
        for reports in told:
            for family, report in reports.items():
                self.families.setdefault(family, []).append(report)
        self._places = {family: places(kept) for family, kept in self.families.items() if is_named(family)}
        for family, around in self._places.items():
            for place in around:
                self._names.setdefault(place, set()).add(family)

    def reports(self, family: str) -> Sequence[Report]:
        return self.families.get(family, [])

    def places(self, family: str) -> AbstractSet[str]:
        return self._places[family]

    def names_at(self, place: str) -> Iterable[str]:
        return self._names.get(place, ())
