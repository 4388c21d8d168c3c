"""The pages behind a feed's new stories: full text, and related articles as stories of their own."""

from collections.abc import Collection, Sequence
from concurrent.futures import Executor
from datetime import datetime
from typing import NamedTuple

import msgspec

from producers import dates
from producers.articles import Article
from producers.fetch import PAGE_ACCEPT, Fetcher, FetchError
from producers.identity import story_id
from producers.page_pool import PagePool
from producers.source import FeedSource
from producers.urls import same_page
from stories.model import Feed, Story
from stories.twins import host_of

MAX_PAGES_PER_POLL = 50
MIN_BODY_CHARS = 200  # shorter is a teaser or a cookie notice


class Pages(NamedTuple):
    """The stories with what their pages added, the related ones, how many pages failed, one reason."""

    stories: Sequence[Story]
    related: Sequence[Story]
    failed: int = 0
    reason: str = ""


class PageReader:
    """Reads pages in other processes, so that parsing never delays polling. `close` it."""

    def __init__(self, fetcher: Fetcher, executor: Executor | None = None) -> None:
        self._fetcher = fetcher
        self._pool = PagePool(executor)

    async def read(self, stories: Sequence[Story], source: FeedSource, known: Collection[str]) -> Pages:
        """Return `stories` with their full text, and the related stories that are dated and not in `known`.

        The others stay in the list of the story that names them.
        """
        done: list[Story] = []
        related: dict[str, Story] = {}
        failed, reason = 0, ""
        pages = {same_page(story.url) for story in stories if story.url}
        for number, story in enumerate(stories):
            if not story.url or number >= MAX_PAGES_PER_POLL:
                done.append(story)
                continue
            try:
                # the feed's own server was allowed, not whatever its links lead to
                own = source.allow_private and host_of(story.url) == host_of(source.url)
                article = await self._article(story.url, own)
            except FetchError as error:
                failed, reason = failed + 1, reason or str(error)
                done.append(story)
                continue
            full = _enrich(story, article)
            done.append(full)
            for linked in _related_stories(full, source):
                if linked.id not in known and same_page(linked.url or linked.id) not in pages:
                    related.setdefault(linked.id, linked)
        return Pages(done, list(related.values()), failed, reason)

    def close(self) -> None:
        """End the other processes."""
        self._pool.close()

    async def _article(self, url: str, allow_private: bool) -> Article:
        page = await self._fetcher.fetch(url, allow_private=allow_private, accept=PAGE_ACCEPT)
        if page.content_type and not any(kind in page.content_type for kind in ("html", "xml", "text/plain")):
            raise FetchError("answer", f"{url} is {page.content_type}, no page")
        return await self._pool.read(page.body, page.url)


def _enrich(story: Story, article: Article) -> Story:
    body = article.body if len(article.body) >= max(MIN_BODY_CHARS, len(story.body)) else story.body
    published, flag = story.published, story.date_flag
    if published is None and article.published is not None:
        published, flag = dates.judge(article.published, "page", story.fetched)
    happened = min(published or story.fetched, story.fetched)
    return msgspec.structs.replace(
        story,
        body=body,
        related=list(article.related),
        authors=story.authors or list(article.authors),
        published=published,
        date_flag=flag,
        first_published=happened,
        timestamp=happened,
    )


def _related_stories(story: Story, source: FeedSource) -> list[Story]:
    made = []
    for item in story.related:
        published, _ = dates.judge(item.published, "", story.fetched)
        if published is None:
            continue  # an old article would pass for today's news
        made.append(_related_story(story, item.title, item.url, published, source))
    return made


def _related_story(story: Story, title: str, url: str, published: datetime, source: FeedSource) -> Story:
    happened = min(published, story.fetched)
    return Story(
        id=story_id("", url, source.url, title),
        url=url,
        title=title,
        language=story.language,
        published=published,
        first_published=happened,
        fetched=story.fetched,
        timestamp=happened,
        feed=Feed(
            url=story.feed.url,
            name=story.feed.name,
            country=story.feed.country,
            language=story.feed.language,
            tags=list(story.feed.tags),
        ),
        outlet=story.outlet,
        linked_from=story.id,
    )
