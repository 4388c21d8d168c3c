"""Date expressions in a sentence, resolved against the day it was published, with what precision they have.

A done act lies in the past ("on January 17" is the last one before publication), a planned one in the future.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from stories.days import week_of
from stories.model import Precision
from streams.tag import calendars
from streams.tag.calendars import Calendar

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_SHORT_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9,
                 "oct": 10, "nov": 11, "dec": 12}  # fmt: skip
_MONTH_NUMBER = {name: number for number, name in enumerate(_MONTHS, 1)} | _SHORT_MONTHS
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
           "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "several": 0, "a few": 0}  # fmt: skip

_MONTH = r"(?P<month>(?:{})|(?:jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?)".format("|".join(_MONTHS))
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:1[6-9]|20)\d\d)"
_COUNT = r"(?P<count>\d{1,3}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_UNIT = r"(?P<unit>day|week|month|year|decade)s?"


class DateMention(NamedTuple):
    """`text[start:end]` names `date` (YYYY-MM-DD, YYYY-Www, YYYY-MM or YYYY) with this precision."""

    start: int
    end: int
    date: str
    precision: Precision


class _Found(NamedTuple):
    date: str
    precision: Precision


_Reader = Callable[[re.Match[str], date, bool], _Found | None]


def find(text: str, anchor: date, planned: bool = False) -> list[DateMention]:
    """Return the date expressions of `text` in order, none overlapping, read as of the day `anchor`.

    `planned` reads an expression without a year as the next one to come, else as the last one that was.
    """
    lower = f" {text.lower()} "
    signs = {sign for sign, words in _SIGNS.items() if any(word in lower for word in words)}
    taken: list[DateMention] = []
    for pattern, reader in _GRAMMAR if signs else ():
        if not _NEEDED[reader] <= signs:
            continue
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < other.end and other.start < end for other in taken):
                continue
            if (found := _safely(reader, match, anchor, planned)) is not None:
                taken.append(DateMention(start, end, found.date, found.precision))
    return sorted(taken)


def _safely(reader: _Reader, match: re.Match[str], anchor: date, planned: bool) -> _Found | None:
    try:
        return reader(match, anchor, planned)
    except (ValueError, OverflowError):  # 31 February, the year 0: no date at all
        return None


def _day(day: date) -> _Found:
    return _Found(day.isoformat(), "day")


def _month(day: date) -> _Found:
    return _Found(f"{day.year:04d}-{day.month:02d}", "month")


def _year(day: date) -> _Found:
    return _Found(f"{day.year:04d}", "year")


def _iso(match: re.Match[str], anchor: date, planned: bool) -> _Found:
    return _day(date.fromisoformat(match[0]))


def _full(match: re.Match[str], anchor: date, planned: bool) -> _Found:
    month = _MONTH_NUMBER[match["month"].lower().rstrip(".")]
    return _day(date(int(match["year"]), month, int(match["day"])))


def _month_day(match: re.Match[str], anchor: date, planned: bool) -> _Found | None:
    month, day = _MONTH_NUMBER[match["month"].lower().rstrip(".")], int(match["day"])
    step = 1 if planned else -1
    for year in range(anchor.year, anchor.year + 9 * step, step):  # 29 February may need eight years
        try:
            candidate = date(year, month, day)
        except ValueError:
            continue
        if (candidate >= anchor) if planned else (candidate <= anchor):
            return _day(candidate)
    return None


def _month_year(match: re.Match[str], anchor: date, planned: bool) -> _Found:
    return _month(date(int(match["year"]), _MONTH_NUMBER[match["month"].lower().rstrip(".")], 1))


def _month_alone(match: re.Match[str], anchor: date, planned: bool) -> _Found:
    month = _MONTH_NUMBER[match["month"].lower().rstrip(".")]
    which = (match["which"] or "").lower()
    year = anchor.year
    if which == "last" or (not planned and month > anchor.month and which != "next"):
        year -= 1 if which != "last" or month >= anchor.month else 0
    elif which == "next" or (planned and month < anchor.month):
        year += 1 if which != "next" or month <= anchor.month else 0
    return _month(date(year, month, 1))


def _year_alone(match: re.Match[str], anchor: date, planned: bool) -> _Found:
    return _year(date(int(match["year"]), 1, 1))


def _relative_day(match: re.Match[str], anchor: date, planned: bool) -> _Found:
    word = re.sub(r"\s+", " ", match[0].lower())
    if "before yesterday" in word:
        return _day(anchor - timedelta(days=2))
    if "after tomorrow" in word:
        return _day(anchor + timedelta(days=2))
    if word in ("yesterday", "the previous day", "the day before", "last night"):
        return _day(anchor - timedelta(days=1))
    if word in ("tomorrow", "the next day", "the following day"):
        return _day(anchor + timedelta(days=1))
    return _day(anchor)


def _weekday(match: re.Match[str], anchor: date, planned: bool) -> _Found:
    number, which = _WEEKDAYS.index(match["weekday"].lower()), (match["which"] or "").lower()
    back = (anchor.weekday() - number) % 7
    if which == "next" or (planned and which != "last"):
        ahead = (number - anchor.weekday()) % 7
        return _day(anchor + timedelta(days=ahead or (7 if which == "next" else 0)))
    return _day(anchor - timedelta(days=back or (7 if which == "last" else 0)))


def _shift(day: date, unit: str, count: int) -> date:
    if unit == "day":
        return day + timedelta(days=count)
    if unit == "week":
        return day + timedelta(weeks=count)
    return day + relativedelta(
        months=count if unit == "month" else 12 * count * (10 if unit == "decade" else 1)
    )


def _at(day: date, unit: str) -> _Found:
    if unit == "day":
        return _day(day)
    if unit == "week":
        return _Found(week_of(day), "week")
    return _month(day) if unit == "month" else _year(day)


def _relative_unit(match: re.Match[str], anchor: date, planned: bool) -> _Found:
    steps = {"last": -1, "previous": -1, "past": -1, "this": 0, "next": 1, "coming": 1, "following": 1}
    unit = match["unit"].lower()
    return _at(_shift(anchor, unit, steps[match["which"].lower()]), unit)


def _within_unit(match: re.Match[str], anchor: date, planned: bool) -> _Found:
    unit = match["unit"].lower()
    return _at(anchor, unit)


def _counted(match: re.Match[str], anchor: date, planned: bool) -> _Found | None:
    written, unit = match["count"].lower(), match["unit"].lower()
    count = int(written) if written.isdigit() else _COUNTS[written]
    if match["where"].lower() == "in" and not planned:
        return None  # "the first in 21 years" is no date
    forward = (match["where"] or "").lower() in ("in", "later", "from now", "within")
    return _at(_shift(anchor, unit, count if forward else -count), unit)


def _reader_of(calendar: Calendar) -> _Reader:
    return lambda match, anchor, planned: _at(*calendar.read(match, anchor, planned))


_iranian, _islamic = _reader_of(calendars.IRANIAN), _reader_of(calendars.ISLAMIC)


def _rule(pattern: str, reader: _Reader) -> tuple[re.Pattern[str], _Reader]:
    return re.compile(rf"(?<![\w-])(?:{pattern})(?![\w%])", re.IGNORECASE), reader


# In order of trust: what a fuller expression has taken, a shorter one no longer sees.
_GRAMMAR: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    _rule(r"(?:1[6-9]|20)\d\d-[01]\d-[0-3]\d", _iso),
    _rule(calendars.IRANIAN.pattern, _iranian),
    _rule(calendars.ISLAMIC.pattern, _islamic),
    _rule(rf"{_DAY}(?:\s+of)?\s+{_MONTH},?\s+{_YEAR}", _full),
    _rule(rf"{_MONTH}\s+{_DAY},?\s+{_YEAR}", _full),
    _rule(rf"{_MONTH},?\s+(?:of\s+)?{_YEAR}", _month_year),
    _rule(rf"{_DAY}(?:\s+of)?\s+{_MONTH}", _month_day),
    _rule(rf"{_MONTH}\s+(?:the\s+)?{_DAY}", _month_day),
    _rule(
        r"(?:the day )?(?:before yesterday|after tomorrow)|today|tonight|yesterday|tomorrow|last night|"
        r"this (?:morning|afternoon|evening)|the (?:next|following|previous) day|the day before",
        _relative_day,
    ),
    _rule(rf"(?:(?P<which>last|next|this|this past|past|coming)\s+)?(?P<weekday>{'|'.join(_WEEKDAYS)})", _weekday),
    _rule(r"(?:earlier|later|before the end of|by the end of)\s+(?:in\s+)?this\s+(?P<unit>week|month|year)", _within_unit),
    _rule(r"(?P<which>last|previous|past|this|next|coming|following)\s+(?P<unit>week|month|year)", _relative_unit),
    _rule(rf"(?:(?:just|only|about|some|almost|nearly)\s+)?{_COUNT}\s+{_UNIT}\s+(?P<where>ago|earlier|before|after|later|from now)", _counted),
    _rule(rf"(?P<where>in)\s+{_COUNT}\s+{_UNIT}(?:['’]s? time)?(?=\s*[.,;]|\s+time|$)", _counted),
    _rule(rf"(?:in|by|since|until|from|during|early|late|mid|of|for)[\s-]+(?:(?:early|late|mid|the end of|the middle of)[\s-]+)?(?:(?P<which>last|next|this)\s+)?{_MONTH}", _month_alone),
    _rule(rf"(?P<which>last|next|this)\s+{_MONTH}", _month_alone),
    _rule(rf"(?:back\s+)?(?:in|by|since|until|from|during|early|late|before|of|after)\s+(?:(?:early|late|mid|the end of)[\s-]+)?{_YEAR}", _year_alone),
)  # fmt: skip
# What a text must hold for an expression to be in it: asking this is far cheaper than trying every pattern.
_SIGNS = {
    "digit": tuple("0123456789"),
    "iranian": tuple(f" {name}{mark}" for name in calendars.IRANIAN.months for mark in " ,.;"),
    "islamic": (" muharram", " safar", " rabi", " jumada", " rajab", " sha", " ramadan", " shawwal", " dhu", " zul"),
    "month": tuple(name[:3] for name in _MONTHS),
    "day": ("day", "night", "tomorrow", "morning", "afternoon", "evening"),
    "unit": ("day", "week", "month", "year", "decade"),
}  # fmt: skip
_NEEDED: dict[_Reader, frozenset[str]] = {
    _iranian: frozenset({"digit", "iranian"}), _islamic: frozenset({"digit", "islamic"}),
    _iso: frozenset({"digit"}), _full: frozenset({"digit", "month"}), _month_year: frozenset({"digit", "month"}),
    _month_day: frozenset({"digit", "month"}), _relative_day: frozenset({"day"}), _weekday: frozenset({"day"}),
    _within_unit: frozenset({"unit"}), _relative_unit: frozenset({"unit"}), _counted: frozenset({"unit"}),
    _month_alone: frozenset({"month"}), _year_alone: frozenset({"digit"}),
}  # fmt: skip
