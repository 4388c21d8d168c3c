"""The stream of news: only what changed, heartbeats in between, an end when the server stops."""

import asyncio
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from fastapi.testclient import TestClient

from pactwatch.web import live
from pactwatch.web.app import create
from pactwatch.web.desk import Desk
from pactwatch.web.queries import Filters
from sinks.sqlite.reader import SqliteReader
from stories.errors import TemporaryError
from tests.web_documents import CLUSTER, DOCUMENTS, write


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(live, "LOOK_EVERY_S", 0.01)
    write(tmp_path / "page.db", DOCUMENTS)
    reader = SqliteReader(tmp_path / "page.db")
    yield Desk(reader)
    reader.close()


def cards(event: str) -> list[dict[str, Any]]:
    name, data = event.strip().split("\n")
    assert name == "event: clusters"
    found: list[dict[str, Any]] = json.loads(data.removeprefix("data: "))
    return found


def collected(desk: Desk, wanted: int, filters: Filters | None = None) -> list[str]:
    """Return the first pieces of a stream, which then ends."""

    async def listen() -> list[str]:
        stopping = asyncio.Event()
        listeners = live.Listeners(stopping)
        found: list[str] = []
        async for piece in live._stream(desk, listeners, filters or Filters()):
            found.append(piece)
            if len(found) == wanted:
                stopping.set()
        assert listeners.open == 0
        return found

    return asyncio.run(listen())


def test_the_first_event_is_what_the_page_shows_now(desk: Desk) -> None:
    retry, event = collected(desk, 2)
    (card,) = cards(event)

    assert retry == "retry: 5000\n\n"
    assert (card["id"], card["revision"]) == ("c1", 1)
    assert 'data-cluster="c1"' in card["html"]
    assert "<script>" not in card["html"]


def test_afterwards_only_what_changed(desk: Desk, tmp_path: Path) -> None:
    shown: dict[str, int] = {}
    assert cards(live._news(desk, Filters(), shown))
    assert live._news(desk, Filters(), shown) == ""
    write(tmp_path / "page.db", [("clusters", msgspec.structs.replace(CLUSTER, revision=2, title="Grown"))])

    assert "Grown" in cards(live._news(desk, Filters(), shown))[0]["html"]


def test_a_heartbeat_where_nothing_happens(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "BEAT_EVERY_S", 0.02)

    assert collected(desk, 3, Filters(actor="CHN"))[1:] == [": still here\n\n"] * 2


def test_a_store_that_is_away_does_not_end_the_stream(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "BEAT_EVERY_S", 0.02)

    def away(*_: object) -> None:
        raise TemporaryError("away")

    monkeypatch.setattr(desk.reader, "clusters", away)

    assert collected(desk, 2)[1] == ": still here\n\n"


def test_no_more_listeners_than_can_be_served(desk: Desk) -> None:
    app = create(desk.reader)
    app.state.listeners.open = live.MOST_LISTENERS

    response = TestClient(app).get("/live")

    assert (response.status_code, response.headers["retry-after"]) == (503, "60")
