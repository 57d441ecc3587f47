"""Taking partitions and giving them up."""

import asyncio
import dataclasses
import gc
from collections.abc import Iterable
from typing import Any, NamedTuple

import pytest
from structlog.testing import capture_logs

from streams.owning import ownership
from streams.owning.holdings import Holding, Holdings
from streams.owning.membership import Lease
from streams.owning.ownership import Ownership, PartitionsAddedError
from streams.status import WorkerStatus
from tests.streams.fakes import PARTITIONS, FakeProcessor, fake_stage, turns

SOURCE = "toy-source"


class TP(NamedTuple):
    topic: str
    partition: int


class World:
    """An ownership whose restores and saves end when told."""

    def __init__(self) -> None:
        self.journal: list[Any] = []
        self.holdings = Holdings([fake_stage(lambda _: FakeProcessor(cut=5, journal=self.journal))])
        self.lease = Lease(6.0, lambda: self.now_s)
        self.now_s = 0.0
        self.lease.renew(0.0)
        self.status = WorkerStatus(holdings=self.holdings)
        self.failures: list[tuple[str, BaseException]] = []
        self.restored, self.saved = asyncio.Event(), asyncio.Event()
        self.saved.set()
        self.ownership = Ownership(
            self.holdings, self.lease, self.status, restore=self.restore, save=self.save,
            fail=lambda where, error: self.failures.append((where, error)),
        )  # fmt: skip

    async def restore(self, holding: Holding) -> int:
        self.journal.append(("restoring", holding.partition))
        await self.restored.wait()
        return 12

    async def save(self) -> None:
        self.journal.append(("save", [holding.leaving for holding in self.holdings]))
        await self.saved.wait()
        self.journal.append("saved")

    def assign(self, *partitions: int) -> None:
        self.ownership.assigned([TP(SOURCE, partition) for partition in partitions])

    async def revoke(self, *partitions: int) -> None:
        await self.ownership.revoked([TP(SOURCE, partition) for partition in partitions])

    def holding(self, partition: int = 0) -> Holding:
        holding = self.holdings.get(SOURCE, partition)
        assert holding is not None
        return holding


async def test_assignment_starts_the_restore() -> None:
    """State is read at once, not when the first record comes; until it is there nobody calls the processor."""
    world = World()
    world.assign(0)
    await turns()

    assert [("restoring", 0)] == world.journal
    assert not world.holding().usable
    world.restored.set()
    await turns()
    assert ["restored"] == world.journal[1:]
    assert world.holding().usable
    assert 5 == world.holding().durable
    assert 12 == world.status.stages["toy"].restored_records


async def test_a_worker_without_partitions_says_so_once() -> None:
    """Again only after it had some: each rebalance would repeat it."""
    world = World()
    told: list[str] = []
    for step in (world.assign, world.assign, lambda: world.assign(0), world.assign):
        with capture_logs() as logs:
            step()
        told.append(", ".join(entry["event"] for entry in logs))
    await turns()
    world.restored.set()
    await turns()
    await world.revoke(0)
    with capture_logs() as logs:
        world.assign()

    assert ["no_partitions", "", "", ""] == told
    assert ["no_partitions"] == [entry["event"] for entry in logs]


async def test_a_partition_that_somebody_added_ends_the_worker() -> None:
    """At once, and in words: there is nothing to restore it from, which would be waited for in vain."""
    world = World()
    world.assign(0, PARTITIONS)
    await turns()

    (failure,) = world.failures
    assert ("assignment of toy[8]", PartitionsAddedError) == (failure[0], type(failure[1]))
    assert str(failure[1]).startswith("toy-source: somebody has added partitions;")
    assert [("restoring", 0)] == world.journal


async def test_other_topics_are_none_of_ours() -> None:
    """Faust may be assigned topics of its own."""
    world = World()

    world.ownership.assigned([TP("other", 0)])

    assert 0 == len(world.holdings)
    assert world.status.joined


async def test_revocation_saves_and_then_drops() -> None:
    """In a rebalance the group waits for us: the new owner finds everything written."""
    world = World()
    world.assign(0)
    world.restored.set()
    await turns()
    holding = world.holding()

    await world.revoke(0)

    assert [("save", [True]), "saved"] == world.journal[2:]
    assert not holding.live
    assert world.holdings.get(SOURCE, 0) is None


async def test_lost_partitions_are_dropped_unsaved() -> None:
    """Without the lease they may be another worker's, who has restored them; what we wrote would be stale."""
    world = World()
    world.assign(0)
    world.restored.set()
    await turns()
    world.lease.end()

    await world.revoke(0)

    assert [] == world.journal[2:]
    assert 0 == len(world.holdings)


async def test_revocation_cancels_the_restore() -> None:
    """A reader of a partition that is gone is no use; whoever waits for it goes on."""
    world = World()
    world.assign(0)
    await turns()
    holding = world.holding()

    await world.revoke(0)
    await turns()

    assert holding.settled.is_set()
    assert holding.restoring is not None and holding.restoring.cancelled()
    assert not holding.usable
    assert [] == world.failures


async def test_partition_that_comes_back_is_restored_from_the_beginning() -> None:
    """After a rebalance inside one process Faust would go on from the old changelog position: not we."""
    world = World()
    world.restored.set()
    world.assign(0)
    await turns()
    first = world.holding()

    await world.revoke(0)
    world.assign(0)
    await turns()

    second = world.holding()
    assert second is not first
    assert second.processor is not first.processor
    assert 2 == second.epoch
    assert 2 == world.journal.count(("restoring", 0))


async def test_failed_restore_ends_the_worker() -> None:
    """Without its state a partition can't be processed, and an empty one would be wrong."""
    world = World()

    async def fail(_holding: Holding) -> int:
        raise OSError("no broker")

    world.ownership._restore = fail
    world.assign(3)
    await turns()

    ((where, error),) = world.failures
    assert "restore of toy[3]" == where
    assert isinstance(error, OSError)
    assert not world.holding(3).usable


async def test_restores_are_limited() -> None:
    """A worker with many partitions does not open as many connections at once."""
    world = World()
    world.assign(*range(ownership.RESTORES_MAX + 3))
    await turns()

    assert ownership.RESTORES_MAX == len(world.journal)


async def test_save_that_takes_too_long_does_not_block_the_group(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the broker away there is no last checkpoint; then the new owner repeats a second."""
    monkeypatch.setattr(ownership, "SAVE_TIMEOUT_S", 0.0)
    world = World()
    world.assign(0)
    world.restored.set()
    await turns()
    world.saved.clear()

    await world.revoke(0)

    assert 0 == len(world.holdings)
    assert [] == world.failures


async def test_half_written_partition_that_stays_ends_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its processor takes for written what may not be; only a new restore is sure."""
    monkeypatch.setattr(ownership, "SAVE_TIMEOUT_S", 0.0)
    world = World()
    world.assign(0, 1)
    world.restored.set()
    await turns()
    world.saved.clear()

    await world.revoke(0)

    assert ["checkpoint"] == [where for where, _ in world.failures]


async def test_restored_state_is_taken_out_of_the_collectors_sight() -> None:
    """Throughput sinks as state grows, because the cyclic collector walks it: frozen, it is not walked."""
    gc.unfreeze()
    world = World()
    world.restored.set()
    try:
        world.assign(0)
        await turns()

        assert gc.get_freeze_count() > 1_000
    finally:
        gc.unfreeze()


async def test_assignment_that_is_heard_of_late_renews_no_lease() -> None:
    """A worker that was stopped since the group gave it the partitions may have lost them already."""
    world = World()
    world.now_s = 20.0

    world.assign(0)

    assert not world.lease.held


def test_holdings_name_their_partition() -> None:
    """In logs and errors."""

    async def take() -> Iterable[Holding]:
        world = World()
        world.assign(2)
        return list(world.holdings)

    assert ["<toy[2] epoch 1>"] == [repr(holding) for holding in asyncio.run(take())]


# After a rebuild


class Behind:
    """A world whose stage takes over, and whose consumer is sent back."""

    def __init__(self, behind: bool, comes: bool = True) -> None:
        self.journal: list[Any] = []
        self.failures: list[tuple[str, BaseException]] = []
        self.error: Exception | None = None
        self.processor = FakeProcessor(cut=5, journal=self.journal)
        stage = fake_stage(lambda _: self.processor)
        self.holdings = Holdings([dataclasses.replace(stage, take_over=self.take_over)])
        self._behind, self._comes = behind, comes
        self.ownership = Ownership(
            self.holdings, Lease(6.0, lambda: 0.0), WorkerStatus(holdings=self.holdings), restore=self.restore,
            save=self.restore_nothing, fail=lambda where, error: self.failures.append((where, error)),
            rewind=self.rewind,
        )  # fmt: skip

    async def restore(self, holding: Holding) -> int:
        return 0

    async def restore_nothing(self) -> None: ...

    async def take_over(self, processor: Any, partition: int) -> bool:
        assert processor is self.processor
        self.journal.append(("take_over", partition))
        return self._behind

    async def rewind(self, holding: Holding, offset: int) -> bool:
        self.journal.append(("rewind", offset))
        if self.error is not None:
            raise self.error
        return self._comes


@pytest.mark.parametrize(("behind", "expected"), [(False, []), (True, [("rewind", 6)])])
async def test_a_restored_partition_is_taken_over(behind: bool, expected: list[Any]) -> None:
    """When its state is whole and before it is used; the consumer goes back where others had come further."""
    world = Behind(behind, comes=False)
    world.ownership.assigned([TP(SOURCE, 3)])
    await turns()

    assert ["restored", ("take_over", 3), *expected] == world.journal
    assert [True] == [holding.usable for holding in world.holdings]


async def test_a_consumer_is_sent_back_until_something_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Faust goes to the committed offsets by itself, and may do so after us."""
    monkeypatch.setattr(ownership, "REWIND_S", 0.0)
    world = Behind(behind=True)
    world.ownership.assigned([TP(SOURCE, 0)])
    await turns()
    assert world.journal.count(("rewind", 6)) > 2

    world.processor.cut = 6
    await turns(2)
    before = len(world.journal)
    await turns()
    assert before == len(world.journal)


async def test_a_consumer_that_can_not_be_sent_back_ends_the_worker() -> None:
    """Nothing might come of the partition any more, and nobody would know."""
    world = Behind(behind=True)
    world.error = RuntimeError("no thread")
    world.ownership.assigned([TP(SOURCE, 0)])
    await turns()

    assert [("rewind of toy[0]", world.error)] == world.failures
