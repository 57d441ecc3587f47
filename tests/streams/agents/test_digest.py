"""Chunks: contiguous with the state, sends acknowledged under the lock, nothing for a lost partition."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from processors.partition import Send
from streams.agents.digest import Digest
from streams.agents.slicing import Slicer
from streams.clock import now_us
from streams.kafka.publishing import PublishError
from streams.owning.holdings import Holding, Holdings
from streams.owning.log_made_anew import LogMadeAnewError
from streams.process.clock_difference import SAMPLES
from streams.status import WorkerStatus
from tests.streams.fakes import FakeProcessor, FakeRecord, fake_stage, held, records, settle, turns

SOURCE = "toy-source"


class FixedSlicer(Slicer):
    """Slices of one size, whatever they take."""

    def __init__(self, size: int) -> None:
        self.size = size

    def took(self, records: int, seconds: float) -> None: ...


class World:
    """A digest with one partition, and a journal of everything that happens to the outside."""

    def __init__(self, processor: FakeProcessor) -> None:
        self.processor = processor
        self.journal: list[Any] = processor.journal
        self.holdings, self.holding = held(processor)
        self.status = WorkerStatus(holdings=self.holdings)
        self.acknowledge = asyncio.Event()
        self.acknowledge.set()
        self.begin: int | None = 0
        self.digest = Digest(self.holdings, self.publish, self.seek, self.first_offset, self.status)

    async def publish(self, sends: Sequence[Send]) -> None:
        self.journal.append(("publish", [send.value for send in sends]))
        await self.acknowledge.wait()
        self.journal.append("acknowledged")

    async def seek(self, topic: str, partition: int, offset: int) -> None:
        self.journal.append(("seek", topic, partition, offset))

    async def first_offset(self, topic: str, partition: int) -> int | None:
        return self.begin

    async def chunk(self, *offsets: int) -> None:
        await self.digest.chunk(SOURCE, 0, records(*offsets))


async def test_what_follows_the_cut_is_processed() -> None:
    """The state says what comes next; what it has already is left out and counted."""
    world = World(FakeProcessor(cut=4))

    await world.chunk(3, 4, 5, 6)

    assert [("process", [5, 6])] == world.journal
    totals = world.status.stages["toy"]
    assert (2, 2) == (totals.records, totals.repeated)


@pytest.mark.parametrize(
    ("end", "makes_values", "fails"), [(5, True, True), (10, True, False), (5, False, False)]
)
async def test_a_log_that_was_made_anew_is_not_taken_for_the_old_one(
    end: int, makes_values: bool, fails: bool
) -> None:
    """Its first events would be left out as repeated, and nobody would miss them; alerts find their way again.

    That is said once, not with every chunk.
    """
    world = World(FakeProcessor(cut=9))
    world.status.end_offset = lambda _topic, _partition: end
    world.holding.stage = replace(world.holding.stage, makes_values=makes_values)

    if fails:
        with pytest.raises(
            LogMadeAnewError, match=r"toy-source\[0\]: 10 of its records were read, .* has had 5"
        ):
            await world.chunk(3, 4)
    else:
        with capture_logs() as logs:
            await world.chunk(3, 4)
            await world.chunk(3, 4)
        assert ([] if makes_values else ["log_made_anew"]) == [line["event"] for line in logs]
    assert [] == world.journal


async def test_old_chunk_is_dropped_whole() -> None:
    """A chunk that the state contains does nothing."""
    world = World(FakeProcessor(cut=9))

    await world.chunk(3, 4)

    assert [] == world.journal


async def test_gap_is_refused_and_the_consumer_sent_back() -> None:
    """Faust lost a chunk: nothing is processed, and the consumer goes back to the offset after the cut."""
    world = World(FakeProcessor(cut=4))

    await world.chunk(10, 11)

    assert [("seek", SOURCE, 0, 5)] == world.journal
    assert (1, 0) == (world.status.stages["toy"].gaps_caught, world.status.stages["toy"].gaps_accepted)


@pytest.mark.parametrize(
    ("begin", "accepted"), [(10, 1), (6, 1), (None, 1), (5, 0), (0, 0)], ids=lambda given: str(given)
)
async def test_gap_that_comes_again_is_accepted(begin: int | None, accepted: int) -> None:
    """The processor is told, and goes on. Records are missing only where the log begins behind the first of them.

    Else there were none: markers of transactions have offsets too, and so has what was taken back or compacted.
    """
    world = World(FakeProcessor(cut=4))
    world.begin = begin

    await world.chunk(10, 11)
    await world.chunk(10, 11)

    assert [("seek", SOURCE, 0, 5), ("skip_to", 10), ("process", [10, 11])] == world.journal
    assert (1, accepted) == (
        world.status.stages["toy"].gaps_caught, world.status.stages["toy"].gaps_accepted
    )  # fmt: skip


async def test_chunks_on_their_way_do_not_hide_the_lost_one() -> None:
    """The consumer goes back while later chunks are still in the queue: they are refused too, none is lost."""
    world = World(FakeProcessor(cut=4))

    for chunk in ((10, 11), (12, 13), (5, 9), (10, 11), (12, 13)):
        await world.chunk(*chunk)

    seeks = [("seek", SOURCE, 0, 5)] * 2
    processed = [("process", [5, 9]), ("process", [10, 11]), ("process", [12, 13])]
    assert seeks + processed == world.journal


async def test_two_different_gaps_are_both_refused() -> None:
    """Progress forgets an old refusal: the same offset missing later is a new case."""
    world = World(FakeProcessor(cut=4))

    await world.chunk(10)
    await world.chunk(5, 6, 7, 8)
    await world.chunk(10)

    assert ("seek", SOURCE, 0, 9) == world.journal[-1]


async def test_first_chunk_of_an_empty_state_must_begin_the_log() -> None:
    """A changelog that was lost is rebuilt from the source, whatever offset the group had committed."""
    world = World(FakeProcessor())

    await world.chunk(3)

    assert [("seek", SOURCE, 0, 0)] == world.journal


async def test_lock_is_held_until_sends_are_acknowledged() -> None:
    """A checkpoint in the middle of a chunk would write state whose facts are not out yet."""
    world = World(FakeProcessor(sends=True))
    world.acknowledge.clear()

    running = asyncio.create_task(world.chunk(0, 1))
    await turns()

    assert world.holding.lock.locked()
    world.acknowledge.set()
    await running
    assert not world.holding.lock.locked()
    assert [("process", [0, 1]), ("publish", [b"1"]), "acknowledged"] == world.journal


async def test_slice_is_acknowledged_before_the_next_begins() -> None:
    """Each slice is a chunk of its own, and the loop turns between them."""
    world = World(FakeProcessor(sends=True))
    world.holding.slicer = FixedSlicer(2)

    await world.chunk(0, 1, 2)

    first = [("process", [0, 1]), ("publish", [b"1"]), "acknowledged"]
    assert [*first, ("process", [2]), ("publish", [b"2"]), "acknowledged"] == world.journal


async def test_revocation_while_waiting_for_the_lock_discards_the_chunk() -> None:
    """The epoch is looked at again under the lock: a revoked partition's records are its new owner's."""
    world = World(FakeProcessor())
    await world.holding.lock.acquire()
    running = asyncio.create_task(world.chunk(0, 1))
    await turns()

    world.holdings.drop(SOURCE, 0)
    world.holding.lock.release()
    await running

    assert [] == world.journal


async def test_partition_that_came_back_starts_from_its_own_state() -> None:
    """A chunk fetched for the old epoch meets the new, restored state and is judged by its cut."""
    processors = [FakeProcessor(cut=9), FakeProcessor(cut=1)]
    holdings = Holdings([fake_stage(lambda _: processors.pop(0))])
    status = WorkerStatus(holdings=holdings)
    seeks: list[int] = []

    async def seek(_topic: str, _partition: int, offset: int) -> None:
        seeks.append(offset)

    async def publish(_sends: Sequence[Send]) -> None: ...

    async def first_offset(*_: Any) -> int: ...

    first = holdings.take(SOURCE, 0)
    digest = Digest(holdings, publish, seek, first_offset, status)
    running = asyncio.create_task(digest.chunk(SOURCE, 0, records(10, 11)))
    await turns()  # it waits for the first restore, which never ends
    second = holdings.take(SOURCE, 0)
    settle(second)
    await running

    assert (1, 2) == (first.epoch, second.epoch)
    assert [2] == seeks
    assert [] == second.processor.journal  # type: ignore[attr-defined]


async def test_chunk_waits_for_the_restore() -> None:
    """No record reaches a processor before its state is there."""
    world = World(FakeProcessor())
    world.holding.restored = False
    world.holding.settled.clear()
    running = asyncio.create_task(world.chunk(0))
    await turns()

    assert [] == world.journal
    settle(world.holding)
    await running
    assert [("process", [0])] == world.journal


async def test_chunk_of_a_partition_that_is_not_ours_is_discarded() -> None:
    """It was fetched before the revocation, and is looked at after it."""
    world = World(FakeProcessor())

    await world.digest.chunk(SOURCE, 7, records(0))

    assert [] == world.journal


async def test_leaving_partition_finishes_its_slice_only() -> None:
    """A rebalance and a stop wait for a slice, not for a chunk of twenty thousand."""
    world = World(FakeProcessor(sends=True))
    world.holding.slicer = FixedSlicer(1)
    world.acknowledge.clear()
    running = asyncio.create_task(world.chunk(0, 1, 2))
    await turns()

    world.holding.leaving = True
    world.acknowledge.set()
    await running

    assert [("process", [0]), ("publish", [b"0"]), "acknowledged"] == world.journal


async def test_unacknowledged_sends_void_the_state() -> None:
    """The state is ahead of what is published: the error goes up, and nothing of it may be written."""
    world = World(FakeProcessor(sends=True))

    async def fail(_sends: Sequence[Send]) -> None:
        raise PublishError("in doubt")

    world.digest._publish = fail
    with pytest.raises(PublishError):
        await world.chunk(0)

    assert not world.holding.usable


async def test_processor_that_raises_voids_the_state() -> None:
    """A fault in the middle of a chunk leaves half of it in the state. It says in which records it was."""

    class Faulty(FakeProcessor):
        def process(self, records: Any, now_us: int) -> list[Send]:
            raise ZeroDivisionError

    world = World(Faulty())
    with pytest.raises(ZeroDivisionError) as caught:
        await world.chunk(0, 1)

    assert not world.holding.usable
    assert caught.value.__notes__ == ["in offsets 0 to 1 of toy-source"]


def test_holding_of_another_epoch_is_another_object() -> None:
    """Who kept the old holding sees that it is not live any more."""

    async def take_twice() -> tuple[Holding, Holding]:
        holdings, first = held(FakeProcessor())
        return first, holdings.take(SOURCE, 0)

    first, second = asyncio.run(take_twice())

    assert not first.live
    assert second.live
    assert first.epoch < second.epoch


async def test_who_asks_for_it_hears_how_far_the_clock_is_ahead() -> None:
    """Of records that came when all before them were read; those that waited may be as old as they seem."""

    class Hearing(FakeProcessor):
        clock_ahead_us = 0

    world = World(Hearing(sends=False))
    world.status.end_offset = lambda _topic, _partition: world.processor.cut + 1
    old_ms = now_us() // 1000 - 120_000
    for offset in range(SAMPLES):
        await world.digest.chunk(SOURCE, 0, [FakeRecord(offset, timestamp=old_ms)])
    assert isinstance(world.processor, Hearing)
    assert 0 == world.processor.clock_ahead_us

    await world.digest.chunk(SOURCE, 0, [FakeRecord(SAMPLES, timestamp=old_ms)])

    assert 120 == world.processor.clock_ahead_us // 1_000_000
