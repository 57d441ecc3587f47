"""Ticks: slice by slice, acknowledged, at their pace."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from processors.partition import Send
from streams.agents import tick as module
from streams.agents.pace import REST, Pace
from streams.agents.tick import Ticker
from streams.kafka.publishing import PublishError
from streams.owning.holdings import Holdings
from streams.status import WorkerStatus
from tests.streams.fakes import FakeProcessor, fake_stage, held, settle, turns


def due(*values: bytes) -> list[Send]:
    return [Send("kpis", None, b"k", value) for value in values]


class World:
    """A ticker over one partition with something due."""

    def __init__(self, processor: FakeProcessor) -> None:
        self.processor = processor
        self.holdings, self.holding = held(processor)
        self.status = WorkerStatus(holdings=self.holdings)
        self.published: list[Any] = []
        self.acknowledge = asyncio.Event()
        self.acknowledge.set()
        self.slept: list[float] = []
        self.pace = Pace(0.1, 10.0)
        self.ticker = Ticker(self.holdings, self.publish, self.status, self.pace, self.sleep)

    async def publish(self, sends: Sequence[Send]) -> None:
        self.published.append([send.value for send in sends])
        await self.acknowledge.wait()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await asyncio.sleep(0)


async def test_tick_goes_on_until_nothing_is_due() -> None:
    """A processor gives a slice at a time; the partition is free for chunks in between."""
    world = World(FakeProcessor(due=[due(b"1", b"2"), due(b"3")]))

    await world.ticker.tick_all()

    assert [[b"1", b"2"], [b"3"]] == world.published
    assert 3 == world.status.stages["toy"].sends


async def test_slice_is_acknowledged_under_the_lock() -> None:
    """The processor may take for published what it returned, when it is called again."""
    world = World(FakeProcessor(due=[due(b"1"), due(b"2")]))
    world.acknowledge.clear()
    ticking = asyncio.create_task(world.ticker.tick_all())
    await turns()

    assert [[b"1"]] == world.published
    assert world.holding.lock.locked()
    world.acknowledge.set()
    await ticking
    assert [[b"1"], [b"2"]] == world.published


async def test_partitions_tick_side_by_side() -> None:
    """The broker's latency is paid once."""
    holdings = Holdings([fake_stage(lambda _: FakeProcessor(due=[due(b"x")]))])
    for partition in range(3):
        settle(holdings.take("toy-source", partition))
    world = World(FakeProcessor())
    world.acknowledge.clear()
    ticker = Ticker(holdings, world.publish, WorkerStatus(holdings=holdings), world.pace)
    ticking = asyncio.create_task(ticker.tick_all())
    await turns()

    assert 3 == len(world.published)
    world.acknowledge.set()
    await ticking


async def test_lost_and_unrestored_partitions_do_not_tick() -> None:
    """They would publish from empty state."""
    world = World(FakeProcessor(due=[due(b"1")]))
    world.holding.restored = False

    await world.ticker.tick_all()

    assert [] == world.published


async def test_live_ticks_say_what_is_live() -> None:
    """They are not what whole ticks say, and go on until nothing is due too."""
    world = World(FakeProcessor(due=[due(b"w")], due_live=[due(b"1"), due(b"2")]))

    await world.ticker.tick_live(world.holding.stage)

    assert [[b"1"], [b"2"]] == world.published
    assert 0 == world.status.ticks
    assert 0 < world.status.tick_s


async def test_a_live_tick_lets_chunks_in_between_its_slices() -> None:
    """Each slice is acknowledged first, and a third of its time is theirs: what they bring is told with the next."""
    world = World(FakeProcessor(due_live=[due(b"1"), due(b"2")]))
    world.acknowledge.clear()
    ticking = asyncio.create_task(world.ticker.tick_live(world.holding.stage))
    await turns()
    assert [[b"1"]] == world.published
    assert world.holding.lock.locked()

    async def chunk() -> list[list[Send]]:
        async with world.holding.exclusive():
            return [*world.processor.due_live]

    waiting = asyncio.create_task(chunk())
    await turns()
    world.acknowledge.set()
    assert [due(b"2")] == await waiting
    await ticking
    assert [[b"1"], [b"2"]] == world.published
    assert 2 == len(world.slept)
    assert min(world.slept) > 0


async def test_a_stage_ticks_live_whatever_holds_anothers_partitions() -> None:
    """A chunk whose facts are not acknowledged yet keeps its own partition, and no other."""
    busy = fake_stage(lambda _: FakeProcessor(due_live=[due(b"busy")]), name="busy")
    free = fake_stage(lambda _: FakeProcessor(due_live=[due(b"free")]), name="free")
    holdings = Holdings([busy, free])
    held_up = holdings.take("busy-source", 0)
    for holding in (held_up, holdings.take("free-source", 0)):
        settle(holding)
    world = World(FakeProcessor())
    ticker = Ticker(holdings, world.publish, WorkerStatus(holdings=holdings), world.pace, world.sleep)

    async with held_up.exclusive():
        running = [asyncio.create_task(ticker.run_live(stage)) for stage in (busy, free)]
        await turns()
        assert [[b"free"]] == world.published
    await turns()
    for one in running:
        one.cancel()

    assert [[b"free"], [b"busy"]] == world.published


@pytest.mark.parametrize("fails_at", [1, 2, 3])
async def test_a_live_slice_in_doubt_gives_the_state_up(fails_at: int) -> None:
    """Whichever it is: the state is ahead of what is there."""
    world = World(FakeProcessor(due_live=[due(b"1"), due(b"2"), due(b"3")]))

    async def publish(sends: Sequence[Send]) -> None:
        await world.publish(sends)
        if len(world.published) == fails_at:
            await asyncio.sleep(0)
            raise PublishError("in doubt")

    with pytest.raises(PublishError):
        await Ticker(world.holdings, publish, world.status, world.pace).tick_live(world.holding.stage)

    assert fails_at == len(world.published)
    assert not world.holding.usable


async def test_a_leaving_partition_begins_no_live_slice() -> None:
    """What is under way is finished; the rest is for whoever has it next."""
    world = World(FakeProcessor(due_live=[due(b"1"), due(b"2")]))

    async def publish(sends: Sequence[Send]) -> None:
        await world.publish(sends)
        world.holding.leaving = True

    await Ticker(world.holdings, publish, world.status, world.pace).tick_live(world.holding.stage)

    assert [[b"1"]] == world.published
    assert world.holding.usable


async def test_whole_ticks_rest_between_slices() -> None:
    """Meanwhile the partition is free: live ticks and chunks have their turns."""
    world = World(FakeProcessor(due=[due(b"1"), due(b"2")], due_live=[due(b"live")]))
    resting = asyncio.Event()

    async def sleep(seconds: float) -> None:
        world.slept.append(seconds)
        if len(world.slept) == 1:
            resting.set()
            await world.acknowledge.wait()

    ticker = Ticker(world.holdings, world.publish, world.status, world.pace, sleep)
    world.pace.live("toy", 0.07)
    world.acknowledge.clear()
    ticking = asyncio.create_task(ticker.tick_all())
    await turns()
    world.acknowledge.set()
    await resting.wait()
    assert not world.holding.lock.locked()
    await ticker.tick_live(world.holding.stage)
    await ticking

    assert [b"1"] == world.published[0]
    assert {b"1", b"2", b"live"} == {value for values in world.published for value in values}
    assert 0 < world.slept[0] <= REST * world.status.tick_s


async def test_while_behind_a_slice_is_followed_by_a_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nine times what making it took, less what it waited for the broker: 30 ms of making, 70 of waiting."""
    clock = [100.0]

    class Slow(FakeProcessor):
        def tick(self, now_us: int) -> list[Send]:
            clock[0] += 0.03
            return super().tick(now_us)

    world = World(Slow(due=[due(b"1"), due(b"2")]))
    behind(world)

    async def publish(sends: Sequence[Send]) -> None:
        clock[0] += 0.07
        await world.publish(sends)

    monkeypatch.setattr(module, "monotonic_s", lambda: clock[0])
    await Ticker(world.holdings, publish, world.status, world.pace, world.sleep).tick_all()

    assert [0.2, 0.2] == pytest.approx(world.slept)


async def test_while_behind_ticks_are_of_what_is_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a minute they say everything, and only that is how old values of long windows are."""
    clock = [100.0]
    monkeypatch.setattr(module, "monotonic_s", lambda: clock[0])
    world = World(FakeProcessor(due=[due(b"all")], due_settled=[due(b"1"), [], due(b"2")]))
    behind(world)
    for now_s in (100.0, 110.0, 160.0):
        clock[0] = now_s
        await world.ticker.tick_all()
        world.status.whole_tick_s += 1.0

    assert [[b"1"], [b"2"], [b"all"]] == world.published
    assert (3, 1.0) == (world.status.ticks, world.status.whole_tick_s)


async def test_long_pause_ends_when_the_backlog_does() -> None:
    """Nobody waits ten seconds for the first values after a catch-up."""
    world = World(FakeProcessor())
    behind(world)
    assert 10.0 == await world.ticker.tick_all()

    pausing = asyncio.create_task(world.ticker._pause(10.0))
    await turns()
    assert not pausing.done()
    world.processor.cut = 999
    await turns()

    assert pausing.done()
    assert 0.1 == await world.ticker.tick_all()


def behind(world: World) -> None:
    """Give the world a hundred seconds of work that waits."""
    world.status.end_offset = lambda _topic, _partition: 1_000
    world.holding.record_s = 0.1


async def test_while_behind_only_whole_ticks_say_something() -> None:
    """They have everything; what they say is soon out of date, so it is not said twice."""
    world = World(FakeProcessor(due_live=[due(b"1")]))
    behind(world)
    await world.ticker.tick_all()

    running = asyncio.create_task(world.ticker.run_live(world.holding.stage))
    await turns()
    assert [] == world.published
    world.processor.cut = 999
    await world.ticker.tick_all()
    await turns()
    running.cancel()

    assert [[b"1"]] == world.published


async def test_run_ticks_at_the_pace() -> None:
    """Tick, pause, tick; both kinds side by side."""
    world = World(FakeProcessor())
    running = [
        asyncio.create_task(world.ticker.run()),
        asyncio.create_task(world.ticker.run_live(world.holding.stage)),
    ]

    while world.status.ticks < 3:
        await asyncio.sleep(0)
    for one in running:
        one.cancel()

    assert 0.1 == world.status.emit_interval_s
