"""A real Kafka for tests: an address given, a container, Maven Central's jars; else skip, or fail in CI."""

import base64
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

VERSION = "4.4.0"
_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>test</groupId><artifactId>kafka-runtime</artifactId><version>1</version><packaging>pom</packaging>
<dependencies>
 <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{version}</version></dependency>
 <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>2.25.2</version></dependency>
 <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-core</artifactId><version>2.25.2</version></dependency>
</dependencies></project>
"""
_LOG = """rootLogger.level=WARN
rootLogger.appenderRefs=c
rootLogger.appenderRef.c.ref=C
appender.c.type=Console
appender.c.name=C
appender.c.layout.type=PatternLayout
appender.c.layout.pattern=%d %p %c %m%n
logger.s.name=kafka.server.KafkaRaftServer
logger.s.level=INFO
"""


def cache() -> Path:
    """Return where fetched servers are kept between runs."""
    given = os.environ.get("PACTWATCH_SERVERS_CACHE")
    return Path(given) if given else Path.home() / ".cache" / "pactwatch-servers"


def free_ports(count: int) -> list[int]:
    """Return ports that were free a moment ago."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def fetch_jars() -> Path:
    """Return the folder of Kafka's jars, fetched by Maven the first time."""
    folder = cache() / f"kafka-{VERSION}"
    if (folder / "complete").exists() or list(folder.glob("kafka_2.13-*.jar")):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        pom = Path(work) / "pom.xml"
        pom.write_text(_POM.format(version=VERSION))
        plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
        jars = Path(work) / "jars"
        subprocess.run(
            ["mvn", "-q", "-B", "-f", str(pom), plugin, f"-DoutputDirectory={jars}"], check=True, timeout=600
        )
        (jars / "complete").touch()
        shutil.rmtree(folder, ignore_errors=True)
        jars.rename(folder)
    return folder


class KafkaNodes:
    """One node, or several: broker and controller in one process each, in a folder of its own."""

    def __init__(self, jars: Path, count: int = 1, heap: str = "320m") -> None:
        self.jars, self.count, self.heap = jars, count, heap
        self.base = Path(tempfile.mkdtemp(prefix="kafka-"))
        ports = free_ports(2 * count)
        self.ports, self.controllers = ports[:count], ports[count:]
        # what begins with a dash would be taken for an option
        self.cluster = "k" + base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")[1:]
        self.processes: dict[int, subprocess.Popen[bytes]] = {}

    @property
    def bootstrap(self) -> str:
        """Return the address of every node."""
        return ",".join(f"127.0.0.1:{port}" for port in self.ports)

    def start(self) -> None:
        """Format and start every node, and wait until each answers."""
        (self.base / "log4j2.properties").write_text(_LOG)
        for node in range(self.count):
            self._configure(node)
        for node in range(self.count):
            self.start_node(node)
        for node in range(self.count):
            self.wait_for(node)

    def start_node(self, node: int) -> None:
        """Start one node, for the first time or again."""
        with (self.base / f"node{node}.log").open("wb") as log:
            self.processes[node] = subprocess.Popen(
                self._java("kafka.Kafka", str(self._file(node))), stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip

    def wait_for(self, node: int, timeout_s: float = 90.0) -> None:
        """Wait until `node` says that it has started. Raises RuntimeError with the end of its log."""
        log = self.base / f"node{node}.log"
        end = time.monotonic() + timeout_s
        while "Kafka Server started" not in log.read_text(errors="replace"):
            if self.processes[node].poll() is not None or time.monotonic() > end:
                raise RuntimeError(
                    f"Kafka node {node} did not start: {log.read_text(errors='replace')[-2000:]}"
                )
            time.sleep(0.1)

    def kill(self, node: int) -> None:
        """Kill a node without warning."""
        self.processes[node].send_signal(signal.SIGKILL)
        self.processes[node].wait()

    def stop(self) -> None:
        """Stop every node and remove what they wrote."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.base, ignore_errors=True)

    def _file(self, node: int) -> Path:
        return self.base / f"node{node}.properties"

    def _configure(self, node: int) -> None:
        quorum = ",".join(f"{number}@127.0.0.1:{port}" for number, port in enumerate(self.controllers))
        copies = min(3, self.count)
        in_sync = max(1, copies - 1)
        settings = {
            "process.roles": "broker,controller",
            "node.id": node,
            "controller.quorum.voters": quorum,
            "listeners": f"PLAINTEXT://127.0.0.1:{self.ports[node]},CONTROLLER://127.0.0.1:{self.controllers[node]}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self.ports[node]}",
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
            "log.dirs": self.base / f"data{node}",
            "default.replication.factor": copies,
            "min.insync.replicas": in_sync,
            "offsets.topic.replication.factor": copies,
            "offsets.topic.num.partitions": 5,
            "transaction.state.log.replication.factor": copies,
            "transaction.state.log.min.isr": in_sync,
            "transaction.state.log.num.partitions": 5,
            "group.initial.rebalance.delay.ms": 0,
            "log.cleaner.dedupe.buffer.size": 2097152,
            "broker.session.timeout.ms": 6000,
            "auto.create.topics.enable": "false",
        }
        self._file(node).write_text("".join(f"{key}={value}\n" for key, value in settings.items()))
        tool = self._java(
            "kafka.tools.StorageTool", "format", "-t", self.cluster, "-c", str(self._file(node))
        )
        subprocess.run(tool, check=True, capture_output=True, timeout=300)

    def _java(self, *arguments: str) -> list[str]:
        return [
            "java", f"-Xmx{self.heap}", f"-Xms{self.heap}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            f"-Dlog4j2.configurationFile={self.base / 'log4j2.properties'}", "-cp", f"{self.jars}/*",
            *arguments,
        ]  # fmt: skip


@contextlib.contextmanager
def kafka_server() -> Iterator[str]:
    """Yield the address of a real Kafka. Skips the test where none can be had, fails in CI."""
    if given := os.environ.get("PACTWATCH_TEST_KAFKA"):
        yield given
    elif docker_answers():
        from testcontainers.kafka import KafkaContainer

        with KafkaContainer("confluentinc/cp-kafka:8.0.0").with_kraft() as container:
            yield container.get_bootstrap_server()
    elif shutil.which("java") and shutil.which("mvn"):
        nodes = KafkaNodes(fetch_jars())
        try:
            nodes.start()
            yield nodes.bootstrap
        finally:
            nodes.stop()
    else:
        unavailable("no Kafka: set PACTWATCH_TEST_KAFKA, start Docker, or install java and mvn")


def unavailable(reason: str) -> None:
    """Skip the test, or fail it where servers are required."""
    if os.environ.get("PACTWATCH_REQUIRE_SERVERS") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def docker_answers() -> bool:
    if not shutil.which("docker"):
        return False
    asked = subprocess.run(["docker", "info"], capture_output=True, timeout=20)
    return asked.returncode == 0
