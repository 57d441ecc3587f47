"""Work that is of no use any more once something else has happened."""

import asyncio
from collections.abc import Coroutine
from typing import Any


async def done_before(over: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Await `work`, and say whether it was done before `over` was set; else it is cut off. Raises what it raises."""
    working, waiting = asyncio.create_task(work), asyncio.create_task(over.wait())
    try:
        await asyncio.wait([working, waiting], return_when=asyncio.FIRST_COMPLETED)
        if over.is_set():
            return False
        await working
        return True
    finally:
        for task in (working, waiting):
            task.cancel()
        await asyncio.gather(working, waiting, return_exceptions=True)
