"""How long from a feed's response to the alert, at 200 stories a second, embedded and on Kafka."""

import asyncio
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kafka import KafkaConsumer

from pactwatch.pipeline import build
from pactwatch.service import Service
from pactwatch.settings import load
from sinks.channels import Channels
from stories import wire
from stories.model import Alert, Delivery, FeedState, Story
from tests.bench import corpus
from tests.servers_kafka import kafka_server
from tests.stream import Stream

TITLE = "From the feed's response to the alert, 200 stories of 1,000 characters a second, seconds"
PER_FEED, EVERY_S, SECONDS, CHARS = 20, 0.1, 20, 1000
RULE = "alerts:\n  - name: latency\n    on: story\n    query: 'topics:(ratification OR treaty-signing OR ceasefire)'\n"


def run() -> Iterator[Mapping[str, object]]:
    """Yield a row per way; the aim is a 99th percentile below 2 s."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "alerts.yaml").write_text(RULE)
        yield _row("embedded, to the channel", asyncio.run(_embedded(Path(folder))))
        with kafka_server() as bootstrap:
            yield _row("Kafka, one worker, to alerts.NAME", _scaled(bootstrap, Path(folder)))


def _row(what: str, delays: Sequence[float]) -> dict[str, object]:
    ordered = sorted(delays)
    return {
        "what": what, "alerts": len(ordered), "p50": f"{ordered[len(ordered) // 2]:.2f}",
        "p99": f"{ordered[int(len(ordered) * 0.99)]:.2f}", "most": f"{ordered[-1]:.2f}",
    }  # fmt: skip


def _feeds() -> list[list[Story]]:
    stories = corpus.stories(int(PER_FEED * SECONDS / EVERY_S), CHARS)
    return [stories[start : start + PER_FEED] for start in range(0, len(stories), PER_FEED)]


class Watched(Channels):
    """Channels that note when each alert reached them."""

    def __init__(self) -> None:
        super().__init__({}, {})
        self.when: dict[str, float] = {}

    async def deliver(self, alert: Alert) -> list[Delivery]:
        """Note the time."""
        self.when.setdefault(alert.subject.id, time.perf_counter())
        return []


async def _embedded(folder: Path) -> list[float]:
    channels, feeds = Watched(), _feeds()
    service = Service(folder / "latency.db", build(load(folder, {})), [], channels)
    stop, answered = asyncio.Event(), dict[str, float]()
    delivering = asyncio.create_task(service.deliver_until(stop))
    publishing: list[asyncio.Task[None]] = []
    await service.publish(
        FeedState(url="https://first.test/"), feeds[0]
    )  # what is loaded once, once in its life
    await asyncio.sleep(2)
    channels.when.clear()
    for number, stories in enumerate(feeds[1:]):
        answered |= dict.fromkeys((story.id for story in stories), time.perf_counter())
        publishing.append(
            asyncio.create_task(service.publish(FeedState(url=f"https://f{number}.test/"), stories))
        )
        await asyncio.sleep(EVERY_S)
    await asyncio.gather(*publishing)
    await asyncio.sleep(2)
    stop.set()
    await delivering
    service.close()
    return [when - answered[story] for story, when in channels.when.items()]


def _scaled(bootstrap: str, folder: Path) -> list[float]:
    stream = Stream(bootstrap, f"l{uuid.uuid4().hex[:8]}-", folder, config=folder)
    stream.run("setup")
    arrived: dict[str, float] = {}
    over = threading.Event()
    listener = threading.Thread(target=_listen, args=(stream, arrived, over))
    listener.start()
    worker = stream.worker("latency", 600)
    answered: dict[str, float] = {}
    try:
        feeds = _feeds()
        stream.publish(feeds[0])
        while not arrived:  # the first use of every group takes seconds, once in its life
            time.sleep(0.2)
        arrived.clear()
        for stories in feeds[1:]:
            started = time.perf_counter()
            answered |= dict.fromkeys((story.id for story in stories), started)
            stream.publish(stories)
            time.sleep(max(0.0, EVERY_S - (time.perf_counter() - started)))
        time.sleep(10)
    finally:
        over.set()
        worker.terminate()
        worker.wait(20)
        listener.join()
    return [when - answered[story] for story, when in arrived.items() if story in answered]


def _listen(stream: Stream, arrived: dict[str, float], over: threading.Event) -> None:
    consumer = KafkaConsumer(
        f"{stream.prefix}alerts.latency", bootstrap_servers=stream.bootstrap, auto_offset_reset="earliest"
    )
    while not over.is_set():
        for records in consumer.poll(timeout_ms=100).values():
            for record in records:
                arrived.setdefault(wire.decode(record.value, Alert).subject.id, time.perf_counter())
    consumer.close()
