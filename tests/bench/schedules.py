"""Three feeds' recorded years in their own time: the learned schedule beside fixed ones, on a simulated clock."""

import bisect
import gzip
import os
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from producers import bookkeeping, changes
from producers.feeds import ParsedFeed, parse
from producers.fetch import Fetched
from producers.parsed import Hints
from producers.source import FeedSource
from stories.model import FeedState, Story

TITLE = "Recorded feeds replayed: requests, and minutes until a new entry was seen"
DATA = Path(os.environ.get("PACTWATCH_DATA", Path(__file__).parents[3] / "shared" / "data"))
SOURCE = FeedSource(url="https://feed.example/")
ADDRESSES = 5  # as each address has a jitter of its own
CLOSE = timedelta(hours=24)  # between snapshots: what came and went in a longer gap is not known


class Stretch(NamedTuple):
    """A time of which it is known what arrived when; `arrivals` in their order."""

    begin: datetime
    end: datetime
    arrivals: list[tuple[datetime, Story]]


class Outcome(NamedTuple):
    """What a schedule did: delays in minutes."""

    requests: int
    useful: int
    delays: list[float]


def run() -> Iterable[Mapping[str, object]]:
    """Yield a row per feed and schedule: over all of its time, and over the stretches recorded closely."""
    for folder in sorted(path for path in (DATA / "series").iterdir() if path.is_dir()):
        documents = [_document(path) for path in sorted(folder.glob("*.gz"))]
        for words, gap in (("all", timedelta(days=999)), ("recorded closely", CLOSE)):
            known = list(stretches(documents, gap))
            fixed = [
                ("every 15 min", [replay(known, SOURCE, 15)]),
                ("every 60 min", [replay(known, SOURCE, 60)]),
            ]
            sources = [FeedSource(url=f"{SOURCE.url}{number}") for number in range(ADDRESSES)]
            learned = ("learned", [replay(known, source) for source in sources])
            for name, outcomes in (*fixed, learned):
                yield {"what": f"{folder.name}, {words}: {name}"} | _figures(outcomes)


def stretches(documents: Sequence[tuple[datetime, ParsedFeed]], longest: timedelta) -> Iterator[Stretch]:
    """Yield the times without a gap longer than `longest`; entries arrive when they say, within their gap."""
    begin, first = documents[0]
    seen, arrivals, before = {story.id for story in first.stories}, [], begin
    for when, document in documents[1:]:
        fresh = [story for story in document.stories if story.id not in seen]
        seen |= {story.id for story in fresh}
        if when - before > longest:
            yield Stretch(begin, before, sorted(arrivals, key=_time))
            begin, arrivals = when, []
        else:
            dated = [story for story in fresh if story.published]
            arrivals += [(min(max(story.timestamp, before), when), story) for story in dated]
        before = when
    yield Stretch(begin, before, sorted(arrivals, key=_time))


def replay(known: Iterable[Stretch], source: FeedSource, minutes: int | None = None) -> Outcome:
    """Poll every `minutes`, or when the real bookkeeping says (None), through the stretches."""
    state, requests, useful, delays = FeedState(url=source.url), 0, 0, list[float]()
    for stretch in known:
        now, taken = stretch.begin + timedelta(minutes=1), 0
        while now < stretch.end:
            upto = bisect.bisect_right(stretch.arrivals, now, key=_time)
            fresh = stretch.arrivals[taken:upto]
            state = polled(source, state, [story for _, story in fresh], now)
            requests, useful, taken = requests + 1, useful + bool(fresh), upto
            delays += [(now - when).total_seconds() / 60 for when, _ in fresh]
            now = now + timedelta(minutes=minutes) if minutes else state.next_poll or stretch.end
    return Outcome(requests, useful, delays)


def polled(source: FeedSource, state: FeedState, fresh: list[Story], now: datetime) -> FeedState:
    """Return what the poller's own code makes of a document that has `fresh` entries besides known ones."""
    answer = Fetched(200 if fresh else 304, source.url)
    if not fresh:
        return bookkeeping.fine(source, state, answer, now)
    parsed = ParsedFeed(fresh, "", Hints())
    new = changes.since(state, fresh, now)
    return bookkeeping.fine(source, bookkeeping.learned(state, parsed, new, answer, now), answer, now, "")


def _figures(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """Return the requests of one feed, and the delays at all."""
    delays = [delay for outcome in outcomes for delay in outcome.delays]
    return {
        "requests": round(statistics.fmean(outcome.requests for outcome in outcomes)),
        "useful": round(statistics.fmean(outcome.useful for outcome in outcomes)),
        "median": round(statistics.median(delays), 1),
        "p95": round(statistics.quantiles(delays, n=20)[18], 1),
        "mean": round(statistics.fmean(delays), 1),
    }


def _document(path: Path) -> tuple[datetime, ParsedFeed]:
    when = datetime.fromtimestamp(int(path.name.split("_")[0]), UTC)
    return when, parse(gzip.decompress(path.read_bytes()), SOURCE, when)


def _time(arrival: tuple[datetime, Story]) -> datetime:
    return arrival[0]
