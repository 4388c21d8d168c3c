"""Dates as feeds and pages write them, to UTC; what can't be read is flagged, never guessed."""

import re
import warnings
from calendar import timegm
from datetime import UTC, datetime, timedelta
from time import struct_time

import dateparser

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # older dates are a zero or a template, no news
MAX_AHEAD = timedelta(days=1)  # clocks and time zones are wrong by hours; by days it is no date of this story

# Abbreviations of the news world's own zones that feedparser takes for UTC. Hours east.
_ZONES_H = {
    "WEST": 1, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2, "SAST": 2, "CAT": 2, "EEST": 3,
    "MSK": 3, "TRT": 3, "EAT": 3, "WAT": 1, "IRST": 3.5, "GST": 4, "PKT": 5, "IST": 5.5, "WIB": 7,
    "ICT": 7, "HKT": 8, "SGT": 8, "PHT": 8, "AWST": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12,
    "NZDT": 13, "BRT": -3, "ART": -3, "CLT": -4, "COT": -5, "PET": -5,
}  # fmt: skip
# What feedparser takes for a day alone, or for another month.
_YEAR_FIRST = re.compile(
    r"""(\d{4}) (?: ([-/.]) (\d\d?) \2 (\d\d?) | (\d\d)(\d\d) )
    (?: [T ]\ ? (\d\d?) :? (\d\d) (?: :? (\d\d) (?:[.,]\d+)? )? )?
    \ ? ( [A-Z]{1,5} | [+-]\d\d (?: :?\d\d )? )?""",
    re.VERBOSE,
)
_WEEK_OR_DAY_OF_YEAR = re.compile(r"\d{4}-?(?:W\d\d(?:-?\d)?|\d{3})")
_YEAR_IN_CHINESE = re.compile(r"\d{4}\s?年")
_AMERICAN_ZONES_H = {
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7
}  # fmt: skip
_UTC = frozenset(("UTC", "GMT", "UT", "Z"))
_HALF_OF_DAY = re.compile(r"\b(\d{1,2})(:\d\d(?::\d\d)?)\s*([AP])\.?M\b\.?", re.IGNORECASE)
_OFFSET = re.compile(r"(?:UTC|GMT)\s?([+-])(\d\d?)(?::?(\d\d))?$")
_ZONE_AT_END = re.compile(r"^(.*\d)\s*\(?([A-Z]{3,5})\)?$")
_EPOCH = re.compile(r"\d{9,10}|\d{13}")
_NUMERIC_DAY = re.compile(r"\b(\d{1,2})[./-](\d{1,2})[./-](\d{4})\b")
_DOTTED_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(.*)")
_HAS_DAY = re.compile(r"\d")
_SETTINGS = {
    "TIMEZONE": "UTC", "TO_TIMEZONE": "UTC", "RETURN_AS_TIMEZONE_AWARE": True, "STRICT_PARSING": True,
    "PARSERS": ["absolute-time"],
}  # fmt: skip
MAX_CHARS = 100
MAX_IN_VAIN = 20
MAX_FOREIGN = 10_000  # of one document, some milliseconds each


class DateReader:
    """Reads the dates of one document; foreign ones are slow, so it stops trying after some in vain."""

    def __init__(self) -> None:
        self._parser: dateparser.DateDataParser | None = None
        self._same: dateparser.DateDataParser | None = None  # for the language of the date before
        self._read = self._in_vain = 0

    def read(self, raw: str, parsed: struct_time | None = None) -> datetime | None:
        """Return the UTC time that `raw` says, `parsed` being feedparser's reading; None if unreadable."""
        written = " ".join(raw.split())
        if not written or len(written) > MAX_CHARS:
            return _from_struct(parsed)
        if _EPOCH.fullmatch(written):
            return datetime.fromtimestamp(int(written) / (1000 if len(written) == 13 else 1), UTC)
        if when := _year_first(written):
            return when
        if _WEEK_OR_DAY_OF_YEAR.fullmatch(written):
            return None
        raw = _plain_time(written)
        if raw != written or _YEAR_IN_CHINESE.match(raw):
            parsed = None  # feedparser passes over what it does not know
        zone = _ZONE_AT_END.match(raw)
        shift = timedelta(hours=_ZONES_H.get(zone[2], 0)) if zone else timedelta()
        if parsed is not None:
            when = _from_struct(parsed)
            return when - shift if when else None
        when = self._foreign(zone[1] if zone and shift else raw)
        return when - shift if when else None

    def _foreign(self, raw: str) -> datetime | None:
        """Read a date in any language, unless day and month can't be told apart or the day isn't said."""
        if dotted := _DOTTED_DAY.fullmatch(raw):  # with dots, the day always comes first
            raw = f"{dotted[3]}-{int(dotted[2]):02}-{int(dotted[1]):02}{dotted[4]}"
        numeric = _NUMERIC_DAY.search(raw)
        if numeric and int(numeric[1]) <= 12 and int(numeric[2]) <= 12 and numeric[1] != numeric[2]:
            return None
        if not _HAS_DAY.search(raw) or self._in_vain >= MAX_IN_VAIN or self._read >= MAX_FOREIGN:
            return None
        with warnings.catch_warnings():  # dateparser warns of its own use of the standard library
            warnings.simplefilter("ignore")
            try:
                found = self._in_a_language(raw)
            except (ValueError, OverflowError, TypeError, RecursionError):
                found = None
        self._read += 1
        self._in_vain += found is None
        return found.astimezone(UTC) if found else None

    def _in_a_language(self, raw: str) -> datetime | None:
        """Read a date in the language of the one before, else in any, which takes 50 times as long."""
        found: datetime | None = self._same.get_date_data(raw).date_obj if self._same else None
        if found is None:
            self._parser = self._parser or dateparser.DateDataParser(settings=_SETTINGS)
            read = self._parser.get_date_data(raw)
            found = read.date_obj
            if read.locale:
                self._same = dateparser.DateDataParser(locales=[read.locale], settings=_SETTINGS)
        return found


def judge(published: datetime | None, raw: str, fetched: datetime) -> tuple[datetime | None, str]:
    """Return the date to keep and its flag: "", missing, unreadable, future or ancient."""
    if published is None:
        return None, "unreadable" if raw.strip() else "missing"
    if published > fetched + MAX_AHEAD:
        return None, "future"
    if published < EARLIEST:
        return None, "ancient"
    return published, ""


def _year_first(written: str) -> datetime | None:
    """Return the UTC time of 2024-05-01 10:00 +0200 and its kin; None where `written` is not of that kind."""
    found = _YEAR_FIRST.fullmatch(written)
    if found is None:
        return None
    year, _, month, day, month_too, day_too, hour, minute, second, zone = found.groups()
    offset = _offset(zone or "Z")
    if offset is None:
        return None
    try:
        return datetime(
            int(year), int(month or month_too), int(day or day_too),
            int(hour or 0), int(minute or 0), min(int(second or 0), 59), tzinfo=UTC,
        ) - offset  # fmt: skip
    except (ValueError, OverflowError):
        return None


def _offset(zone: str) -> timedelta | None:
    """Return how far east `zone` is, None where it is no known one."""
    if zone in _UTC:
        return timedelta()
    if zone[0] in "+-":
        east = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:].strip(":") or 0))
        return -east if zone[0] == "-" else east
    hours = _AMERICAN_ZONES_H.get(zone, _ZONES_H.get(zone))
    return None if hours is None else timedelta(hours=hours)


def _plain_time(written: str) -> str:
    """Return `written` with 2 PM as 14, and UTC+2 as +0200."""

    def of_24(found: re.Match[str]) -> str:
        hour = int(found[1]) % 12 + 12 * (found[3] in "pP") if int(found[1]) <= 12 else int(found[1])
        return f"{hour:02}{found[2]}"

    def offset(found: re.Match[str]) -> str:
        return f"{found[1]}{int(found[2]):02}{found[3] or '00'}"

    return _OFFSET.sub(offset, _HALF_OF_DAY.sub(of_24, written))


def _from_struct(parsed: struct_time | None) -> datetime | None:
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None
