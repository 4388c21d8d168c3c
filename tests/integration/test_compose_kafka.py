"""The broker that docker-compose.yml describes, without Docker: its settings start a real Kafka that works."""

import os
import re
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from pactwatch.setup_kafka import TopicOptions, create_topics
from tests.composing import COMPOSE
from tests.servers_kafka import KafkaNodes, fetch_jars, free_ports, unavailable

pytestmark = pytest.mark.servers
ENVIRONMENT: dict[str, str] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]["kafka"][
    "environment"
]


def properties(folder: Path, ports: dict[str, int]) -> str:
    """Return the environment as the image makes a properties file of it, on other ports and in `folder`."""
    lines = []
    for name, value in ENVIRONMENT.items():
        if not name.startswith("KAFKA_") or name == "KAFKA_HEAP_OPTS":
            continue
        here = re.sub(r"\b(kafka|localhost)(?=:\d)", "127.0.0.1", value).replace("://:", "://127.0.0.1:")
        for old, new in ports.items():
            here = here.replace(f":{old}", f":{new}")
        if name == "KAFKA_LOG_DIRS":
            here = str(folder / "data")
        lines.append(f"{name.removeprefix('KAFKA_').lower().replace('_', '.')}={here}\n")
    return "".join(lines)


def wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until the broker listens."""
    end = time.monotonic() + 90
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert process.poll() is None and time.monotonic() < end, log.read_text(errors="replace")[-2000:]
            time.sleep(0.2)
        else:
            return


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[str]:
    try:
        nodes = KafkaNodes(fetch_jars())
    except (OSError, subprocess.SubprocessError) as error:
        unavailable(f"no Kafka from Maven Central: {error}")
    ports = dict(zip(("9092", "19092", "29093"), free_ports(3), strict=True))
    file = tmp_path / "server.properties"
    file.write_text(properties(tmp_path, ports), encoding="utf-8")
    java = ["java", "-Xmx320m", "-XX:+UseSerialGC", "-cp", f"{nodes.jars}/*"]
    tool = ["kafka.tools.StorageTool", "format", "-t", ENVIRONMENT["CLUSTER_ID"], "-c", str(file)]
    formatted = subprocess.run([*java, *tool], capture_output=True, text=True, timeout=60, check=False)
    assert formatted.returncode == 0, formatted.stderr
    log = tmp_path / "broker.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*java, "kafka.Kafka", str(file)], stdout=out, stderr=out, stdin=subprocess.DEVNULL,
            env=os.environ, cwd=tmp_path,
        )  # fmt: skip
    try:
        wait_for(ports["9092"], process, log)
        yield f"127.0.0.1:{ports['9092']}"
        assert process.poll() is None, log.read_text(errors="replace")[-2000:]
    finally:
        process.terminate()
        process.wait(30)


def test_the_brokers_settings_start_a_kafka_that_setup_and_a_consumer_group_can_use(broker: str) -> None:
    from kafka import KafkaConsumer, KafkaProducer

    made = create_topics(TopicOptions(broker, partitions=2, replication=1), ["ratifications"])
    with_acks = KafkaProducer(bootstrap_servers=broker, acks="all", enable_idempotence=True)
    with_acks.send("stories", key=b"a", value=b"{}").get(30)
    with_acks.close()
    group = KafkaConsumer(
        "stories", bootstrap_servers=broker, group_id="readers", auto_offset_reset="earliest"
    )
    end, came = time.monotonic() + 60, []
    while not came and time.monotonic() < end:
        came = [record.value for records in group.poll(timeout_ms=500).values() for record in records]
    group.close()

    assert "stories" in made
    assert came == [b"{}"]
