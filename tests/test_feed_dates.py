"""Dates of entries: UTC whatever the feed wrote, flagged where they are useless, never invented."""

from datetime import UTC, datetime

import pytest

from tests.fakes_http import rss
from tests.feeds_made import NOW, read


@pytest.mark.parametrize(
    ("date", "flag"),
    [
        ("", "missing"),
        ("some day soon", "unreadable"),
        ("Thu, 01 Jan 2099 00:00:00 GMT", "future"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "ancient"),
    ],
)
def test_a_useless_date_is_flagged_and_not_invented(date: str, flag: str) -> None:
    story = read(rss(("a1", "News", date))).stories[0]

    assert (story.published, story.date_flag) == (None, flag)
    assert story.timestamp == story.first_published == NOW


def test_a_date_some_hours_ahead_is_kept_and_the_event_time_clipped() -> None:
    story = read(rss(("a1", "News", "Sun, 01 Mar 2026 15:00:00 GMT"))).stories[0]

    assert story.published == datetime(2026, 3, 1, 15, tzinfo=UTC)
    assert story.timestamp == NOW


@pytest.mark.parametrize(
    ("raw", "hour"),
    [
        ("Sun, 01 Mar 2026 11:00:00 CET", 10),
        ("Sun, 01 Mar 2026 14:30:00 IST", 9),
        ("Sun, 01 Mar 2026 05:00:00 EST", 10),
        ("Dom, 01 Mar 2026 07:00:00 -0300", 10),
        ("1 mars 2026 09:00", 9),
        ("1772355600", 9),
        ("01.03.2026 09:00", 9),
        ("2026-03-01 09:00:00 UTC", 9),
        ("2026-03-01 09:00 EST", 14),
        ("2026/03/01 11:00 +02:00", 9),
        ("20260301T090000Z", 9),
        ("2026-03-01T14:30:00.250+05:30", 9),
        ("2026年3月1日 09:00", 9),
        ("Sun, 01 Mar 2026 09:00:00 PM +0000", 21),
        ("Sun, 01 Mar 2026 11:00:00 UTC+02:00", 9),
        ("Sunday, March 1, 2026 12:10 AM", 0),
    ],
)
def test_dates_are_utc_whatever_the_feed_wrote(raw: str, hour: int) -> None:
    published = read(rss(("a", "A", raw))).stories[0].published

    assert published is not None
    assert published.replace(minute=0) == datetime(2026, 3, 1, hour, tzinfo=UTC)


@pytest.mark.parametrize("raw", ["2026-W09-7", "2026-060", "2026-13-01 09:00"])
def test_what_names_no_day_of_a_month_is_unreadable(raw: str) -> None:
    assert read(rss(("a", "A", raw))).stories[0].published is None


def test_an_unreadable_date_gives_way_to_that_of_the_last_change() -> None:
    changed = (
        "<rss xmlns:a='http://www.w3.org/2005/Atom'><channel><item><title>A</title><pubDate>soon</pubDate>"
        "<a:updated>2026-03-01T10:00:00Z</a:updated></item></channel></rss>"
    )

    [story] = read(changed.encode()).stories

    assert (story.published, story.date_flag) == (datetime(2026, 3, 1, 10, tzinfo=UTC), "")


def test_a_date_whose_day_and_month_cannot_be_told_apart_is_unreadable() -> None:
    assert read(rss(("a", "A", "02/03/2026 09:00"))).stories[0].date_flag == "unreadable"
