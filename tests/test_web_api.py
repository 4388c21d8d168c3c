"""The API: what its description promises, pages by cursor, ETags, problem details."""

import re
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import hypothesis
import msgspec
import pytest
import schemathesis
from fastapi.testclient import TestClient
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from pactwatch.web import cursors
from pactwatch.web.app import create
from sinks.reader import Place
from sinks.sqlite.reader import SqliteReader
from stories import wire
from tests.web_documents import ALERT, CLUSTER, DOCUMENTS, NOON, PACT, STORY, STORY_ID, page_over, write


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with page_over(tmp_path_factory.mktemp("api") / "page.db") as client:
        yield client


# ---- what the description promises ---------------------------------------------------------------------


FOLDER = tempfile.TemporaryDirectory()  # made on import: a test for each operation is made then, too
STORE = Path(FOLDER.name) / "page.db"
write(STORE, DOCUMENTS)
schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", create(SqliteReader(STORE)))


@schema.parametrize()
@hypothesis.settings(
    max_examples=25, deadline=None, suppress_health_check=list(hypothesis.HealthCheck), derandomize=True
)
def test_whatever_is_asked_the_answer_is_as_described(case: Any) -> None:
    # a well-formed request may still name a query or a cursor that cannot be read: that is a 400, too
    case.call_and_validate(excluded_checks=[positive_data_acceptance, negative_data_rejection])


# ---- by hand -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/stories", [STORY]), ("/clusters", [CLUSTER]), ("/pacts", [PACT]), ("/alerts", [ALERT]),
        ("/stories?q=actors:RUS", [STORY]), ("/pacts?q=missing:IRN", [PACT]), ("/alerts?subscription=other", []),
        ("/clusters/c1", CLUSTER), ("/pacts/p1", PACT), ("/alerts/a1", ALERT),
    ],
)  # fmt: skip
def test_documents_are_as_they_are_stored(client: TestClient, path: str, expected: Any) -> None:
    plain = (
        [wire.to_builtins(one) for one in expected]
        if isinstance(expected, list)
        else wire.to_builtins(expected)
    )

    assert client.get(f"/api/v1{path}").json() == plain


def test_a_story_is_found_by_whatever_its_id_holds(client: TestClient) -> None:
    assert client.get("/api/v1/story", params={"id": STORY_ID}).json()["id"] == STORY_ID
    assert client.get("/api/v1/related", params={"id": STORY_ID}).json() == []


def test_sums(client: TestClient) -> None:
    assert client.get("/api/v1/facets?field=actors").json() == {
        "actors": [
            {"value": code, "stories": 1, "newest": "2025-05-21T12:00:00Z"} for code in ("NATO", "RUS")
        ]
    }
    asked = {"since": "2025-05-20T00:00:00Z", "until": "2025-05-22T00:00:00Z", "q": "actors:RUS"}
    assert client.get("/api/v1/over-time", params=asked).json() == [
        {"start": "2025-05-20T00:00:00Z", "stories": 0}, {"start": "2025-05-21T00:00:00Z", "stories": 1},
    ]  # fmt: skip
    assert client.get("/api/v1/status").json()["stories"] == 1
    assert client.get("/api/v1/pacts/p1?as_of=2025-05-20").status_code == 404


def test_pages_by_cursor_hold_every_story_once_whatever_arrives(tmp_path: Path) -> None:
    path = tmp_path / "page.db"
    stories = [
        msgspec.structs.replace(STORY, id=f"s{number}", timestamp=NOON - timedelta(seconds=number // 3))
        for number in range(25)
    ]
    with page_over(path, [("clustered", story) for story in stories]) as client:
        found, address = [], "/api/v1/stories?limit=4&q=actors:RUS"
        while address:
            response = client.get(address)
            found += [story["id"] for story in response.json()]
            arrived = msgspec.structs.replace(
                STORY, id=f"late{len(found)}", timestamp=NOON + timedelta(seconds=len(found))
            )
            write(path, [("clustered", arrived)])
            link = re.fullmatch(r'<(.*)>; rel="next"', response.headers.get("link", ""))
            address = link[1] if link else ""

    assert found == sorted((story.id for story in stories), key=lambda one: (int(one[1:]) // 3, one))


@pytest.mark.parametrize(
    "place", [Place(0, ""), Place(-5, "https://a/ b?c=1"), Place(1_747_828_800_123, "ключ")]
)
def test_a_cursor_comes_back_as_its_place(place: Place) -> None:
    story = msgspec.structs.replace(STORY, id=place.id, timestamp=NOON + timedelta(milliseconds=7))

    assert cursors.place(cursors.cursor(story)) == Place(int(NOON.timestamp() * 1000) + 7, place.id)
    assert cursors.place("") is None


@pytest.mark.parametrize("word", ["x", "é", "AAAA", "MTIz", "====", "OTk5OTk5OTk5OTk5OTk5OTk5OTkgYQ"])
def test_a_made_up_cursor_is_refused(client: TestClient, word: str) -> None:
    problem = client.get("/api/v1/stories", params={"cursor": word})

    assert (problem.status_code, problem.headers["content-type"]) == (400, "application/problem+json")
    assert "cursor" in problem.json()["detail"]


@pytest.mark.parametrize("path", ["/stories", "/pacts/p1", "/status", "/feeds", "/facets?field=topics"])
def test_what_has_not_changed_is_not_sent_again(client: TestClient, path: str) -> None:
    tag = client.get(f"/api/v1{path}").headers["etag"]

    for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get(f"/api/v1{path}", headers={"if-none-match": sent})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(f"/api/v1{path}", headers={"if-none-match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/stories?limit=0", 400), ("/stories?limit=x", 400), ("/story", 400), ("/story?id=none", 404),
        ("/clusters/none", 404), ("/clusters?stories=actors:(", 400), ("/clusters?stories=a&q=b", 400), ("/nowhere", 404), ("/facets?field=body", 400), ("/pacts?q=year:2025", 400),
        ("/over-time?since=2025-01-01T00:00:00Z&until=2026-01-01T00:00:00Z&span_s=60", 400),
    ],
)  # fmt: skip
def test_a_fault_is_a_problem_in_words(client: TestClient, path: str, status: int) -> None:
    response = client.get(f"/api/v1{path}")

    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert (response.status_code, problem["status"]) == (status, status)
    assert problem["title"]
    assert problem["detail"]


def test_a_query_fault_names_the_column(client: TestClient) -> None:
    problem = client.get("/api/v1/stories", params={"q": "actors:RUS AND topics:("}).json()

    assert problem["column"] > 1
    assert "suggestion" in problem


def test_no_method_but_get(client: TestClient) -> None:
    assert client.post("/api/v1/stories").status_code == 405
    assert client.post("/").status_code == 405
