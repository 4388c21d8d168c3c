"""A few faults of the suite (`python -m tests.faults`), made a few times: what must never break again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults import embedded, scaled
from tests.faults.__main__ import FAULTS
from tests.faults.fault import Embedded, Scaled, UnavailableError
from tests.faults.servers import Servers
from tests.servers_elasticsearch import java_home
from tests.servers_kafka import unavailable

pytestmark = [pytest.mark.servers, pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    """Servers of our own, as they are killed and blocked."""
    if java_home() is None:
        unavailable("no servers that may be broken: install mvn and Java 21")
    with Servers(1, {}) as own:
        yield own


@pytest.mark.parametrize("name", ["embedded-disk-full", "embedded-stopped"])
def test_one_process(data: Path, name: str) -> None:
    fault = FAULTS[name]
    assert isinstance(fault, Embedded)
    try:
        row = embedded.disturbed(fault, count=600, times=1, seed=1)
    except UnavailableError as reason:
        pytest.skip(str(reason))

    assert (row.lost, row.doubled, row.wrong) == (0, 0, [])


@pytest.mark.parametrize("name", ["elasticsearch-read-only", "elasticsearch-write-block", "worker-stopped"])
def test_workers_and_servers(data: Path, servers: Servers, name: str) -> None:
    fault = FAULTS[name]
    assert isinstance(fault, Scaled)

    row = scaled.disturbed(servers, fault, count=400, times=1, seed=1)

    assert (row.lost, row.doubled, row.wrong) == (0, 0, [])
