"""Supervisors learn whether page and worker are alive, and whether they are ready."""

import pytest
from fastapi.testclient import TestClient

from pactwatch.door import application
from pactwatch.metrics import Metrics
from pactwatch.web.app import create
from streams.kafka.progress import Progress


class Store:
    """A store that answers, or not."""

    def __init__(self, fault: str = "") -> None:
        self.fault = fault

    def counts(self) -> tuple[int, ...]:
        if self.fault:
            raise OSError(self.fault)
        return (0,)


@pytest.mark.parametrize(("fault", "status"), [("", 200), ("secret.host refused", 503)])
def test_a_page_is_ready_where_its_store_answers_and_asks_for_no_token(fault: str, status: int) -> None:
    client = TestClient(create(Store(fault), token="t0ken"), base_url="http://127.0.0.1")

    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == status
    assert "secret" not in client.get("/readyz").text
    assert client.get("/").status_code == 401


def test_a_worker_is_ready_once_every_step_has_its_partitions() -> None:
    tag, index = Progress("tag", ready=True, lags={("tagged", 0): 1, ("tagged", 1): 2}), Progress("index")
    client = TestClient(application([tag, index], Metrics()), base_url="http://127.0.0.1")

    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    index.ready = True
    assert client.get("/readyz").status_code == 200
    assert [(step["step"], step["waiting"]) for step in client.get("/readyz").json()["steps"]] == [
        ("tag", 3), ("index", 0),
    ]  # fmt: skip
