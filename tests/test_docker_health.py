"""The containers' health check: healthy where the service answers, else not, with the reason."""

import os
import socket
import subprocess
import sys

import pytest

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


def test_kafka_is_reached_where_one_broker_answers(closed_port: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as broker:
        brokers = f"127.0.0.1:{closed_port}, 127.0.0.1:{broker.getsockname()[1]}"

        assert health("kafka", PACTWATCH_KAFKA_BOOTSTRAP=brokers).returncode == 0


@pytest.mark.parametrize("broker", ["127.0.0.1:{port}", "nowhere", "127.0.0.1:port"])
def test_no_broker_is_told(closed_port: int, broker: str) -> None:
    address = broker.format(port=closed_port)
    ended = health("kafka", PACTWATCH_KAFKA_BOOTSTRAP=address)

    assert ended.returncode == 1
    assert address in ended.stdout


def test_an_unknown_check_is_a_wrong_call() -> None:
    assert health("kibana").returncode == 2
