"""A page served over a store while inside, as `pactwatch page` serves it, and how to start a browser on it."""

import asyncio
import contextlib
import os
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from pactwatch.service import free_port, serve
from sinks.sqlite.reader import SqliteReader

CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip


@contextlib.contextmanager
def serving(store: Path, stops_within_s: float = 30.0) -> Iterator[str]:
    """Yield the address of the page over `store`, on a thread of its own, which must then end in time."""
    listener = free_port("127.0.0.1", 18765)
    reader = SqliteReader(store)
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(reader, listener, stop),))
    thread.start()
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        _wait_for(f"{address}/api/v1/status")
        yield address
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(stops_within_s)
        assert not thread.is_alive(), "the page does not stop"
        loop.close()
        reader.close()
        listener.close()


def _wait_for(address: str) -> None:
    for _ in range(200):
        with contextlib.suppress(urllib.error.URLError), urllib.request.urlopen(address, timeout=30):
            return
        time.sleep(0.1)
    raise TimeoutError(f"nothing answers at {address}")


def without(reason: str) -> NoReturn:
    """Skip a test for what this machine lacks, or fail it where PACTWATCH_REQUIRE_BROWSER=1 asks for all."""
    if os.environ.get("PACTWATCH_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
