"""The real servers of the suite, started when they are first needed and mended between faults."""

from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from tests.servers_elasticsearch import ElasticsearchNode
from tests.servers_kafka import KafkaNodes, fetch_jars, free_ports

STARTS_WITHIN_S = 300.0  # on a machine that has much else to do


class Servers:
    """One to three brokers, and one Elasticsearch at an address that outlives it."""

    def __init__(self, nodes: int, settings: Mapping[str, Any]) -> None:
        self.kafka = KafkaNodes(fetch_jars(), nodes, heap="256m")
        # the quick compiler alone: what is killed has to be back soon, not fast
        self.elasticsearch = ElasticsearchNode(
            {"http.port": free_ports(1)[0], **settings}, java_options="-XX:TieredStopAtLevel=1"
        )

    def __enter__(self) -> "Servers":
        self.kafka.start()
        self.elasticsearch.start(STARTS_WITHIN_S)
        return self

    def __exit__(self, *_: object) -> None:
        self.elasticsearch.stop()
        self.kafka.stop()

    def are_well(self) -> bool:
        """Tell whether every process of theirs runs."""
        processes = [*self.kafka.processes.values(), self.elasticsearch.process]
        return all(process is not None and process.poll() is None for process in processes)

    @property
    def bootstrap(self) -> str:
        """Return the addresses of the brokers."""
        return self.kafka.bootstrap


class Kept:
    """Servers that go from fault to fault while these want the same ones, as they take long to start."""

    def __init__(self) -> None:
        self.stack = ExitStack()
        self.wanted: tuple[int, Mapping[str, Any]] | None = None
        self.servers: Servers | None = None

    def __enter__(self) -> "Kept":
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def like(self, nodes: int, settings: Mapping[str, Any]) -> Servers:
        """Return running servers with so many brokers and Elasticsearch set so."""
        if self.servers is None or self.wanted != (nodes, settings) or not self.servers.are_well():
            self.stack.close()
            self.wanted = (nodes, settings)
            self.servers = self.stack.enter_context(Servers(nodes, settings))
        return self.servers
