"""Stories a second the whole way: embedded, and on Kafka into Elasticsearch, beside what bare tools do."""

import asyncio
import multiprocessing
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import faust
from elasticsearch import Elasticsearch, helpers
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic

from pactwatch.embedded import Embedded
from pactwatch.pipeline import build
from pactwatch.settings import load
from sinks.elasticsearch.sink import source
from stories import wire
from tests.bench import corpus
from tests.servers_elasticsearch import elasticsearch_server
from tests.servers_kafka import kafka_server
from tests.stream import Stream

TITLE = "End to end, stories of 2,000 characters (short: of 250)"
STORIES, CHARS = 3000, 2000
MANY, SHORT = 50_000, 250
MIB = 1024 * 1024


def run() -> Iterator[Mapping[str, object]]:
    """Yield a row per way; each rate beside that of the bare tool it stands on, all in one run."""
    embedded = _apart(_embedded, STORIES, CHARS)
    yield _row("embedded", embedded, "", 1.0)
    many = _apart(_embedded, MANY, SHORT)
    yield _row(f"embedded, {MANY:,} short stories", many, "", 1.0)
    with ExitStack() as servers:
        bootstrap = servers.enter_context(kafka_server())
        elasticsearch = servers.enter_context(elasticsearch_server())
        echo = _apart(_echo, bootstrap)
        yield _row("a bare Faust agent that echoes", echo, "", 1.0)
        bulk = _apart(_bulk, elasticsearch)
        yield _row("bare helpers.bulk", bulk, "", 1.0)
        for workers in (1, 2):
            scaled = _scaled(bootstrap, elasticsearch, workers)
            yield _row(
                f"Kafka to Elasticsearch, {workers} worker(s)", scaled, "the echo", scaled[0] / echo[0]
            )
            yield _row(
                f"Kafka to Elasticsearch, {workers} worker(s)", scaled, "the bulk", scaled[0] / bulk[0]
            )


def _row(what: str, measured: tuple[float, float], beside: str, ratio: float) -> dict[str, object]:
    rate, peak = measured
    return {
        "what": what, "stories/s": round(rate), "peak MiB": round(peak / MIB),
        "of": beside, "ratio": f"{ratio:.3f}" if beside else "",
    }  # fmt: skip


def _apart(measure: Callable[..., float], *arguments: Any) -> tuple[float, float]:
    """Run `measure` in a process of its own; return its rate and that process's peak memory in bytes."""
    context = multiprocessing.get_context("spawn")
    answers: Any = context.Queue()
    process = context.Process(target=_measured, args=(answers, measure, arguments))
    process.start()
    rate = answers.get()
    peak = answers.get()
    process.join()
    return rate, peak


def _measured(answers: Any, measure: Callable[..., float], arguments: tuple[Any, ...]) -> None:
    answers.put(measure(*arguments))
    answers.put(_peak("self"))


def _peak(process: object) -> float:
    """Return the most memory that a process ever held, in bytes."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(float(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def _embedded(count: int, chars: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        embedded = Embedded(Path(folder) / "bench.db", build(load(None, {})))
        waiting = iter(corpus.stories(200, chars))
        embedded.process(waiting)  # what is made once is not what is measured
        taken, seconds = 0, 0.0
        for batch in _batches(count, chars):
            started = time.perf_counter()
            embedded.process(batch)
            seconds += time.perf_counter() - started
            taken += len(batch)
        embedded.close()
    return taken / seconds


def _batches(count: int, chars: int) -> Iterator[list[Any]]:
    """Yield batches of a feed's size, so that the corpus itself is not held in memory."""
    batch: list[Any] = []
    for story in corpus.each_story(count, chars):
        batch.append(story)
        if len(batch) == 50:
            yield batch
            batch = []


def _bulk(url: str) -> float:
    client, index = Elasticsearch(url), f"bench-{uuid.uuid4().hex[:8]}"
    client.indices.create(index=index, mappings={"dynamic": False})
    documents = [source(story) for story in corpus.stories(STORIES, CHARS)]
    started = time.perf_counter()
    helpers.bulk(
        client,
        documents,
        chunk_size=1000,
        expand_action_callback=lambda one: ({"index": {"_index": index}}, one),
    )
    return STORIES / (time.perf_counter() - started)


def _echo(bootstrap: str) -> float:
    """Return what one Faust agent does that sends on what it gets, in batches."""
    name = f"echo{uuid.uuid4().hex[:8]}"
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    admin.create_topics([NewTopic(f"{name}-{way}", 3, 1) for way in ("in", "out")])
    producer = KafkaProducer(bootstrap_servers=bootstrap)
    for story in corpus.stories(STORIES, CHARS):
        producer.send(f"{name}-in", wire.encode(story))
    producer.flush()
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_echoed(bootstrap, name, folder))


async def _echoed(bootstrap: str, name: str, folder: str) -> float:
    app = faust.App(
        name, broker=f"kafka://{bootstrap}", store="memory://", datadir=folder, autodiscover=False, origin=None,
        topic_allow_declare=False, topic_disable_leader=True, consumer_auto_offset_reset="earliest",
        web_enabled=False, stream_wait_empty=False,
    )  # fmt: skip
    times: list[float] = []
    target = app.topic(f"{name}-out", value_serializer="raw")

    @app.agent(app.topic(f"{name}-in", value_serializer="raw"))
    async def echo(stream: Any) -> None:
        async for batch in stream.take(200, within=0.02):
            await asyncio.gather(*[await target.send(value=value) for value in batch])
            times.extend([time.perf_counter()] * len(batch))

    await app.start()
    while len(times) < STORIES:
        await asyncio.sleep(0.1)
    await app.stop()
    return _middle_rate([(when, number + 1) for number, when in enumerate(times)], STORIES)


def _scaled(bootstrap: str, elasticsearch: str, workers: int) -> tuple[float, float]:
    """Return the rate at which stories become searchable, and the largest worker's peak memory."""
    prefix = f"b{uuid.uuid4().hex[:8]}-"
    with tempfile.TemporaryDirectory() as folder:
        stream = Stream(bootstrap, prefix, Path(folder), elasticsearch)
        stream.run("setup")
        stream.publish(corpus.stories(STORIES, CHARS))
        processes = [stream.worker(str(number), 600) for number in range(workers)]
        client, seen = Elasticsearch(elasticsearch), []
        try:
            while not seen or seen[-1][1] < STORIES:
                time.sleep(0.5)
                seen.append((time.perf_counter(), _found(client, prefix)))
            peak = max(_peak(process.pid) for process in processes)
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(20)
    return _middle_rate(seen, STORIES), peak


def _found(client: Elasticsearch, prefix: str) -> int:
    """Return how many stories a search finds."""
    client.indices.refresh(index=f"{prefix}*")
    return int(client.count(index=f"{prefix}stories", ignore_unavailable=True)["count"])


def _middle_rate(seen: list[tuple[float, int]], total: int) -> float:
    """Return the rate between the first tenth and the last: starting up and running dry are not it."""
    middle = [(when, count) for when, count in seen if total * 0.1 <= count <= total * 0.9]
    if len(middle) < 2 or middle[-1][0] == middle[0][0]:
        middle = [seen[0], seen[-1]]
    (first, low), (last, high) = middle[0], middle[-1]
    return (high - low) / max(last - first, 1e-9)
