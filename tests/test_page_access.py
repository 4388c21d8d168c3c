"""Who gets the page: loopback without a word, everybody else with the token; and nothing is changed by looking."""

import base64
import hashlib
import inspect
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.routing import Route

from pactwatch import service
from pactwatch.commands import scaled
from pactwatch.settings import options
from pactwatch.web import agreements, api, lists, live, reading, today, watching
from pactwatch.web.app import create
from pactwatch.web.guard import is_loopback
from sinks.sqlite.reader import SqliteReader
from stories.errors import ConfigError
from tests.web_documents import DOCUMENTS, page_over, write

TOKEN = "correct-horse-battery"


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[TestClient]:
    write(tmp_path / "page.db", DOCUMENTS)
    reader = SqliteReader(tmp_path / "page.db")
    yield TestClient(create(reader, token=TOKEN), base_url="http://192.168.1.5:8765")
    reader.close()


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@pytest.mark.parametrize(
    "given",
    [
        "", "Bearer", "Bearer wrong", f"Bearer {TOKEN}x", f"Token {TOKEN}", "Basic %%%", "Basic", basic("me", "wrong"),
        basic(TOKEN, ""), f"Basic {TOKEN}", f"Bearer {TOKEN[:-1]}", "Bearer \u00e9",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "path", ["/", "/api/v1/stories", "/static/style.css", "/live", "/alerts.atom", "/nowhere"]
)
def test_without_the_token_nothing_is_shown(guarded: TestClient, path: str, given: str) -> None:
    response = guarded.get(path, headers={"authorization": given.encode("utf-8")} if given else {})

    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Basic ")
    assert "Utopia" not in response.text
    assert "default-src 'none'" in response.headers["content-security-policy"]


@pytest.mark.parametrize(
    "given", [f"Bearer {TOKEN}", f"bearer  {TOKEN}", basic("", TOKEN), basic("me", TOKEN)]
)
def test_with_the_token_the_page_is_shown(guarded: TestClient, given: str) -> None:
    response = guarded.get("/pacts", headers={"authorization": given})

    assert response.status_code == 200
    assert "Utopia pact" in response.text
    assert TOKEN not in response.text


def test_the_token_opens_no_foreign_name(guarded: TestClient) -> None:
    headers = {"authorization": f"Bearer {TOKEN}", "host": "evil.example"}

    assert guarded.get("/", headers=headers).status_code == 421


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "news.example", ""])
def test_a_page_that_others_can_reach_does_not_start_without_a_token(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PACTWATCH_PAGE_TOKEN", raising=False)

    with pytest.raises(ConfigError, match="PACTWATCH_PAGE_TOKEN"):
        service.free_port(host, 0)


def test_with_a_token_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACTWATCH_PAGE_TOKEN", TOKEN)

    service.free_port("0.0.0.0", 28765).close()


@pytest.mark.parametrize(
    ("host", "only_here"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
    ],
)
def test_loopback_is_told_from_the_rest(host: str, only_here: bool) -> None:
    assert only_here == is_loopback(host)


def test_page_and_doors_are_on_loopback_unless_told_otherwise() -> None:
    assert is_loopback(options(None, {}).page.host)
    for command in (scaled.poll, scaled.work):
        assert is_loopback(inspect.signature(command).parameters["health_host"].default)


ROUTES = [
    route
    for part in (api, lists, live, today, reading, agreements, watching)
    for route in part.router.routes
    if isinstance(route, Route)
]


def test_looking_changes_nothing(tmp_path: Path) -> None:
    """Every address takes GET alone, the store is open for reading alone, and stays as it was, byte by byte."""
    path = tmp_path / "page.db"
    with page_over(path) as client:
        before = hashlib.sha256(path.read_bytes()).digest()
        for address in {route.path for route in ROUTES} - {"/live"}:  # a stream has no end
            client.get(re.sub(r"{[^}]*}", "p1", address))
            refused = [client.request(method, "/pacts").status_code for method in ("POST", "PUT", "DELETE")]
            assert refused == [405] * 3
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            client.app.state.reader._connection().execute("DELETE FROM stories")  # type: ignore[attr-defined]

    assert len(ROUTES) > 15
    assert all((route.methods or set()) <= {"GET", "HEAD"} for route in ROUTES)
    assert before == hashlib.sha256(path.read_bytes()).digest()


ANSWERS = (
    "/", "/search?q=((", "/story?id=nothing", "/pacts", "/alerts.atom", "/api/v1/stories", "/api/v1/stories?q=((",
    "/static/style.css", "/static/nothing", "/healthz", "/readyz", "/metrics", "/nowhere", "/api/v1/openapi.json",
)  # fmt: skip


@pytest.mark.parametrize("address", ANSWERS)
def test_every_answer_forbids_all_but_what_the_page_brings_itself(address: str, tmp_path: Path) -> None:
    with page_over(tmp_path / "page.db") as client:
        headers = client.get(address).headers
    directives = (directive.split() for directive in headers["content-security-policy"].split(";"))
    allowed = {name: set(sources) for name, *sources in directives}

    assert {allowed.pop(name).pop() for name in ("default-src", "base-uri", "frame-ancestors")} == {"'none'"}
    assert allowed.pop("img-src") == {"'self'", "data:"}
    assert allowed == {
        f"{name}": {"'self'"}
        for name in ("style-src", "font-src", "script-src", "connect-src", "form-action")
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "address", ["/", "/search?q=topics:ratification", "/pacts", "/cluster/c1", "/feeds", "/alerts"]
)
def test_no_page_needs_a_script_or_style_of_its_own(address: str, tmp_path: Path) -> None:
    with page_over(tmp_path / "page.db") as client:
        html = client.get(address).text

    assert re.findall(r"<script(?![^>]*\bsrc=)", html) == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:", html) == []
