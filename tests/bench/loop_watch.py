"""For how long an event loop stands still at most: what a poll that is due has to wait for at worst."""

import asyncio
import contextlib
import time
from types import TracebackType

EVERY_S = 0.01


class LoopWatch:
    """While it is open, wakes each 10 ms; `longest_s` is by how much it was woken too late at most."""

    def __init__(self) -> None:
        self.longest_s = 0.0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "LoopWatch":
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._task is not None
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _watch(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(EVERY_S)
            self.longest_s = max(self.longest_s, time.perf_counter() - before - EVERY_S)
