"""How long the page takes over 100,000 stories in SQLite, while readers read and stories are written.

The store is made by the real pipeline from the archive, once, and kept with the servers' files; the writer
is a process of its own, as `pactwatch run` is beside `pactwatch page`. PACTWATCH_BENCH_STORIES makes it
smaller, PACTWATCH_BENCH_STORE names a store that is there already.
"""

import gzip
import http.client
import json
import multiprocessing
import os
import random
import shutil
import tempfile
import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count, islice
from multiprocessing.synchronize import Event as Signal
from pathlib import Path
from urllib.parse import quote

from pactwatch.embedded import Embedded
from pactwatch.pipeline import build
from pactwatch.settings import load
from sinks.sqlite.reader import SqliteReader
from stories.errors import PermanentError
from stories.model import Feed, Story
from streams.state import SqliteState, connect
from tests.browser.serving import serving
from tests.servers_kafka import cache

STORIES = int(os.environ.get("PACTWATCH_BENCH_STORIES", "100000"))
TITLE = f"The page over {STORIES:,} stories: milliseconds on the server's side of the socket"
ARCHIVE = "archive/current_events_2010_2024.jsonl.gz"
READERS, WRITTEN_PER_S, SECONDS = 20, 100, 30
WARM_S = 5.0  # read before anything is measured
PAUSE_S = 1.0  # of a reader between two pages
OUTLETS = 40
BATCH = 20

QUERIES = (
    "topics:armed-conflict", "actors:RUS AND actors:UKR", "ceasefire", "parliament treaty", '"mutual defence"',
    "topics:ratification AND NOT negated:ratification", "actors:(IRN OR ISR) AND topics:negotiation", "ratif*",
    "actors:USA", "",
)  # fmt: skip


def run() -> Iterable[Mapping[str, object]]:
    """Yield a row per kind of page, with readers who pause and with readers who do not."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.db"
        shutil.copy(store(), path)
        addresses = pages(path)
        stop = multiprocessing.get_context("spawn").Event()
        written = multiprocessing.get_context("spawn").Value("i", 0)
        writer = multiprocessing.get_context("spawn").Process(target=write, args=(path, stop, written))
        writer.start()
        with serving_apart(path) as address:
            while not written.value:
                assert writer.is_alive(), "the writer did not start"
                time.sleep(0.1)
            read(address, addresses, PAUSE_S, WARM_S)  # the first pages wait for templates and a cold file
            for pause_s, readers in (
                (PAUSE_S, f"{READERS} readers, 1 page/s each"),
                (0.0, f"{READERS} readers, no pause"),
            ):
                before, begun = written.value, time.monotonic()
                times = read(address, addresses, pause_s, SECONDS)
                rate = (written.value - before) / (time.monotonic() - begun)
                for kind, took in times.items():
                    yield row(f"{kind}: {readers}", took, rate)
        stop.set()
        writer.join()


def row(what: str, took_s: list[float], written_per_s: float) -> Mapping[str, object]:
    """Return the figures of one kind of page."""
    ordered = sorted(took_s)
    return {
        "what": what,
        "pages": len(ordered),
        "median": round(ordered[len(ordered) // 2] * 1000),
        "p90": round(ordered[int(len(ordered) * 0.90)] * 1000),
        "p99": round(ordered[int(len(ordered) * 0.99)] * 1000),
        "written/s meanwhile": round(written_per_s),
        "load of the machine": round(os.getloadavg()[0], 1),
    }


# ---- the store -----------------------------------------------------------------------------------------


def store() -> Path:
    """Return the store to read, made the first time."""
    if given := os.environ.get("PACTWATCH_BENCH_STORE"):
        return Path(given)
    path = cache() / f"page-{STORIES}.db"
    if not _is_readable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".half")
        for leftover in (path, half):
            leftover.unlink(missing_ok=True)
        embedded = Embedded(half, build(load(None, {})))
        embedded.process(islice(archive(), STORIES))
        embedded.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        embedded.close()
        half.rename(path)
    return path


def _is_readable(path: Path) -> bool:
    """Whether there is a store, of this pactwatch and not of an older one."""
    if not path.exists():
        return False
    connection = connect(path)
    try:
        SqliteState(connection).create()
    except PermanentError:
        return False
    finally:
        connection.close()
    return True


def archive(since: datetime | None = None) -> Iterator[Story]:
    """Yield the archive's items as stories, again and again; from `since` on, one a minute."""
    path = Path(os.environ.get("PACTWATCH_DATA", "../shared/data")) / ARCHIVE
    number = 0
    for round_number in count():
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for item in map(json.loads, lines):
                day = datetime.fromisoformat(item["date"]).replace(tzinfo=UTC)
                when = day + timedelta(minutes=number * 7 % 1440, days=round_number * 3)
                number += 1
                yield _story(
                    f"{item['id']}-{round_number}",
                    item["text"],
                    since + timedelta(minutes=number) if since else when,
                )


def _story(identity: str, text: str, when: datetime) -> Story:
    outlet = f"outlet{zlib.crc32(identity.encode()) % OUTLETS}.test"
    return Story(
        id=identity, url=f"https://{outlet}/{identity}", title=text[:90], summary=text, published=when,
        first_published=when, fetched=when, timestamp=when,
        feed=Feed(url=f"https://{outlet}/feed", name=outlet, language="en"),
    )  # fmt: skip


# ---- who writes, who serves, who reads -----------------------------------------------------------------


def write(path: Path, stop: Signal, written: "multiprocessing.sharedctypes.Synchronized[int]") -> None:
    """Take new stories the whole way, WRITTEN_PER_S of them a second, until `stop`."""
    embedded = Embedded(path, build(load(None, {})))
    fresh = archive(datetime(2025, 1, 1, tzinfo=UTC))
    due = time.monotonic()
    for number in count():
        if stop.is_set():
            break
        batch = [_renamed(story, number) for story in islice(fresh, BATCH)]
        embedded.process(batch)
        written.value += len(batch)
        due = max(due + BATCH / WRITTEN_PER_S, time.monotonic() - 1)
        time.sleep(max(0.0, due - time.monotonic()))
    embedded.close()


def _renamed(story: Story, number: int) -> Story:
    story.id, story.url = f"{story.id}-{number}", f"{story.url}-{number}"
    return story


def _serve(path: Path, told: "multiprocessing.Queue[str]", stop: Signal) -> None:
    with serving(path) as address:
        told.put(address)
        stop.wait()


class serving_apart:  # noqa: N801  (a context manager, read as a word)
    """The page in a process of its own, so that the readers' work is not its."""

    def __init__(self, path: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self.told: multiprocessing.Queue[str] = context.Queue()
        self.stop = context.Event()
        self.process = context.Process(target=_serve, args=(path, self.told, self.stop))

    def __enter__(self) -> str:
        """Start it and return its address."""
        self.process.start()
        return self.told.get(timeout=60)

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop.set()
        self.process.join(30)


def pages(path: Path) -> dict[str, list[str]]:
    """Return addresses of each kind of page, with what the store at `path` holds."""
    reader, chance = SqliteReader(path), random.Random(7)
    stories = [story.id for story in reader.search("topics:*", 400)]
    pacts = [pact.id for pact in reader.pacts(limit=200)]
    actors = [facet.value for facet in reader.facets("", ["actors"], 30)["actors"]]
    reader.close()
    return {
        "a file, for comparison": ["/static/icon.svg"],
        "today": ["/"],
        "today, filtered": [f"/?actor={actor}" for actor in actors[:10]],
        "search with facets": [f"/search?q={quote(query)}" for query in QUERIES],
        "story": [f"/story?id={quote(one, safe='')}" for one in chance.sample(stories, 100)],
        "pact": [f"/pact/{one}" for one in chance.sample(pacts, min(50, len(pacts)))],
        "pact on an earlier day": [f"/pact/{one}?day=5" for one in pacts[:10]],
        "actor": [f"/actor/{actor}" for actor in actors],
    }


def read(
    address: str, addresses: Mapping[str, list[str]], pause_s: float, seconds: float
) -> dict[str, list[float]]:
    """Have READERS read for so many `seconds`; return how long each kind of page took."""
    times: dict[str, list[float]] = {kind: [] for kind in addresses}
    end = time.monotonic() + seconds
    threads = [
        threading.Thread(target=_reader, args=(number, address, addresses, pause_s, end, times))
        for number in range(READERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def _reader(
    number: int, address: str, addresses: Mapping[str, list[str]], pause_s: float, end: float,
    times: dict[str, list[float]],
) -> None:  # fmt: skip
    chance = random.Random(number)
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=60)
    time.sleep(chance.random() * pause_s)
    while time.monotonic() < end:
        kind = chance.choice(list(addresses))
        begun = time.perf_counter()
        path = chance.choice(addresses[kind])
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
        took = time.perf_counter() - begun
        assert response.status == 200, f"{path}: {response.status} {body.decode()}"
        times[kind].append(took)
        time.sleep(max(0.0, pause_s - took) * (0.5 + chance.random()))
