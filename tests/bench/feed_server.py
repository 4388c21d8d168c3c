"""Saved feeds on loopback, in a process of its own: changing at different rates, unchanged, broken, hanging."""

import itertools
import multiprocessing
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from tests.fakes_http import Behaviour, FakeServer, Reply, Request, rss, serving

DATA = Path(os.environ.get("PACTWATCH_DATA", Path(__file__).parents[3] / "shared" / "data"))
MIX = "of 100 feeds: 10 bring an entry each time, 20 each third, 10 only a new time stamp; 2 fail, 1 hangs; 57 answer 304 or the same bytes"
_ENTRY = re.compile(rb"<(item|entry)[\s>].*?</\1>", re.DOTALL)
_NAMES_IT = re.compile(rb"(</(?:guid|id|title)>)")


class Served:
    """The running server: the address of each feed, and when each was asked."""

    def __init__(self, pipe: Connection, urls: list[str]) -> None:
        self._pipe, self.urls = pipe, urls

    def asked(self) -> list[tuple[str, float]]:
        """Return (url, Unix time) of every request since the last call."""
        self._pipe.send("asked")
        found: list[tuple[str, float]] = self._pipe.recv()
        return found


@contextmanager
def served(feeds: int, *, mixed: bool = True) -> Iterator[Served]:
    """Serve so many feeds: the saved ones as MIX says, or one that has `"1"` as its ETag for ever."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(theirs, feeds, mixed), daemon=True
    )
    process.start()
    try:
        yield Served(ours, ours.recv())
    finally:
        ours.send("stop")
        process.join(10)


def _serve(pipe: Connection, feeds: int, mixed: bool) -> None:
    saved = [path.read_bytes() for path in sorted((DATA / "feeds").iterdir()) if path.suffix != ".csv"]
    times: list[tuple[str, float]] = []
    with serving() as server:
        behaviours = [
            _behaviour(number, saved[number % len(saved)]) if mixed else Reply(rss(), etag='"1"')
            for number in range(feeds)
        ]
        pipe.send([_put(server, number, behave, times) for number, behave in enumerate(behaviours)])
        while pipe.recv() == "asked":
            told, times[:] = list(times), []
            server.requests.clear()
            pipe.send(told)


def _put(server: FakeServer, number: int, behave: Behaviour, times: list[tuple[str, float]]) -> str:
    def answer(request: Request) -> Reply:
        times.append((server.url(request.path), time.time()))
        return behave(request) if callable(behave) else behave

    return server.on(f"/{number}", answer)


def _behaviour(number: int, body: bytes) -> Behaviour:
    kind = number % 100 // 10
    if number % 50 == 49:
        return Reply(status=500)
    if number % 100 == 98:
        return Reply(hang=True)
    if kind in (0, 1, 2):
        return _growing(body, every=1 if kind == 0 else 3)
    if kind == 3:
        return lambda request: Reply(body + b"<!-- %d -->" % time.monotonic_ns())
    return Reply(body, etag=f'"{number}"' if kind > 4 else "")


def _growing(body: bytes, every: int) -> Behaviour:
    """Return a feed that has a new entry before all others at each `every`-th request."""
    first, requests = _ENTRY.search(body), itertools.count()

    def answer(request: Request) -> Reply:
        version = next(requests) // every
        if first is None or not version:
            return Reply(body, etag=f'"{version}"')
        fresh = b"".join(
            _NAMES_IT.sub(rb" %d\1" % number, first[0]) for number in range(max(1, version - 9), version + 1)
        )
        return Reply(body[: first.start()] + fresh + body[first.start() :], etag=f'"{version}"')

    return answer
