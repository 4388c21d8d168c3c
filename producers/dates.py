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


class DateReader:
    """Reads the dates of one document; foreign ones are slow, so it stops trying after some in vain."""

    def __init__(self) -> None:
        self._parser: dateparser.DateDataParser | None = None
        self._in_vain = 0

    def read(self, raw: str, parsed: struct_time | None = None) -> datetime | None:
        """Return the UTC time that `raw` says, `parsed` being feedparser's reading; None if unreadable."""
        raw = " ".join(raw.split())
        if not raw or len(raw) > MAX_CHARS:
            return _from_struct(parsed)
        if _EPOCH.fullmatch(raw):
            return datetime.fromtimestamp(int(raw) / (1000 if len(raw) == 13 else 1), UTC)
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
        if not _HAS_DAY.search(raw) or self._in_vain >= MAX_IN_VAIN:
            return None
        with warnings.catch_warnings():  # dateparser warns of its own use of the standard library
            warnings.simplefilter("ignore")
            try:
                self._parser = self._parser or dateparser.DateDataParser(settings=_SETTINGS)
                found = self._parser.get_date_data(raw).date_obj
            except (ValueError, OverflowError, TypeError, RecursionError):
                found = None
        self._in_vain += found is None
        return found.astimezone(UTC) if found else None


def judge(published: datetime | None, raw: str, fetched: datetime) -> tuple[datetime | None, str]:
    """Return the date to keep and its flag: "", missing, unreadable, future or ancient."""
    if published is None:
        return None, "unreadable" if raw.strip() else "missing"
    if published > fetched + MAX_AHEAD:
        return None, "future"
    if published < EARLIEST:
        return None, "ancient"
    return published, ""


def _from_struct(parsed: struct_time | None) -> datetime | None:
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None
