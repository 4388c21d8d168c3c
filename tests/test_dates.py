"""Dates in sentences: what they mean on the day of publication, and how precisely."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories import days
from streams.tag import calendars, dates

WEDNESDAY = date(2025, 5, 21)
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("text", "expected", "precision"),
    [
        ("signed on January 17", "2025-01-17", "day"),
        ("signed on 17 January 2024", "2024-01-17", "day"),
        ("signed on March 3rd, 2019", "2019-03-03", "day"),
        ("signed on June 2", "2024-06-02", "day"),
        ("ratified in April", "2025-04", "month"),
        ("ratified in September", "2024-09", "month"),
        ("ratified in April 2019", "2019-04", "month"),
        ("approved on Wednesday", "2025-05-21", "day"),
        ("approved on Friday", "2025-05-16", "day"),
        ("in force since last week", "2025-W20", "week"),
        ("agreed two years ago", "2023", "year"),
        ("agreed three days ago", "2025-05-18", "day"),
        ("agreed yesterday", "2025-05-20", "day"),
        ("agreed earlier this month", "2025-05", "month"),
        ("agreed in 1987", "1987", "year"),
    ],
)
def test_a_done_act_lies_in_the_past(text: str, expected: str, precision: str) -> None:
    assert [(expected, precision)] == [(found.date, found.precision) for found in dates.find(text, WEDNESDAY)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("will be signed on January 17", "2026-01-17"),
        ("will be signed on Friday", "2025-05-23"),
        ("will be signed next month", "2025-06"),
        ("will be signed tomorrow", "2025-05-22"),
        ("will be signed in September", "2025-09"),
        ("will be signed in two weeks", "2025-W23"),
    ],
)
def test_a_planned_act_lies_in_the_future(text: str, expected: str) -> None:
    assert [expected] == [found.date for found in dates.find(text, WEDNESDAY, planned=True)]


@pytest.mark.parametrize(
    "text", ["they may sign it", "on February 31", "the first in 21 years", "a 20-year pact"]
)
def test_what_is_no_date(text: str) -> None:
    assert dates.find(text, WEDNESDAY) == []


@given(anchor=DAYS, day=DAYS)
def test_a_full_date_means_itself_on_any_day(anchor: date, day: date) -> None:
    text = f"signed on {day.day} {day:%B} {day.year}, they say"

    assert [day.isoformat()] == [found.date for found in dates.find(text, anchor)]


@given(anchor=DAYS, day=DAYS)
def test_month_and_day_mean_the_nearest_on_the_right_side(anchor: date, day: date) -> None:
    text = f"on {day:%B} {day.day}"

    past, future = dates.find(text, anchor)[0].date, dates.find(text, anchor, planned=True)[0].date

    assert past <= anchor.isoformat() <= future


@given(anchor=DAYS, weekday=st.integers(0, 6))
def test_a_weekday_is_within_the_last_seven_days(anchor: date, weekday: int) -> None:
    name = (date(2025, 5, 19) + timedelta(days=weekday)).strftime("%A")

    found = date.fromisoformat(dates.find(f"on {name}", anchor)[0].date)

    assert found.weekday() == weekday and timedelta() <= anchor - found < timedelta(days=7)


@given(text=st.text(max_size=80), anchor=DAYS, planned=st.booleans())
def test_any_text_gives_ordered_spans_with_dates_of_their_precision(
    text: str, anchor: date, planned: bool
) -> None:
    found = dates.find(text, anchor, planned)

    assert all(one.end <= other.start for one, other in itertools.pairwise(found))
    assert all(one.precision == days.precision_of(one.date) != "" for one in found)


@given(day=DAYS)
def test_every_precision_of_a_day_agrees_with_it(day: date) -> None:
    for written in (day.isoformat(), days.week_of(day), f"{day:%Y-%m}", f"{day:%Y}", ""):
        assert days.agree(day.isoformat(), written)
    assert not days.agree(day.isoformat(), (day + timedelta(days=1)).isoformat())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("signed on 28 Dey 1403 in Moscow", "2025-01-17"),
        ("since 22 Bahman 1357", "1979-02-11"),
        ("on Tir 23, 1394", "2015-07-14"),
        ("on 1 Farvardin", "2025-03-21"),
        ("in Khordad 1404", "2025-06"),
        ("on 1 Ramadan 1446", "2025-W09"),
        ("in Muharram 1443", "2021-08"),
    ],
)
def test_days_of_other_calendars(text: str, expected: str) -> None:
    assert [found.date for found in dates.find(text, date(2025, 5, 21))] == [expected]


@pytest.mark.parametrize(
    "text", ["the Mehr news agency on Iran", "Azar said so", "during Ramadan", "31 Esfand 1403"]
)
def test_names_of_months_alone_are_no_dates(text: str) -> None:
    assert dates.find(text, date(2025, 5, 21)) == []


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_every_day_is_one_iranian_day(day: date) -> None:
    year = day.year - 621
    reckoned = [
        calendars.from_iranian(number, month, each)
        for number in (year - 1, year) for month in range(1, 13) for each in range(1, 31)
    ]  # fmt: skip

    # but for the 31sts: the first six months have one more
    longer = [
        calendars.from_iranian(number, month, 31) for number in (year - 1, year) for month in range(1, 7)
    ]
    assert day in {*reckoned, *longer}
