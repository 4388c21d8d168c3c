"""Processes that read article pages: parsing never delays polling, a page that hangs costs only itself."""

import asyncio
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import Executor

from pebble import ProcessExpired, ProcessPool

from producers.articles import Article, extract
from producers.fetch import FetchError

PARSE_TIMEOUT_S = 30.0
PAGES_PER_WORKER = 500  # then a fresh process: lxml's memory does not come back
MAX_WORKERS = 4

Read = Callable[[bytes, str], Article]


class PagePool:
    """Reads pages in other processes; one that takes too long is killed and replaced. `close` it.

    `executor` takes their place where given; nothing is killed then.
    """

    def __init__(
        self, executor: Executor | None = None, *, timeout_s: float = PARSE_TIMEOUT_S, read: Read = extract
    ) -> None:
        self._executor, self._timeout_s, self._read = executor, timeout_s, read
        self._pool: ProcessPool | None = None

    async def read(self, html: bytes, url: str) -> Article:
        """Return the article in `html`, fetched from `url`. Raises FetchError(kind="parse")."""
        try:
            if self._executor is not None:
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._executor, self._read, html, url)
            task = self._workers().schedule(self._read, args=(html, url), timeout=self._timeout_s)
            article: Article = await asyncio.wrap_future(task)
        except TimeoutError as error:
            raise FetchError("parse", f"{url} could not be read in {self._timeout_s:.0f} s") from error
        except ProcessExpired as error:
            raise FetchError("parse", f"{url} ended the process that read it ({error})") from error
        return article

    def close(self) -> None:
        """End the processes, whatever they are at."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None

    def _workers(self) -> ProcessPool:
        if self._pool is None:
            # spawn: a fork would inherit sockets and locks of a process with threads
            self._pool = ProcessPool(
                max_workers=max(1, min(MAX_WORKERS, (os.cpu_count() or 2) - 1)),
                max_tasks=PAGES_PER_WORKER,
                context=multiprocessing.get_context("spawn"),
            )
        return self._pool
