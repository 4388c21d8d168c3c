"""What was known of pacts on a day: the reports up to it, folded as if nothing had come after."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from stories.model import Pact, Story
from streams.pacts import fold
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
    families: dict[str, list[Report]] = {}
    for _, told in latest.values():
        for family, report in told.items():
            families.setdefault(family, []).append(report)
    pacts = [pact for family, reports in families.items() for pact in fold.fold_family(family, reports)]
    return sorted(pacts, key=lambda pact: (-pact.last_seen.timestamp(), pact.id))
