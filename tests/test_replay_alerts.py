"""A year of news replayed: no subscription is told the same fact of the same subject twice."""

from collections import Counter
from pathlib import Path

import pytest

from pactwatch.embedded import Embedded
from pactwatch.pipeline import build
from pactwatch.settings import load
from sinks.sqlite.reader import SqliteReader
from tests.archive import archive

ONE_YEAR = 6000


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_year_tells_no_fact_twice(data: Path, tmp_path: Path) -> None:
    stories = [story for story in archive(data, ONE_YEAR, since="2022-01-01") if story.timestamp.year == 2022]
    settings = load(None, {})
    embedded = Embedded(tmp_path / "year.db", build(settings))
    embedded.process(stories)
    embedded.process(stories[:500])  # a redelivery
    reader = SqliteReader(tmp_path / "year.db")
    alerts = reader.alerts(limit=100_000)
    told = Counter((alert.subscription, alert.subject.id, alert.fact) for alert in alerts)

    assert len(stories) > 4000
    assert {alert.subscription for alert in alerts} == {one.name for one in settings.alerts}
    assert [subject for subject, times in told.items() if times > 1] == []
    assert reader.counts().dead_letters == 0
    reader.close()
    embedded.close()
