"""Each partition's chunks in order; no partition waits for another."""

import asyncio

import pytest

from streams.agents.side_by_side import WAITING_MAX, SideBySide
from tests.streams.fakes import turns


class Desk:
    """Works off chunks when told; notes which it began and which it did."""

    def __init__(self) -> None:
        self.begun: list[tuple[int, str]] = []
        self.done: list[tuple[int, str]] = []
        self.go = {0: asyncio.Event(), 1: asyncio.Event()}

    async def work(self, partition: int, chunk: str) -> None:
        self.begun.append((partition, chunk))
        await self.go[partition].wait()
        self.done.append((partition, chunk))


async def test_no_partition_waits_for_another() -> None:
    """What is handed over for one is begun while the other has its chunk still in work."""
    desk = Desk()
    desk.go[1].set()

    async with SideBySide(desk.work) as partitions:
        await partitions.put(0, "a")
        await partitions.put(1, "b")
        await partitions.put(1, "c")
        await turns()
        assert [(1, "b"), (1, "c")] == desk.done
        assert (0, "a") in desk.begun


async def test_a_partition_has_its_chunks_in_order_and_one_at_a_time() -> None:
    """The next is begun when the one before is done."""
    desk = Desk()

    async with SideBySide(desk.work) as partitions:
        await partitions.put(0, "a")
        await turns()
        await partitions.put(0, "b")
        await turns()
        assert [(0, "a")] == desk.begun
        desk.go[0].set()
        await turns()
        assert [(0, "a"), (0, "b")] == desk.done


async def test_who_has_enough_waiting_is_given_no_more() -> None:
    """So memory is bounded: fetching waits."""
    desk = Desk()

    async with SideBySide(desk.work) as partitions:
        for number in range(1 + WAITING_MAX):
            await partitions.put(0, str(number))
            await turns()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(partitions.put(0, "more"), 0.01)


async def test_at_the_end_nothing_goes_on() -> None:
    """What is in work is called off with the block."""
    desk = Desk()

    async with SideBySide(desk.work) as partitions:
        await partitions.put(0, "a")
        await turns()
    desk.go[0].set()
    await turns()

    assert [(0, "a")] == desk.begun
    assert [] == desk.done
