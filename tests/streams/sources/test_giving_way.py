"""Long passes that let others have their turns."""

import asyncio
from itertools import count

import pytest

from streams.sources.giving_way import SLICE_EVENTS, giving_way


async def test_everything_comes_in_its_order() -> None:
    """Nothing is lost at the turns."""
    items = [*range(SLICE_EVENTS * 2 + 1)]

    assert items == [item async for item in giving_way(items)]


async def test_a_pass_without_end_can_be_canceled() -> None:
    """Ctrl-C cancels the task; without turns it would never hear of it."""
    taken = 0

    async def take() -> None:
        nonlocal taken
        async for taken in giving_way(count()):
            assert taken < 10 * SLICE_EVENTS

    task = asyncio.create_task(take())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
