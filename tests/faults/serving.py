"""Faults of the servers: brokers and Elasticsearch killed, blocked, overloaded, gone for long; disks that fill."""

import contextlib
import threading
import time

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch
from kafka import KafkaAdminClient

from tests.faults.embedded import EmbeddedRun
from tests.faults.fault import Embedded, Fault, Scaled
from tests.faults.scaled import ScaledRun
from tests.faults.servers import STARTS_WITHIN_S
from tests.faults.waiting import wait_until

ENDS_WITHIN_S = 120.0
HEAVY_BYTES = 900_000


def kill_broker(run: ScaledRun) -> None:
    """Kill one broker, and start it again."""
    _out_and_back(run, run.chance.randrange(run.servers.kafka.count))


def kill_controller(run: ScaledRun) -> None:
    """Kill the broker that leads the controllers, and start it again."""
    admin = KafkaAdminClient(bootstrap_servers=run.groups.bootstrap)
    leader = admin.describe_metadata_quorum()["topics"][0]["partitions"][0]["leader_id"]
    admin.close()
    _out_and_back(run, int(leader))


def _out_and_back(run: ScaledRun, node: int) -> None:
    run.servers.kafka.kill(node)
    run.hold(3.0, 8.0)
    run.servers.kafka.start_node(node)
    run.servers.kafka.wait_for(node, STARTS_WITHIN_S)


def kill_elasticsearch(run: ScaledRun) -> None:
    """Kill Elasticsearch, and start it again at once."""
    run.servers.elasticsearch.kill()
    run.servers.elasticsearch.start(STARTS_WITHIN_S)


def lose_elasticsearch_for_long(run: ScaledRun) -> None:
    """Have Elasticsearch gone for longer than the client and the sink try within one call."""
    run.servers.elasticsearch.kill()
    run.hold(40.0, 45.0)
    run.servers.elasticsearch.start(STARTS_WITHIN_S)


def block_read_only(run: ScaledRun) -> None:
    """Block every index as at the flood stage of its disk (429)."""
    _blocked(run, "read_only_allow_delete")


def block_writes(run: ScaledRun) -> None:
    """Block writing to every index (403)."""
    _blocked(run, "write")


def _blocked(run: ScaledRun, block: str) -> None:
    for value in (True, None):
        run.client.options(request_timeout=30).indices.put_settings(
            index=f"{run.stream.prefix}*", settings={f"index.blocks.{block}": value}
        )
        if value:
            run.hold(4.0, 8.0)


def overload(run: ScaledRun) -> None:
    """Fill what the server takes at once with heavy requests of others."""
    over = time.monotonic() + run.chance.uniform(4.0, 8.0)
    others = [threading.Thread(target=_press, args=(run, over)) for _ in range(4)]
    for other in others:
        other.start()
    for other in others:
        other.join()


def _press(run: ScaledRun, until: float) -> None:
    client = Elasticsearch(run.servers.elasticsearch.url, max_retries=0)
    index = f"{run.stream.prefix}others"
    with contextlib.suppress(ApiError):
        client.indices.create(index=index, mappings={"enabled": False})
    body = [{"index": {"_index": index}}, {"text": "x" * HEAVY_BYTES}]
    while time.monotonic() < until:
        with contextlib.suppress(ApiError, TransportError):
            client.bulk(operations=body)
    client.close()


def fill_disk(run: ScaledRun | EmbeddedRun) -> None:
    """Fill the disk until a process ends of it, then make room."""
    assert run.disk is not None
    before = _exits(run)
    run.disk.fill()
    try:
        wait_until(lambda: _exits(run) > before, "a process that ends for want of space", ENDS_WITHIN_S)
        run.hold(1.0, 3.0)
    finally:
        run.disk.free()


def _exits(run: ScaledRun | EmbeddedRun) -> int:
    return sum(len(member.exits) for member in run.crew.members.values())


FAULTS: list[Fault] = [
    Embedded("embedded-disk-full", "no space left for the store of `run`", fill_disk, small_disk=True),
    Scaled("disk-full", "no space left for the workers' databases and Faust's datadir", fill_disk, small_disk=True),
    Scaled("elasticsearch-killed", "Elasticsearch killed and back", kill_elasticsearch),
    Scaled("elasticsearch-gone", "Elasticsearch gone for 40 s, longer than any call tries", lose_elasticsearch_for_long),
    Scaled("elasticsearch-read-only", "every index read-only (429), as on a full disk", block_read_only),
    Scaled("elasticsearch-write-block", "writing blocked on every index (403)", block_writes),
    Scaled(
        "elasticsearch-overloaded", "heavy requests of others beyond its indexing pressure limit (429)", overload,
        settings={"indexing_pressure.memory.limit": "1mb"},
    ),
    Scaled("broker-killed", "a broker of three killed and back", kill_broker, nodes=3),
    Scaled("controller-killed", "the leading controller of three killed and back", kill_controller, nodes=3),
]  # fmt: skip
