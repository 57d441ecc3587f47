"""Work that something may overtake."""

import asyncio

import pytest

from streams.notify.done_before import done_before
from tests.streams.fakes import turns


async def test_work_that_is_done_in_time() -> None:
    """It says so, and raises what went wrong."""

    async def fails() -> None:
        raise ZeroDivisionError

    assert await done_before(asyncio.Event(), asyncio.sleep(0))
    with pytest.raises(ZeroDivisionError):
        await done_before(asyncio.Event(), fails())


async def test_work_that_is_overtaken_is_cut_off() -> None:
    """Also when it was so from the beginning; what is canceled from outside takes its work along."""
    over, ended = asyncio.Event(), asyncio.Event()

    async def works() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    task = asyncio.create_task(done_before(over, works()))
    await turns()
    over.set()
    assert not await task
    assert ended.is_set()

    ended.clear()
    assert not await done_before(over, works())

    other = asyncio.create_task(done_before(asyncio.Event(), works()))
    await turns()
    other.cancel()
    await asyncio.gather(other, return_exceptions=True)
    assert ended.is_set()
