"""Dates as steps write them, of four precisions: YYYY-MM-DD, YYYY-Www, YYYY-MM or YYYY."""

from datetime import date
from functools import lru_cache

from dateutil.relativedelta import relativedelta

from stories.model import Precision


def week_of(day: date) -> str:
    """Return the ISO week of `day` as YYYY-Www."""
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def precision_of(written: str) -> Precision:
    """Return how precise an ISO date, week, month or year is; empty for an empty one."""
    if "W" in written:
        return "week"
    by_length: dict[int, Precision] = {10: "day", 7: "month", 4: "year"}
    return by_length.get(len(written), "")


@lru_cache(maxsize=10_000)  # a pact's dates are compared with each other again and again
def first_day(written: str) -> date | None:
    """Return the first day that a date of any precision may mean, None where it is empty or no date."""
    try:
        if "W" in written:
            return date.fromisocalendar(int(written[:4]), int(written[6:8]), 1)
        return date.fromisoformat((written + "-01-01")[:10]) if written else None
    except ValueError:
        return None


@lru_cache(maxsize=10_000)
def last_day(written: str) -> date | None:
    """Return the last day that a date of any precision may mean, None where it is empty or no date."""
    begin = first_day(written)
    lengths = {
        "week": relativedelta(days=6), "month": relativedelta(months=1, days=-1),
        "year": relativedelta(years=1, days=-1),
    }  # fmt: skip
    length = lengths.get(precision_of(written))
    if begin is None or length is None:
        return begin
    return begin + length if begin.year < 9999 else begin


def agree(one: str, other: str) -> bool:
    """Return whether two dates may mean the same day; an empty one agrees with all."""
    a, b = (first_day(one), last_day(one)), (first_day(other), last_day(other))
    if a[0] is None or a[1] is None or b[0] is None or b[1] is None:
        return True
    return a[0] <= b[1] and b[0] <= a[1]
