"""Partitions side by side: each partition's chunks in order, and none waits for another partition's.

One fetch brings chunks of many partitions and topics, and the next begins when all of them are taken over. An agent
that worked off one chunk after the other would keep all topics waiting for as many turns of the event loop as it has
partitions, each turn as long as the slices of everybody else.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")

#: A partition that has so many chunks waiting, beside the one in work, keeps the next fetch waiting.
WAITING_MAX = 1


class SideBySide(Generic[T]):
    """Works off chunks in a task for each partition, for as long as the block lasts."""

    def __init__(self, work: Callable[[int, T], Awaitable[None]]) -> None:
        """`work` is given partition and chunk; it must not raise."""
        self._work = work
        self._waiting: dict[int, asyncio.Queue[T]] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> "SideBySide[T]":
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def put(self, partition: int, chunk: T) -> None:
        """Hand a chunk over; waits while the partition has enough waiting."""
        waiting = self._waiting.get(partition)
        if waiting is None:
            waiting = self._waiting[partition] = asyncio.Queue(WAITING_MAX)
            self._tasks.append(asyncio.create_task(self._run(partition, waiting)))
        await waiting.put(chunk)

    async def _run(self, partition: int, waiting: asyncio.Queue[T]) -> None:
        while True:
            await self._work(partition, await waiting.get())
