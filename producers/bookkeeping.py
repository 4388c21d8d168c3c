"""What a poll leaves in a feed's state: schedule, validators, moves, health in words. Pure."""

from datetime import datetime, timedelta
from http import HTTPStatus

import msgspec

from producers import health, schedule
from producers.changes import Changes
from producers.feeds import ParsedFeed
from producers.fetch import Fetched
from producers.source import FeedSource
from stories.model import FeedState

MOVES_AFTER = 3  # permanent redirects in a row before they are believed


def learned(before: FeedState, parsed: ParsedFeed, new: Changes, answer: Fetched, now: datetime) -> FeedState:
    """Return the state with what a parsed document taught of the feed."""
    hints = parsed.hints
    return msgspec.structs.replace(
        before,
        name=before.name or parsed.title,
        entries_hash=new.entries_hash,
        seen=new.seen,
        arrivals=new.arrivals,
        last_full=now,
        last_new=now if new.stories else before.last_new,
        useful_polls=before.useful_polls + bool(new.stories),
        entries=parsed.entries,
        floor_s=schedule.publisher_floor_s(hints.ttl_s, hints.update_period_s, answer.max_age_s),
        skip_hours=sorted(hints.skip_hours),
        skip_days=sorted(hints.skip_days),
        unconditional=before.unconditional or (bool(new.stories) and _same_validators(before, answer)),
    )


def fine(
    source: FeedSource, known: FeedState, answer: Fetched, now: datetime, warning: str | None = None
) -> FeedState:
    """Return the state after a poll that went well; `warning` None keeps the last document's words."""
    interval_s = source.every_s or max(schedule.interval_s(known.arrivals, now), known.floor_s)
    unchanged = answer.status == HTTPStatus.NOT_MODIFIED
    said = known.document_warning if warning is None else warning
    state = msgspec.structs.replace(
        known,
        name=source.name or known.name,
        etag=answer.etag or (known.etag if unchanged else ""),
        last_modified=answer.last_modified or (known.last_modified if unchanged else ""),
        interval_s=interval_s,
        next_poll=schedule.due(source.url, now, interval_s, known.skip_hours, known.skip_days),
        last_poll=now,
        last_success=now,
        failures=0,
        failing_since=None,
        error="",
        error_kind="",
        document_warning=said,
        polls=known.polls + 1,
        retired=False,
    )
    return _warned(_moved(state, answer), now)


def failed(
    before: FeedState, now: datetime, kind: str, detail: str, retry_after_s: float | None = None
) -> FeedState:
    """Return the state after a poll that brought nothing; what was known of the feed stays."""
    if kind in health.NOT_ITS_FAULT:
        later = now + timedelta(seconds=retry_after_s or schedule.FLOOR_S)
        return msgspec.structs.replace(before, next_poll=later)
    since = before.failing_since or now
    failures = before.failures + 1
    pause_s = schedule.back_off_s(failures, retry_after_s)
    return msgspec.structs.replace(
        before,
        # perhaps the old address works again
        moved_to="" if failures >= MOVES_AFTER else before.moved_to,
        failures=failures,
        failing_since=since,
        error=health.in_words(kind, detail, since, now),
        error_kind=kind,
        next_poll=schedule.due(before.url, now, pause_s, early=not retry_after_s),
        last_poll=now,
        polls=before.polls + 1,
        retired=kind == "gone",
    )


def _same_validators(before: FeedState, answer: Fetched) -> bool:
    """Tell whether a server calls a document by the ETag and date of the last one."""
    known = (before.etag, before.last_modified)
    return any(known) and known == (answer.etag, answer.last_modified)


def _moved(state: FeedState, answer: Fetched) -> FeedState:
    """Count permanent redirects to one address; after some, poll there."""
    if not answer.moved_to:
        return msgspec.structs.replace(state, redirect_to="", redirects=0)
    redirects = state.redirects + 1 if answer.moved_to == state.redirect_to else 1
    believed = redirects >= MOVES_AFTER
    return msgspec.structs.replace(
        state,
        moved_to=answer.moved_to if believed else state.moved_to,
        redirect_to=answer.moved_to,
        redirects=redirects,
    )


def _warned(state: FeedState, now: datetime) -> FeedState:
    moved = f"it has moved to {state.moved_to}: put that into feeds.yaml" if state.moved_to else ""
    lying = "its server calls changed documents unchanged: asked for whole" if state.unconditional else ""
    words = (moved, lying, state.document_warning, health.staleness(max(state.arrivals, default=None), now))
    return msgspec.structs.replace(state, warning="; ".join(filter(None, words)))
