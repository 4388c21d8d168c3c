"""Real servers, one of each for all tests; a test keeps to a prefix of its own."""

import uuid
from collections.abc import Iterator

import pytest

from tests.servers_elasticsearch import elasticsearch_server
from tests.servers_kafka import kafka_server


@pytest.fixture(scope="session")
def bootstrap() -> Iterator[str]:
    """The address of a real Kafka."""
    with kafka_server() as address:
        yield address


@pytest.fixture(scope="session")
def elasticsearch() -> Iterator[str]:
    """The address of a real Elasticsearch."""
    with elasticsearch_server() as address:
        yield address


@pytest.fixture(scope="module")
def prefix() -> str:
    """What keeps one module's topics and indices from another's."""
    return f"t{uuid.uuid4().hex[:8]}-"
