"""The real servers of the suite, started when they are first needed and mended between faults."""

from collections.abc import Mapping
from typing import Any

from tests.servers_elasticsearch import ElasticsearchNode
from tests.servers_kafka import KafkaNodes, fetch_jars, free_ports


class Servers:
    """One to three brokers, and one Elasticsearch at an address that outlives it."""

    def __init__(self, nodes: int, settings: Mapping[str, Any]) -> None:
        self.kafka = KafkaNodes(fetch_jars(), nodes, heap="256m")
        self.elasticsearch = ElasticsearchNode({"http.port": free_ports(1)[0], **settings})

    def __enter__(self) -> "Servers":
        self.kafka.start()
        self.elasticsearch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.elasticsearch.stop()
        self.kafka.stop()

    @property
    def bootstrap(self) -> str:
        """Return the addresses of the brokers."""
        return self.kafka.bootstrap
