"""A swallowed cancellation is found again."""

import asyncio
from contextlib import suppress

import pytest

from streams.process.cancellation import heed_cancellation


async def test_a_swallowed_cancellation_is_heeded() -> None:
    """Only that: a task that nobody cancelled goes on."""
    went_on: list[str] = []

    async def work() -> None:
        heed_cancellation()
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        went_on.append("swallowed")
        heed_cancellation()
        went_on.append("for ever")

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert went_on == ["swallowed"]


async def test_within_a_timeout_it_is_the_timeout() -> None:
    """A cancellation by `asyncio.timeout` that was swallowed becomes a TimeoutError after all."""
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()
            heed_cancellation()
    heed_cancellation()
