"""A look at a feed, before it is added or when it fails: what it holds, or what is wrong and what to do."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urljoin

import msgspec

from producers import health
from producers.feeds import ParsedFeed, parse
from producers.fetch import Fetcher, FetchError
from producers.parsed import FeedError
from producers.source import FeedSource

AT_ONCE = 32
MAX_TRIED = 5  # of the feeds that a page names
# where WordPress, Ghost, Hugo, Jekyll and their kin put it
USUAL_PATHS = ("/feed/", "/rss.xml", "/rss", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json")


class Probe(msgspec.Struct, frozen=True):
    """What was found at `url`. `error` is in words, empty where a feed was found; `feed` is its address.

    It differs from `url` where a page named the feed or the server moved it for good; `others` are the
    further feeds that the page names.
    """

    url: str
    name: str = ""
    ok: bool = False
    feed: str = ""
    title: str = ""
    entries: int = 0
    newest: datetime | None = None
    error: str = ""
    error_kind: str = ""
    warning: str = ""
    others: tuple[str, ...] = ()


async def probe(fetcher: Fetcher, source: FeedSource, now: datetime, *, discover: bool = False) -> Probe:
    """Return what is at the address of `source`; with `discover`, also behind a page that names feeds."""
    try:
        answer = await fetcher.fetch(source.url, allow_private=source.allow_private)
        parsed = await asyncio.to_thread(
            parse, answer.body, source, now, url=answer.url, content_type=answer.content_type
        )
    except FeedError as error:
        if discover and error.found:
            return await _discovered(fetcher, source, error.found, now)
        if discover and error.kind == "html" and (usual := await _at_usual_paths(fetcher, source, now)):
            return usual
        return _failed(source, error.kind, str(error), now)
    except FetchError as error:
        return _failed(source, error.kind, str(error), now)
    return _found(source, answer.moved_to or source.url, parsed, now)


async def probe_all(fetcher: Fetcher, sources: Sequence[FeedSource], now: datetime) -> list[Probe]:
    """Return what is at the address of each of `sources`, in their order."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(source: FeedSource) -> Probe:
        async with places:
            return await probe(fetcher, source, now)

    return list(await asyncio.gather(*map(one, sources)))


async def _discovered(fetcher: Fetcher, source: FeedSource, named: Sequence[str], now: datetime) -> Probe:
    """Return the first readable one of the feeds that a page names; where none is, the first's fault."""
    tried: list[Probe] = []
    for address in named[:MAX_TRIED]:
        tried.append(await probe(fetcher, msgspec.structs.replace(source, url=address), now))
        if tried[-1].ok:
            break
    found = tried[-1] if tried[-1].ok else tried[0]
    others = tuple(named[len(tried) :]) if found.ok else tuple(named[1:])
    return msgspec.structs.replace(found, url=source.url, others=others)


async def _at_usual_paths(fetcher: Fetcher, source: FeedSource, now: datetime) -> Probe | None:
    """Return the feed at the first of the usual paths of a site whose page names none."""
    for path in USUAL_PATHS:
        found = await probe(fetcher, msgspec.structs.replace(source, url=urljoin(source.url, path)), now)
        if found.ok:
            return msgspec.structs.replace(found, url=source.url)
    return None


def _failed(source: FeedSource, kind: str, detail: str, now: datetime) -> Probe:
    words = health.in_words(kind, detail, now, now)
    return Probe(source.url, source.name, error=words, error_kind=kind)


def _found(source: FeedSource, address: str, parsed: ParsedFeed, now: datetime) -> Probe:
    newest = max((story.published for story in parsed.stories if story.published), default=None)
    moved = f"it has moved to {address}: put that into feeds.yaml" if address != source.url else ""
    words = (moved, parsed.warning, health.staleness(newest, now))
    return Probe(
        source.url, source.name, ok=True, feed=address, title=parsed.title, entries=parsed.entries,
        newest=newest, warning="; ".join(filter(None, words)),
    )  # fmt: skip
