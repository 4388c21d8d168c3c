"""Real servers, one of each for all tests; a test keeps to a prefix of its own."""

import uuid
from collections.abc import Iterator

import pytest
from elasticsearch import Elasticsearch

from sinks.elasticsearch.client import ElasticsearchOptions, connect
from sinks.elasticsearch.indices import install
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


@pytest.fixture(scope="module")
def client(elasticsearch: str) -> Iterator[Elasticsearch]:
    """A client of the real Elasticsearch."""
    with connect(ElasticsearchOptions(elasticsearch)) as client:
        yield client


@pytest.fixture
def own(client: Elasticsearch, request: pytest.FixtureRequest, prefix: str) -> str:
    """A prefix with its templates, for one test."""
    name = f"{prefix}{abs(hash(request.node.name)) % 10**8}-"
    install(client, name)
    return name
