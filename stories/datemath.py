"""Dates in queries: days, months, years, instants, `now-7d/d` and `2022-07-01||+3d`, read as Lucene does."""

import calendar
import re
from datetime import UTC, datetime, timedelta

from dateutil.relativedelta import relativedelta

_UNITS = {"y": "years", "M": "months", "w": "weeks", "d": "days", "h": "hours", "H": "hours", "m": "minutes",
          "s": "seconds"}  # fmt: skip
_STEP = re.compile(r"([+-])(\d+)([yMwdhHms])|/([yMwdhHms])")
_LAST_INSTANT = timedelta(milliseconds=1)


def resolve(text: str, now: datetime, *, end: bool) -> datetime:
    """Return the instant `text` names, in UTC; `end` gives the last millisecond of a day, month or year.

    Raises ValueError for anything that is neither a date nor `now` with date maths.
    """
    if text.startswith("now"):
        return _reckoned(text[3:], now.astimezone(UTC), end=end)
    anchor, bars, maths = text.partition("||")
    if bars:
        return _reckoned(maths, resolve(anchor, now, end=False), end=end)
    if re.fullmatch(r"\d{4}", text):
        start = datetime(int(text), 1, 1, tzinfo=UTC)
        return _last_of(start, "y") if end else start
    if found := re.fullmatch(r"(\d{4})-(\d{2})", text):
        start = datetime(int(found[1]), int(found[2]), 1, tzinfo=UTC)
        return _last_of(start, "M") if end else start
    moment = datetime.fromisoformat(text)
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return _last_of(moment, "d") if end and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else moment


def _reckoned(maths: str, moment: datetime, *, end: bool) -> datetime:
    position = 0
    while position < len(maths):
        step = _STEP.match(maths, position)
        if step is None:
            raise ValueError(f"“{maths}” is no date maths")
        sign, amount, unit, rounding = step.groups()
        if rounding:
            moment = _last_of(moment, rounding) if end else _first_of(moment, rounding)
        else:
            try:
                delta = relativedelta(**{_UNITS[unit]: int(amount)})  # type: ignore[arg-type]
                moment = moment + delta if sign == "+" else moment - delta
            except OverflowError as error:
                raise ValueError(f"“{maths}” leads out of every calendar") from error
        position = step.end()
    return moment


def _first_of(moment: datetime, unit: str) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    match unit:
        case "y":
            return midnight.replace(month=1, day=1)
        case "M":
            return midnight.replace(day=1)
        case "w":
            return midnight - timedelta(days=midnight.weekday())
        case "d":
            return midnight
        case "h" | "H":
            return moment.replace(minute=0, second=0, microsecond=0)
        case "m":
            return moment.replace(second=0, microsecond=0)
    return moment.replace(microsecond=0)


def _last_of(moment: datetime, unit: str) -> datetime:
    first = _first_of(moment, unit)
    if unit == "M":
        days = calendar.monthrange(first.year, first.month)[1]
        return first + timedelta(days=days) - _LAST_INSTANT
    name = "hours" if unit in "hH" else _UNITS[unit]
    return first + relativedelta(**{name: 1}) - _LAST_INSTANT  # type: ignore[arg-type]
