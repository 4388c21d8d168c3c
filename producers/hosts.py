"""One connection per host, a pause between requests, and a rest for a host that asks for one."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

MAX_REST_S = 600.0  # longer wishes bind the feed that was told, not its neighbours on a shared host
DEFAULT_REST_S = 60.0
MAX_HOSTS_KEPT = 10_000


class _Host:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.free_at = 0.0
        self.rests_until = 0.0
        self.waiting = 0


class Hosts:
    """Who may ask which host when. Times are those of `clock`, in seconds."""

    def __init__(self, delay_s: float, clock: Callable[[], float]) -> None:
        self.delay_s = delay_s
        self._clock = clock
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Hold the one connection to the host `name`, once its pause is over."""
        host = self._host(name)
        host.waiting += 1
        try:
            async with host.lock:
                pause = host.free_at - self._clock()
                if pause > 0:
                    await asyncio.sleep(pause)
                try:
                    yield
                finally:
                    host.free_at = self._clock() + self.delay_s
        finally:
            host.waiting -= 1

    def rest(self, name: str, wanted_s: float | None) -> None:
        """Leave the host alone, for as long as it wants but not longer than MAX_REST_S."""
        wanted = DEFAULT_REST_S if wanted_s is None else wanted_s
        self._host(name).rests_until = self._clock() + min(max(wanted, self.delay_s), MAX_REST_S)

    def rest_left_s(self, name: str) -> float:
        """Return for how many seconds more the host is left alone."""
        host = self._hosts.get(name)
        return max(0.0, host.rests_until - self._clock()) if host else 0.0

    def _host(self, name: str) -> _Host:
        if name not in self._hosts and len(self._hosts) >= MAX_HOSTS_KEPT:
            self._forget_idle()
        return self._hosts.setdefault(name, _Host())

    def _forget_idle(self) -> None:
        now = self._clock()
        for name in [
            name
            for name, host in self._hosts.items()
            if not host.waiting and host.free_at < now and host.rests_until < now
        ]:
            del self._hosts[name]
