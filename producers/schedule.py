"""When to poll a feed next: learned from what it does, within what it asks, never given up. Pure."""

import hashlib
import math
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

FLOOR_S = 780.0  # with its jitter still below a quarter of an hour
CEILING_S = 43_200.0  # twice a day for the quietest journal
START_S = 1_800.0
SLOWNESS = 0.23  # hours; the interval is this over the square root of entries per hour
ARRIVALS_KEPT = 20
NEWEST = (2, 3, 8)  # two in quick succession begin a burst
LOOK_BACK = timedelta(days=60)
MAX_PUBLISHER_FLOOR_S = 10_800.0  # a feed that asks for a day's pause may have news within it
BACK_OFF_START_S = 600.0
BACK_OFF_CEILING_S = 86_400.0
JITTER = 0.1


def interval_s(arrivals: Sequence[datetime], now: datetime) -> float:
    """Return the seconds between polls that entries arriving as `arrivals` (newest first) deserve.

    Least total delay for a number of requests wants intervals as one over the square root of the rate.
    The rate is the highest that the newest few or all of the arrivals show, so a burst is noticed at once,
    and it falls with every quiet hour.
    """
    recent = [when for when in arrivals[:ARRIVALS_KEPT] if now - when < LOOK_BACK]
    if not recent:
        return CEILING_S if arrivals else START_S
    counts = {min(count, len(recent)) for count in (*NEWEST, len(recent))}
    rate = max(_per_hour(recent[:count], now) for count in counts)
    return min(max(3600 * SLOWNESS / math.sqrt(rate), FLOOR_S), CEILING_S)


def back_off_s(failures: int, retry_after_s: float | None = None) -> float:
    """Return how long to leave a feed alone after `failures` in a row: doubling, up to a day, for ever."""
    pause = min(BACK_OFF_START_S * 2.0 ** min(max(failures - 1, 0), 10), BACK_OFF_CEILING_S)
    return max(pause, min(retry_after_s or 0.0, 7 * BACK_OFF_CEILING_S))


def publisher_floor_s(ttl_s: float | None, update_period_s: float | None, max_age_s: float | None) -> float:
    """Return the shortest interval that a feed's own words allow.

    `ttl` and max-age mean it. The update period is a template's default on most sites ("hourly"), so it
    only says that half of it is often enough.
    """
    wishes = (ttl_s or 0.0, (update_period_s or 0.0) / 2, max_age_s or 0.0)
    return min(max(wishes), MAX_PUBLISHER_FLOOR_S)


def due(
    url: str,
    now: datetime,
    wait_s: float,
    skip_hours: Collection[int] = (),
    skip_days: Collection[int] = (),
    *,
    early: bool = True,
) -> datetime:
    """Return when to poll `url` next: in `wait_s`, give or take its jitter, outside the hours it excludes.

    Without `early` the jitter only adds: a pause that a server asked for is kept.
    """
    jitter = 2 * share(url) - 1 if early else share(url)
    when = now + timedelta(seconds=wait_s * (1 + JITTER * jitter))
    for _ in range(24 * 8):
        if when.hour not in skip_hours and when.weekday() not in skip_days:
            break
        when = when.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1, seconds=300 * share(url))
    return when


def first_due(url: str, now: datetime, feeds: int) -> datetime:
    """Return when to poll a feed for the first time: spread, so that no start with many is a stampede."""
    return now + timedelta(seconds=share(url) * min(feeds / 10, 600.0))


def share(url: str) -> float:
    """Return a number from 0 to 1 that is the feed's own, the same at every start."""
    return int.from_bytes(hashlib.blake2b(url.encode(), digest_size=4).digest(), "big") / 0xFFFFFFFF


def _per_hour(arrivals: Sequence[datetime], now: datetime) -> float:
    span_h = (now - min(arrivals)).total_seconds() / 3600
    return len(arrivals) / max(span_h, 0.25)
