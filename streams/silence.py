"""A subscription that falls unusually quiet is news, too: judged against its own habit."""

import hashlib
from datetime import datetime, timedelta

import msgspec

from stories.model import Alert, Receipt, Subject
from streams.match.subscription import Subscription
from streams.operator import Table

REMEMBERED = 50  # alerts, the newest
FEWEST_GAPS = 6  # before that there is no habit to judge by
TIMES_USUAL = 3
AT_LEAST = timedelta(hours=12)
FACT = "silence"


class Heard(msgspec.Struct, frozen=True):
    """When a subscription's newest alerts came, in order, and whether its silence since was told."""

    times: list[datetime]
    told: bool = False


HEARD = Table("notify.heard", Heard)


def noted(heard: Heard | None, when: datetime) -> Heard:
    """Return what is remembered once an alert of `when` has come; a late one ends no told silence."""
    times = sorted({*(heard.times if heard else ()), when})
    told = heard is not None and heard.told and heard.times[-1] == times[-1]
    return Heard(times[-REMEMBERED:], told)


def unusual_since(heard: Heard) -> datetime | None:
    """Return from when on the silence is unusual; None where no habit is known yet.

    That is three of its longest usual gaps (nine in ten are shorter) after the last alert, 12 hours at least.
    """
    gaps = sorted(later - earlier for earlier, later in zip(heard.times, heard.times[1:], strict=False))
    if len(gaps) < FEWEST_GAPS:
        return None
    usual = gaps[int(len(gaps) * 0.9)]
    return heard.times[-1] + max(TIMES_USUAL * usual, AT_LEAST)


def alarm(subscription: Subscription, heard: Heard, since: datetime) -> Alert:
    """Return the alert that says so: the same silence gives the same alert."""
    last = heard.times[-1]
    place = f"{subscription.name}:{last.isoformat()}".encode()
    return Alert(
        id=hashlib.blake2b(place, digest_size=12).hexdigest(),
        subscription=subscription.name,
        subject=Subject(kind="subscription", id=subscription.name),
        title=f"No alert of {subscription.name} since {last:%Y-%m-%d %H:%M} UTC, longer than usual",
        when=since,
        severity="low",
        fact=f"{FACT}@{last:%Y-%m-%d}",
        receipt=Receipt(query=subscription.query, rules=subscription.version),
    )
