"""Polls every feed at its own pace and hands on what is new; a feed's state moves only with its stories."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import NamedTuple
from weakref import WeakValueDictionary

import msgspec

from producers import bookkeeping, changes, schedule
from producers.agenda import Agenda
from producers.fetch import Fetched, Fetcher, FetchError
from producers.identity import content_hash, digest_bytes
from producers.pages import PageReader
from producers.parsed import FeedError
from producers.rereading import Rereader
from producers.source import FeedSource
from producers.states import States
from stories.errors import TemporaryError
from stories.model import FeedState, Story
from stories.twins import host_of

Publish = Callable[[FeedState, list[Story]], Awaitable[None]]
Progress = Callable[[FeedState, int], None]

MAX_AT_ONCE = 64
READ_AT_ONCE = 2  # readers share one processor with the event loop; more of them only keep it waiting
FULL_EVERY = timedelta(days=1)  # a server may answer 304 for ever: once a day the whole document is asked for
FINISH_WITHIN_S = 4.0
CLOCK_DRIFT = timedelta(minutes=5)
NAP_S = 1.0
MIN_NAP_S = 0.05

log = logging.getLogger(__name__)


class Polled(NamedTuple):
    """What one poll led to: the state to keep, and the stories that have to be durable before it is."""

    state: FeedState
    stories: list[Story]


class Poller:
    """Polls `sources`. `publish(state, stories)` returns once both are durable; only then is the state kept.

    `states` is what earlier polls left, by the URL of the source. `progress(state, stories)` hears of
    each poll; `now` tells the time, `executor` runs the readers of pages (a process of its own where None).
    Where pollers share the feeds, `run` polls those that it was told to `hold` and did not `release` again.
    """

    def __init__(
        self,
        sources: Sequence[FeedSource],
        fetcher: Fetcher,
        states: Mapping[str, FeedState],
        publish: Publish,
        *,
        progress: Progress | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        executor: Executor | None = None,
        shared: bool = False,
    ) -> None:
        self.sources = {source.url: source for source in sources}
        self.states = States(states)
        self._fetcher, self._publish, self._progress, self._now = fetcher, publish, progress, now
        self._pages = PageReader(fetcher, executor)
        self._rereader = Rereader()
        self._places = asyncio.Semaphore(MAX_AT_ONCE)
        self._desks = asyncio.Semaphore(READ_AT_ONCE)
        self._held: set[str] = set() if shared else set(self.sources)
        self._agenda = Agenda()
        self._running: dict[str, asyncio.Task[FeedState]] = {}
        self._leaving: set[asyncio.Task[FeedState]] = set()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @property
    def held(self) -> list[FeedState]:
        """Return the states of the feeds that this poller polls now."""
        return [self.states.get(url) or FeedState(url=url) for url in sorted(self._held)]

    async def run_once(self) -> list[FeedState]:
        """Poll every feed one time, due or not, and return their states in the order of the sources."""
        try:
            return list(await asyncio.gather(*(self.poll(url) for url in self.sources)))
        finally:
            self._pages.close()

    async def run(self, stop: asyncio.Event) -> None:
        """Poll each feed when it is due, until `stop`; what is under way is finished first, if quick."""
        self._enter(self._held)
        latest = self._now()
        try:
            while not stop.is_set():
                self._reap()
                now = self._now()
                if now + CLOCK_DRIFT < latest:  # the clock was set back: every time noted here is wrong
                    self._enter(self._held - self._running.keys())
                latest = now
                for url in self._agenda.due(now):
                    self._running[url] = asyncio.create_task(self.poll(url))
                await self._nap(stop)
        finally:
            await _finish([*self._running.values(), *self._leaving])
            self._pages.close()

    def hold(self, states: Mapping[str, FeedState]) -> None:
        """Poll these feeds from now on, each from where its state says."""
        self.states.update(states)
        self._held |= states.keys()
        self._enter(states)

    async def release(self, urls: Iterable[str]) -> None:
        """Poll these feeds no more; on return none of their polls is under way, finished or broken off."""
        let_go = self._held & set(urls)
        self._held -= let_go
        for url in let_go:
            self._agenda.drop(url)
        leaving = {task for url in let_go if (task := self._running.pop(url, None))}
        self._leaving |= leaving  # they may need the readers of pages, which end with `run`
        await _finish(leaving)
        self._leaving -= leaving

    async def poll(self, url: str) -> FeedState:
        """Poll one feed now and return its new state. A fault of the feed is in the state, never raised.

        Raises what `publish` raises unless a retry can help; then the old state stays, to be tried again.
        """
        source = self.sources[url]
        async with self._turn(source), self._places:
            before = self.states.get(url) or FeedState(url=url, name=source.name)
            polled = await self._look(source, before)
            try:
                await self._publish(polled.state, polled.stories)
            except TemporaryError as error:
                log.warning("%s: its stories could not be handed on, they come again: %s", url, error)
                later = self._now() + timedelta(seconds=error.retry_after_s)
                self.states[url] = msgspec.structs.replace(before, next_poll=later)
                return self.states[url]
        self.states[url] = polled.state
        if self._progress:
            self._progress(polled.state, len(polled.stories))
        return polled.state

    def _turn(self, source: FeedSource) -> asyncio.Lock:
        """Return the lock that keeps feeds of one host from filling every place while they wait."""
        host = source.url if source.allow_private else host_of(source.url)
        return self._turns.setdefault(host, asyncio.Lock())

    async def _look(self, source: FeedSource, before: FeedState) -> Polled:
        try:
            answer = await self._fetch(source, before)
            return await self._take(source, before, answer)
        except FetchError as error:
            kind, detail, wait_s = error.kind, str(error), error.retry_after_s
        except FeedError as error:
            kind, detail, wait_s = error.kind, str(error), None
        except Exception as error:  # one feed's surprise must not stop the others
            log.exception("polling %s failed", source.url)
            kind, detail, wait_s = "internal", f"{type(error).__name__}: {error}", None
        return Polled(bookkeeping.failed(before, self._now(), kind, detail, wait_s), [])

    async def _fetch(self, source: FeedSource, before: FeedState) -> Fetched:
        whole = (
            before.unconditional or before.last_full is None or self._now() - before.last_full > FULL_EVERY
        )
        return await self._fetcher.fetch(
            before.moved_to or source.url,
            etag="" if whole else before.etag,
            last_modified="" if whole else before.last_modified,
            allow_private=source.allow_private,
        )

    async def _take(self, source: FeedSource, before: FeedState, answer: Fetched) -> Polled:
        now = self._now()
        body_hash = digest_bytes(answer.body)
        if answer.status == HTTPStatus.NOT_MODIFIED:
            return Polled(bookkeeping.fine(source, before, answer, now), [])
        reading = None
        if body_hash != before.body_hash:
            async with self._desks:
                reading = await asyncio.to_thread(self._rereader.read, source, before, answer, now)
        if reading is None:
            same = msgspec.structs.replace(before, last_full=now, body_hash=body_hash)
            return Polled(bookkeeping.fine(source, same, answer, now), [])
        parsed, new = reading
        stories, warning = new.stories, parsed.warning
        if source.full_text and stories:
            pages = await self._pages.read(stories, source, new.seen.keys())
            stories = [*pages.stories, *pages.related]
            linked = {story.id: content_hash(story.title, "", "") for story in pages.related}
            new = new._replace(seen=changes.remember(linked, new.seen, len(new.seen)))
            if pages.failed:
                failed = f"{pages.failed} of {len(new.stories)} full texts failed: {pages.reason}"
                warning = "; ".join(filter(None, (warning, failed)))
        learned = bookkeeping.learned(before, parsed, new, answer, now)
        learned = msgspec.structs.replace(learned, body_hash=body_hash)
        return Polled(bookkeeping.fine(source, learned, answer, now, warning), stories)

    def _enter(self, urls: Iterable[str]) -> None:
        """Put feeds on the agenda; new and overdue ones spread, so that no start is a stampede."""
        now = self._now()
        known = {url: self.states.get(url) or FeedState(url=url, name=self.sources[url].name) for url in urls}
        at_once = [url for url, state in known.items() if _is_due(state, now)]
        for url in at_once:
            spread = schedule.first_due(url, now, len(at_once))
            known[url] = msgspec.structs.replace(known[url], next_poll=spread)
        self.states.update(known)
        for state in known.values():
            self._plan(state)

    def _plan(self, state: FeedState) -> None:
        if state.next_poll is not None and not state.retired:
            self._agenda.put(state.url, state.next_poll)

    def _reap(self) -> None:
        """Plan the next polls of feeds whose last one has ended; what a poll raised is raised here."""
        for url in [url for url, task in self._running.items() if task.done()]:
            self._plan(self._running.pop(url).result())

    async def _nap(self, stop: asyncio.Event) -> None:
        """Wait a moment, less where a feed is due before, or for `stop`."""
        first, longest = self._agenda.first(), timedelta(seconds=NAP_S)
        nap = longest if first is None else min(first - self._now(), longest)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(nap.total_seconds(), MIN_NAP_S)):
                await stop.wait()


def _is_due(state: FeedState, now: datetime) -> bool:
    """Tell whether it is time; a poll in the future was made by a clock that was since set back."""
    if state.next_poll is None or state.next_poll <= now:
        return True
    return state.last_poll is not None and state.last_poll > now + CLOCK_DRIFT


async def _finish(polls: "Collection[asyncio.Task[FeedState]]") -> None:
    """Let polls end; one that takes long is broken off, its feed's state stays and its stories come again."""
    if polls:
        await asyncio.wait(polls, timeout=FINISH_WITHIN_S)
    for poll in polls:
        poll.cancel()
    await asyncio.gather(*polls, return_exceptions=True)
