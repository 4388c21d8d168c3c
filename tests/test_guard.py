"""A name that changes between check and connect: it is resolved once, and what was checked is what is dialled."""

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import pytest
import trustme

from producers import guard
from producers.fetch import Fetched, Fetcher, FetchError
from tests.fakes_http import FakeServer, Reply, serving
from tests.test_certificates import showing


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with serving() as running:
        yield running


def fetched(
    port: int, resolver: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> tuple[Fetched | FetchError, int]:
    """Fetch from a name that has other addresses each time it is asked for; return how often it was, too."""
    asked: list[list[str]] = []

    async def ask() -> Fetched | FetchError:
        loop = asyncio.get_running_loop()
        real = loop.getaddrinfo

        async def resolve(host: Any, port: Any, **more: Any) -> Any:
            if host not in ("rebinding.example", b"rebinding.example"):
                return await real(host, port, **more)
            asked.append(resolver[min(len(asked), len(resolver) - 1)])
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in asked[-1]]

        monkeypatch.setattr(loop, "getaddrinfo", resolve)
        async with Fetcher(timeout_s=5, host_delay_s=0) as fetcher:
            try:
                return await fetcher.fetch(f"http://rebinding.example:{port}/feed")
            except FetchError as error:
                return error

    return asyncio.run(ask()), len(asked)


def test_the_address_that_was_checked_is_the_one_that_is_dialled(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here 127.0.0.1 plays the open internet, 127.0.0.2 the inner network that the name moves to."""
    monkeypatch.setattr(guard, "is_public", lambda address: address == "127.0.0.1")
    server.on("/feed", Reply(b"public"))

    answer, asked = fetched(server.port, [["127.0.0.1"], ["127.0.0.2"]], monkeypatch)

    assert isinstance(answer, Fetched), answer
    assert (answer.body, asked) == (b"public", 1)
    assert server.asked("/feed")[0].headers["host"].startswith("rebinding.example")


@pytest.mark.parametrize("addresses", [["127.0.0.1", "127.0.0.2"], ["127.0.0.2", "127.0.0.1"]])
def test_a_name_with_one_private_address_among_public_ones_is_refused(
    addresses: list[str], server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "is_public", lambda address: address == "127.0.0.1")
    server.on("/feed", Reply(b"public"))

    answer, _ = fetched(server.port, [addresses], monkeypatch)

    assert isinstance(answer, FetchError), answer
    assert answer.kind == "private"
    assert server.requests == []


def test_no_proxy_of_the_environment_leads_around_the_guard(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, server.url(""))

    answer, _ = fetched(80, [["10.0.0.1"]], monkeypatch)

    assert isinstance(answer, FetchError)
    assert server.requests == []


def test_certificates_are_checked_on_the_guarded_way_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "is_public", lambda address: True)

    async def ask(url: str) -> None:
        async with Fetcher(timeout_s=5, host_delay_s=0) as fetcher:
            await fetcher.fetch(url)

    with (
        showing(trustme.CA().issue_cert("127.0.0.1")) as server,
        pytest.raises(FetchError) as refused,
    ):
        asyncio.run(ask(server.on("/feed", Reply(b"public"))))

    assert refused.value.kind == "certificate"
    assert server.requests == []
