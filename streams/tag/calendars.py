"""Days of the Iranian and the Islamic calendar as ours.

The Iranian one is reckoned by its cycle of 33 years, right from 1178 to 1633 (1799 to 2254). The Islamic one is
the tabular one: where the new moon is watched for, a month begins up to two days before or after it.
"""

import re
from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Literal

_IRANIAN_SHIFT = 356_033  # from days counted by cycles of 33 years to our ordinals
_ISLAMIC_EPOCH = 227_014  # the ordinal of the day before 1 Muharram of the year 1

Unit = Literal["day", "week", "month"]


def from_iranian(year: int, month: int, day: int) -> date:
    """Return the day of an Iranian date. Raises ValueError for none."""
    if not (1178 <= year <= 1633 and 1 <= month <= 12 and 1 <= day <= (31 if month < 7 else 30)):
        raise ValueError(f"no Iranian date: {year}-{month}-{day}")
    shifted = year + 1595
    leaps = shifted // 33 * 8 + (shifted % 33 + 3) // 4
    before = (month - 1) * 31 if month < 7 else (month - 7) * 30 + 186
    return date.fromordinal(365 * shifted + leaps + before + day - _IRANIAN_SHIFT)


def from_islamic(year: int, month: int, day: int) -> date:
    """Return the day of an Islamic date, to a day or two. Raises ValueError for none."""
    if not (1 <= year <= 1600 and 1 <= month <= 12 and 1 <= day <= 30):
        raise ValueError(f"no Islamic date: {year}-{month}-{day}")
    ordinal = (year - 1) * 354 + (3 + 11 * year) // 30 + (59 * (month - 1) + 1) // 2 + day
    return date.fromordinal(ordinal + _ISLAMIC_EPOCH)


class Calendar:
    """A calendar with its months as news English spells them, and how surely its days are ours."""

    def __init__(
        self,
        months: tuple[str, ...],
        reckon: Callable[[int, int, int], date],
        surely: Unit,
        year_of: Callable[[int], int],
    ) -> None:
        self.months, self.reckon, self.surely, self.year_of = months, reckon, surely, year_of

    @cached_property
    def pattern(self) -> str:
        """Return the pattern of a month with a day, a year or both: alone, many are names of people and agencies."""
        name = "|".join(self.months)
        day, year = r"[0-3]?\d)(?:st|nd|rd|th)?", r"(?P<year>1[34]\d\d)(?: AH| SH)?"
        return (
            rf"(?:(?P<day>{day}(?: of)? (?={name})|(?=(?:{name})(?: \d|,? 1[34]\d\d)))"
            rf"(?P<name>{name})(?: (?P<day2>{day}(?!\d))?(?:,? {year})?"
        )

    def read(self, match: re.Match[str], anchor: date, planned: bool) -> tuple[date, Unit]:
        """Return the day that a match of `pattern` names, or one in its month, and how precise that is.

        Without a year it is the last one before `anchor`, or the next one where it is planned. Raises ValueError
        for no date.
        """
        month = 1 + next(
            n for n, name in enumerate(self.months) if re.fullmatch(name, match["name"], re.IGNORECASE)
        )
        day = int(match["day"] or match["day2"] or 0)
        unit: Unit = self.surely if day else "month"
        if match["year"]:
            return self.reckon(int(match["year"]), month, day or 15), unit
        near = self.year_of(anchor.year)
        days = [self.reckon(year, month, day) for year in range(near - 2, near + 3)]
        if planned:
            return min(found for found in days if found >= anchor), unit
        return max(found for found in days if found <= anchor), unit


IRANIAN = Calendar(
    ("farvardin", "ordibehesht", "khordad", "tir", "mordad", "shahrivar", "mehr", "aban", "azar", "dey", "bahman",
     "esfand"),
    from_iranian, "day", lambda year: year - 621,
)  # fmt: skip
ISLAMIC = Calendar(
    (r"muharram", r"safar", r"rabi(?:['’]? al-awwal| I)", r"rabi(?:['’]? (?:al-thani|al-akhir)| II)",
     r"jumada (?:al-awwal|al-ula|I)", r"jumada (?:al-thani|al-akhira|II)", r"rajab", r"sha['’]?ban", r"ramadan",
     r"shawwal", r"(?:dhu|dhul|zul)[ -]?(?:al-)?qa['’]?dah?", r"(?:dhu|dhul|zul)[ -]?(?:al-)?hijjah?"),
    from_islamic, "week", lambda year: (year - 622) * 33 // 32,
)  # fmt: skip
