"""Pages are read in processes of their own: one that hangs or dies costs one page, and the next is read."""

import asyncio
import os
import time

import pytest

from producers.articles import Article
from producers.fetch import FetchError
from producers.page_pool import PagePool


def read(html: bytes, url: str) -> Article:
    if html == b"hangs":
        time.sleep(600)
    if html == b"dies":
        os._exit(9)
    return Article(body=f"{os.getpid()}", url=url)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_page_that_hangs_or_ends_its_process_costs_only_itself() -> None:
    async def use(pool: PagePool) -> tuple[Article, Article]:
        first = await pool.read(b"fine", "https://news.test/1")
        with pytest.raises(FetchError, match="could not be read in"):
            await pool.read(b"hangs", "https://news.test/2")
        with pytest.raises(FetchError, match="ended the process"):
            await pool.read(b"dies", "https://news.test/3")
        return first, await pool.read(b"fine", "https://news.test/4")

    pool = PagePool(timeout_s=3.0, read=read)
    try:
        first, last = asyncio.run(use(pool))
    finally:
        pool.close()

    assert (first.url, last.url) == ("https://news.test/1", "https://news.test/4")
    assert os.getpid() not in (int(first.body), int(last.body))
    assert not is_alive(int(last.body))


def test_reading_a_page_leaves_the_event_loop_free() -> None:
    async def beats_while_reading(pool: PagePool) -> int:
        beats = 0
        reading = asyncio.create_task(pool.read(b"hangs", "https://news.test/"))
        while not reading.done():
            await asyncio.sleep(0.05)
            beats += 1
        with pytest.raises(FetchError):
            await reading
        return beats

    pool = PagePool(timeout_s=1.0, read=read)
    try:
        assert asyncio.run(beats_while_reading(pool)) > 5
    finally:
        pool.close()
