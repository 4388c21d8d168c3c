"""Long work goes on beside the event loop, and is never left alone by who waits for it."""

import asyncio
import threading

import pytest

from streams.kafka.aside import aside


def test_the_loop_turns_while_work_is_done_and_has_what_came_of_it() -> None:
    turned = threading.Event()

    async def both() -> bool:
        asyncio.get_running_loop().call_soon(turned.set)
        return await aside(lambda: turned.wait(10))

    assert asyncio.run(both())


def test_what_work_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        asyncio.run(aside(lambda: 1 / 0))


def test_who_is_cancelled_waits_for_the_end_of_the_work() -> None:
    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        may_end.wait(10)
        ended.set()

    async def cancelled() -> bool:
        task = asyncio.create_task(aside(work))
        await asyncio.to_thread(begun.wait, 10)
        task.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        still_waiting = not task.done()
        may_end.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        return still_waiting and ended.is_set()

    assert asyncio.run(cancelled())
