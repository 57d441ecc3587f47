"""The checkpoint's order: downstream, state in groups, the cut; and what a commit may use of it."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from processors.partition import Send, StateItem
from streams import checkpoint
from streams.agents.digest import Digest
from streams.checkpoint import Checkpoint
from streams.kafka.publishing import PublishError
from streams.owning.holdings import Holdings
from streams.owning.membership import Lease
from streams.status import WorkerStatus
from tests.streams.fakes import FakeProcessor, fake_stage, held, records, settle, turns

SOURCE = "toy-source"


class World:
    """A checkpoint over one partition, with a changelog that acknowledges when told."""

    def __init__(self, processor: FakeProcessor, automatic: bool = True) -> None:
        self.processor = processor
        self.journal: list[Any] = processor.journal
        self.holdings, self.holding = held(processor)
        self.status = WorkerStatus(holdings=self.holdings)
        self.now_s = 0.0
        self.lease = Lease(6.0, lambda: self.now_s)
        self.lease.renew(0.0)
        self.acknowledge = asyncio.Semaphore(1_000 if automatic else 0)
        self.checkpoint = Checkpoint(self.holdings, self.write, self.lease, self.status)

    async def write(self, topic: str, partition: int, items: Sequence[StateItem]) -> None:
        self.journal.append(("write", topic, [key for key, _ in items]))
        await self.acknowledge.acquire()
        self.journal.append("acknowledged")

    @property
    def committable(self) -> int | None:
        return self.checkpoint.committable(SOURCE, 0)


async def test_groups_are_acknowledged_one_after_the_other_and_then_the_cut_moves() -> None:
    """Entities before ids, panes before the vector, the cut last: each group only when the last is safe."""
    world = World(FakeProcessor(cut=7, groups=3), automatic=False)
    running = asyncio.create_task(world.checkpoint.run())

    seen = []
    for _ in range(3):
        await turns()
        seen.append((len(world.journal), world.committable))
        world.acknowledge.release()
    await running

    write, ok = "write", "acknowledged"
    assert [
        ("snapshot", 7),
        (write, "toy-changelog", [b"group-0"]), ok,
        (write, "toy-changelog", [b"group-1"]), ok,
        (write, "toy-changelog", [b"cut"]), ok,
    ] == world.journal  # fmt: skip
    assert [(2, None), (4, None), (6, None)] == seen
    assert 8 == world.committable


async def test_snapshot_waits_for_the_sends_of_a_chunk() -> None:
    """State whose facts are not acknowledged must not be written: a crash would lose the facts."""
    world = World(FakeProcessor(sends=True))
    released = asyncio.Event()

    async def publish(_sends: Sequence[Send]) -> None:
        world.journal.append("publish")
        await released.wait()
        world.journal.append("published")

    async def seek(*_: Any) -> None: ...

    async def first_offset(*_: Any) -> int: ...

    digest = Digest(world.holdings, publish, seek, first_offset, world.status)
    chunk = digest.chunk(SOURCE, 0, records(0, 1))
    processing = asyncio.create_task(chunk)
    await turns()
    checkpointing = asyncio.create_task(world.checkpoint.run())
    await turns()

    assert [("process", [0, 1]), "publish"] == world.journal
    released.set()
    await asyncio.gather(processing, checkpointing)
    assert ["published", ("snapshot", 1)] == world.journal[2:4]


async def test_cut_of_the_snapshot_is_committed_not_a_later_one() -> None:
    """Chunks go on while groups are written; what they move is part of the next checkpoint."""
    world = World(FakeProcessor(cut=7), automatic=False)
    running = asyncio.create_task(world.checkpoint.run())
    await turns()

    world.processor.cut = 99
    world.acknowledge.release()
    world.acknowledge.release()
    await running

    assert 8 == world.committable


async def test_clean_state_costs_no_write_and_moves_the_cut() -> None:
    """Duplicates change nothing but the place to go on from; a stage without state has only that."""
    world = World(FakeProcessor(cut=7, written_cut=7))

    await world.checkpoint.run()

    assert [("snapshot", 7)] == world.journal
    assert 8 == world.committable


async def test_nothing_to_commit_before_anything_was_processed() -> None:
    """An empty state has no offset to go on from."""
    world = World(FakeProcessor())

    await world.checkpoint.run()

    assert world.committable is None


async def test_one_checkpoint_at_a_time() -> None:
    """A second one would write newer state while the first still writes older."""
    world = World(FakeProcessor(cut=7), automatic=False)
    first = asyncio.create_task(world.checkpoint.run())
    await turns()
    world.processor.cut = 8
    second = asyncio.create_task(world.checkpoint.run())
    await turns()

    assert [("snapshot", 7)] == [entry for entry in world.journal if entry[0] == "snapshot"]
    for _ in range(4):
        world.acknowledge.release()
    await asyncio.gather(first, second)
    assert 9 == world.committable


async def test_failed_write_moves_nothing_and_voids_the_state() -> None:
    """What the processor takes for written may not be: nothing of it may be committed, or written later."""
    world = World(FakeProcessor(cut=7))

    async def fail(*_: Any) -> None:
        raise PublishError("in doubt")

    world.checkpoint._write = fail
    with pytest.raises(PublishError):
        await world.checkpoint.run()

    assert world.committable is None
    assert not world.holding.usable


async def test_partition_revoked_meanwhile_is_not_written_on() -> None:
    """Its new owner writes from here; what is left of our snapshot is dropped."""
    world = World(FakeProcessor(cut=7), automatic=False)
    running = asyncio.create_task(world.checkpoint.run())
    await turns()

    world.holdings.drop(SOURCE, 0)
    world.acknowledge.release()
    await running

    assert [b"group-0"] == world.journal[1][2]
    assert 3 == len(world.journal)
    assert world.committable is None


async def test_nothing_is_written_without_the_lease() -> None:
    """A process that was stopped for a while can't know whether its partitions are another's by now."""
    world = World(FakeProcessor(cut=7))
    world.now_s = 7.0

    await world.checkpoint.run()

    assert [] == world.journal


async def test_checkpoint_caught_by_a_pause_waits_for_the_lease_or_the_loss(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Stopped between two groups: it goes on after a heartbeat, and not at all once revoked."""
    monkeypatch.setattr(checkpoint, "LEASE_POLL_S", 0.0)
    for revoked, groups in ((False, 2), (True, 1)):
        world = World(FakeProcessor(cut=7), automatic=False)
        running = asyncio.create_task(world.checkpoint.run())
        await turns()

        world.now_s = 7.0
        world.acknowledge.release()
        world.acknowledge.release()
        await turns()
        assert 1 == sum(entry[0] == "write" for entry in world.journal)
        if revoked:
            world.holdings.drop(SOURCE, 0)
        else:
            world.lease.renew(7.0)
        await running

        assert groups == sum(entry[0] == "write" for entry in world.journal)


async def test_stage_without_state_must_not_have_any() -> None:
    """State that nothing keeps would be lost silently."""
    holdings = Holdings([fake_stage(lambda _: FakeProcessor(cut=1), state=False)])
    settle(holdings.take(SOURCE, 0))
    lease = Lease(6.0)
    lease.renew(lease.now())

    async def write(*_: Any) -> None: ...

    with pytest.raises(TypeError, match="toy has state, but no topic"):
        await Checkpoint(holdings, write, lease, WorkerStatus(holdings=holdings)).run()


async def test_all_partitions_are_written_at_once() -> None:
    """The broker's latency is paid once, not once a partition."""
    holdings = Holdings([fake_stage(lambda _: FakeProcessor(cut=1, groups=1))])
    for partition in range(3):
        settle(holdings.take(SOURCE, partition))
    lease = Lease(6.0)
    lease.renew(lease.now())
    writing: list[int] = []
    released = asyncio.Event()

    async def write(_topic: str, partition: int, _items: Sequence[StateItem]) -> None:
        writing.append(partition)
        await released.wait()

    running = asyncio.create_task(Checkpoint(holdings, write, lease, WorkerStatus(holdings=holdings)).run())
    await turns()

    assert [0, 1, 2] == writing
    released.set()
    await running


async def test_others_have_the_loop_between_two_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call goes through several partitions: it must not wait for the snapshots of all of them in a row."""
    clock = [100.0]
    monkeypatch.setattr(checkpoint, "monotonic_s", lambda: clock[0])
    journal: list[Any] = []

    class Dear(FakeProcessor):
        def snapshot(self) -> list[list[StateItem]]:
            clock[0] += 0.1 * self.cut
            return super().snapshot()

    holdings = Holdings([fake_stage(lambda partition: Dear(journal, cut=(2, 1, 9)[partition], groups=1))])
    for partition in range(3):
        settle(holdings.take(SOURCE, partition))
    lease = Lease(6.0, lambda: 0.0)
    lease.renew(0.0)

    async def write(_topic: str, partition: int, _items: Sequence[StateItem]) -> None:
        journal.append(("write", partition))

    async def rest(seconds: float) -> None:
        await turns()
        journal.append(("rest", round(seconds, 3)))

    journal.clear()  # of what restoring noted
    checkpoints = Checkpoint(holdings, write, lease, WorkerStatus(holdings=holdings), rest)
    await checkpoints.run(rests=True)

    assert [
        ("snapshot", 2), ("write", 0), ("rest", 0.4),
        ("snapshot", 1), ("write", 1), ("rest", 0.2),
        ("snapshot", 9), ("write", 2), ("rest", checkpoint.REST_MAX_S),
    ] == journal  # fmt: skip

    # A rebalance waits for it: nobody else does.
    await checkpoints.run()
    assert {0.0} == {entry[1] for entry in journal[9:] if entry[0] == "rest"}


async def test_partitions_whose_snapshot_is_not_written_when_it_is_cut_off_are_given_up() -> None:
    """What the processor takes for written is not; the next owner has the records again."""
    world = World(FakeProcessor(cut=7), automatic=False)
    running = asyncio.create_task(world.checkpoint.run())
    await turns()

    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert 2 == len(world.journal)
    assert not world.holding.usable
    assert world.committable is None


async def test_a_dear_checkpoint_puts_the_next_one_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Writing state takes a tenth of the time at most, and never waits longer than ten seconds."""
    clock = [100.0]
    monkeypatch.setattr(checkpoint, "monotonic_s", lambda: clock[0])
    world = World(FakeProcessor(cut=1))
    write = world.checkpoint._write

    async def dear(topic: str, partition: int, items: Sequence[StateItem]) -> None:
        clock[0] += 0.5
        await write(topic, partition, items)

    world.checkpoint._write = dear
    await world.checkpoint.run_when_due()  # two groups: 1 s
    ran = []
    for later_s in (1.0, 8.9, 9.0):
        before = world.status.checkpoints
        clock[0] = 101.0 + later_s
        await world.checkpoint.run_when_due()
        ran.append(world.status.checkpoints - before)

    assert [0, 0, 1] == ran
