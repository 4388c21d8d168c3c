"""The containers' health check: healthy where the service answers, else not, with the reason."""

import asyncio
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Queue

import pytest

from pactwatch.door import application, door
from pactwatch.metrics import Metrics
from pactwatch.service import free_port
from pactwatch.web.guard import Guard
from streams.kafka.progress import Progress
from tests.composing import ROOT
from tests.fakes_http import Reply, serving


def health(check: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the check as a container would."""
    return subprocess.run(
        [sys.executable, str(ROOT / "docker" / "health.py"), check],
        env=os.environ | environment, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.mark.parametrize(("status", "code"), [(200, 0), (500, 1), (503, 1), (404, 1)])
def test_a_page_is_healthy_where_it_answers(status: int, code: int) -> None:
    with serving() as server:
        server.on("/healthz", Reply(b"page", status=status))

        ended = health("page", PACTWATCH_PAGE_PORT=str(server.port), http_proxy="http://127.0.0.1:9")

    assert ended.returncode == code
    assert (str(status) in ended.stdout) == (code == 1)


def test_a_page_that_is_not_there_is_not_healthy(closed_port: int) -> None:
    ended = health("page", PACTWATCH_PAGE_PORT=str(closed_port))

    assert ended.returncode == 1
    assert "refused" in ended.stdout


@pytest.mark.parametrize(("prepared", "code"), [(True, 0), (False, 1)])
def test_a_worker_is_healthy_once_it_is_ready(prepared: bool, code: int) -> None:
    """Asks the real door, which asks for no token there."""
    app = application([Progress("tag", ready=prepared)], Metrics(), token="t0ken")
    with listening(app) as port:
        ended = health("ready", PACTWATCH_HEALTH_PORT=str(port))

    assert ended.returncode == code
    assert ("503" in ended.stdout) is not prepared


def test_a_worker_that_is_not_there_is_not_healthy(closed_port: int) -> None:
    assert health("ready", PACTWATCH_HEALTH_PORT=str(closed_port)).returncode == 1


@contextmanager
def listening(app: Guard) -> Iterator[int]:
    """Serve `app` as a worker does, and yield its port."""
    listener, ports, stop = free_port("127.0.0.1", 18766), Queue[int](), Queue[Callable[[], object]]()

    async def serve() -> None:
        ended, loop = asyncio.Event(), asyncio.get_running_loop()
        stop.put(lambda: loop.call_soon_threadsafe(ended.set))
        ports.put(listener.getsockname()[1])
        await door(app, listener)(ended)

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    listener.listen()  # what asks before the server does waits for it
    yield ports.get(timeout=10)
    stop.get(timeout=10)()
    thread.join(10)


def test_an_unknown_check_is_a_wrong_call() -> None:
    assert health("kibana").returncode == 2
