"""Trying a query before it becomes a subscription: what it would have told, and the entry to paste."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from fastapi.testclient import TestClient

from pactwatch.settings import AlertsFile
from pactwatch.web import trial
from pactwatch.yaml_lines import read
from sinks.sqlite.reader import SqliteReader
from stories.model import Cluster
from tests.web_documents import CHANGE, CLUSTER, DOCUMENTS, NOON, STORY, page_over


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with page_over(tmp_path / "page.db") as client:
        yield client


@pytest.mark.parametrize(
    ("on", "query", "alerts"),
    [
        ("story", "actors:RUS", 1), ("story", "actors:CHN", 0), ("cluster", "actors:RUS", 1),
        ("pact", "step:ratified AND ratified_by:RUS", 1), ("story", "published:[now-1d TO now]", 1),
    ],
)  # fmt: skip
def test_a_query_is_tried_on_the_last_days(client: TestClient, on: str, query: str, alerts: int) -> None:
    response = client.get("/try", params={"q": query, "on": on, "name": "mine"})

    assert response.status_code == 200
    assert (
        f"{alerts} alert{'' if alerts == 1 else 's'} in the 30 days up to 2025-05-21 12:00" in response.text
    )
    assert response.text.count("<title>2025-") == 31
    assert '<svg class="bars"' in response.text


def test_what_is_pasted_is_a_subscription(client: TestClient, tmp_path: Path) -> None:
    wanted = trial.subscription("mine", "cluster", 'title:"a: b" AND NOT actors:(RUS OR IRN)', "high", 3)
    (tmp_path / "alerts.yaml").write_text(trial.as_yaml(wanted))

    assert read(tmp_path / "alerts.yaml", AlertsFile).alerts == [wanted]
    assert "\n  on: cluster\n" in trial.as_yaml(wanted)


@pytest.mark.parametrize(
    "params",
    [
        {"q": "topics:("}, {"q": "a", "name": "No Name!"}, {"q": "a", "on": "moon"}, {"q": "a", "origins": "many"},
        {"q": "nofield:x"}, {"q": "step:ratified AND parties:IRN", "on": "cluster"},
    ],
)  # fmt: skip
def test_what_cannot_be_tried_is_said(client: TestClient, params: dict[str, str]) -> None:
    response = client.get("/try", params=params)

    assert response.status_code == 400
    assert 'role="alert"' in response.text


def test_what_is_older_or_more_than_is_tried_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = NOON - timedelta(days=40)
    stories = [
        msgspec.structs.replace(STORY, id=f"s{number}", timestamp=when, published=when)
        for number, when in enumerate([NOON, NOON - timedelta(days=1), NOON - timedelta(days=2), old])
    ]
    early = msgspec.structs.replace(CLUSTER, id="c2", last_seen=old)
    told = msgspec.structs.replace(CHANGE, id="ch2", timestamp=old)
    documents = [
        *DOCUMENTS[1:],
        ("clusters", early),
        ("pact-changes", told),
        *(("clustered", one) for one in stories),
    ]
    with page_over(tmp_path / "page.db", documents):
        reader = SqliteReader(tmp_path / "page.db")
        every = trial.tried(reader, trial.subscription("a", "story", "actors:RUS", "low", 0), NOON)
        monkeypatch.setattr(trial, "MOST", 2)
        some = trial.tried(reader, trial.subscription("a", "story", "actors:RUS", "low", 0), NOON)
        clusters = trial.tried(reader, trial.subscription("a", "cluster", "actors:RUS", "low", 0), NOON)
        pacts = trial.tried(reader, trial.subscription("a", "pact", "parties:RUS", "low", 0), NOON)
        reader.close()

    assert (len(every.alerts), every.is_cut, sum(count for _, count in every.per_day)) == (3, False, 3)
    assert (len(some.alerts), some.is_cut) == (2, True)
    assert [alert.subject.id for alert in clusters.alerts] == ["c1"]
    assert len(pacts.alerts) == 1


def test_clusters_are_looked_at_in_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "CHUNK", 3)
    clusters = [
        Cluster(
            id=f"c{n}",
            title="t",
            first_seen=NOON,
            last_seen=NOON - timedelta(hours=n),
            size=1,
            actors=["RUS"],
        )
        for n in range(10)
    ]
    with page_over(tmp_path / "page.db", [("clusters", one) for one in clusters]):
        reader = SqliteReader(tmp_path / "page.db")
        found = trial.tried(reader, trial.subscription("a", "cluster", "actors:RUS", "low", 0), NOON)
        reader.close()

    assert len(found.alerts) == 10
