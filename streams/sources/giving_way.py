"""A long pass over a file, in which the event loop gets its turns: Ctrl-C is delivered only then."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Final, TypeVar

Item = TypeVar("Item")

#: After so many the others get their turn.
SLICE_EVENTS: Final = 500


async def giving_way(items: Iterable[Item]) -> AsyncIterator[Item]:
    """Yield the items, with a turn for the event loop now and then."""
    for number, item in enumerate(items):
        if number % SLICE_EVENTS == 0:
            await asyncio.sleep(0)
        yield item
