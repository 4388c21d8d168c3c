"""Which feed is due when: asked every second, so it must cost nothing where nothing is due."""

import heapq
from collections.abc import Iterator
from datetime import datetime


class Agenda:
    """Feeds by the time they are due. A feed stands here once; what is put again is moved."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, str]] = []
        self._when: dict[str, datetime] = {}

    def __len__(self) -> int:
        return len(self._when)

    def put(self, url: str, when: datetime) -> None:
        """Note that `url` is due at `when`."""
        if self._when.get(url) != when:
            self._when[url] = when
            heapq.heappush(self._heap, (when, url))

    def drop(self, url: str) -> None:
        """Forget `url`."""
        self._when.pop(url, None)

    def due(self, now: datetime) -> Iterator[str]:
        """Yield the feeds that are due, the longest overdue first, and forget each as it is yielded."""
        while (first := self.first()) is not None and first <= now:
            _, url = heapq.heappop(self._heap)
            del self._when[url]
            yield url

    def first(self) -> datetime | None:
        """Return when the next feed is due, None where there is none."""
        while self._heap and self._when.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)  # moved or dropped since
        return self._heap[0][0] if self._heap else None
