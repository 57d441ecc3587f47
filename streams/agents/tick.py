"""Ticks: what the clock moves, and what processors hold back to publish it once and not a hundred times.

Two run side by side. Live ticks publish what people look at as it happens. What changes all the time is told of only
as often as that can be afforded, so that what changes rarely need not wait behind it; the pause between two goes by
what the first took; a partition's chunks wait for its live tick. Each stage has live ticks of its own: a partition of
another is held until the facts of its chunk are acknowledged, which at thousands of events a second is nearly always.
Whole ticks publish all the rest; they rest between their slices, so that live ticks and chunks have their turns, and
wait for a slice at most.

While the worker is behind there are no live ticks, and others rarely: what is published of a backlog is old when it is
read. Nearly all of them leave out what the backlog changes again. How often they come, and how long they rest, says
`streams.agents.pace`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from processors.partition import Send
from streams.agents.digest import Publish
from streams.agents.pace import CAUGHT_UP_S, Pace
from streams.clock import monotonic_s, now_us
from streams.owning.holdings import Holding, Holdings
from streams.status import WorkerStatus
from streams.topology import Stage

#: How often it is looked whether a backlog is worked off.
LOOK_S = 0.1
Begin = Callable[[Sequence[Send]], Awaitable[None]]
"""Begins to publish when all before is acknowledged; returns without waiting for what it began."""

#: So long the broker's connection has the event loop before the next slice of a live tick is made.
HAND_OVER_S = 0.003


class Ticker:
    """Ticks all live partitions, for ever."""

    def __init__(
        self, holdings: Holdings, publish: Publish, status: WorkerStatus, pace: Pace,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:  # fmt: skip
        self._holdings = holdings
        self._publish = publish
        self._status = status
        self._pace = pace
        self._sleep = sleep

    async def run_live(self, stage: Stage) -> None:
        """Tick a stage live until cancelled; while behind, whole ticks say everything."""
        pause_s = self._pace.live(stage.name, 0.0)
        while True:
            await self._sleep(pause_s)
            if self._pace.behind:
                pause_s = self._pace.live(stage.name, 0.0)
                continue
            pause_s = self._pace.live(stage.name, await self.tick_live(stage))
            self._pace.spread(monotonic_s())
            self._status.emit_interval_s = self._pace.apart_s

    async def run(self) -> None:
        """Tick whole until cancelled."""
        pause_s = self._pace.shortest_s
        while True:
            if self._pace.behind:
                self._status.emit_interval_s = pause_s
            await self._pause(pause_s)
            pause_s = await self.tick_all()

    async def tick_live(self, stage: Stage) -> float:
        """Tick every partition of a stage once for what is live; return the seconds that it took."""
        began_s = monotonic_s()
        ticks = (self._tick_live(holding) for holding in self._holdings.usable() if holding.stage is stage)
        return self._ticked(began_s, await asyncio.gather(*ticks))

    async def tick_all(self) -> float:
        """Tick every partition once, while behind for what is settled; return the pause before the next, in seconds."""
        self._pace.look(self._status.backlog())
        began_s = monotonic_s()
        settled = self._pace.settled_only(began_s)
        ticks = (self._tick(holding, settled) for holding in self._holdings.usable())
        spent_s = self._ticked(began_s, await asyncio.gather(*ticks))
        self._status.ticks += 1
        if not settled:
            ended_s = monotonic_s()
            self._status.whole_tick_s = ended_s - began_s
            self._pace.told_everything(ended_s)
        return self._pace.whole(self._status.backlog(), spent_s)

    def _ticked(self, began_s: float, spent: list[float]) -> float:
        # Not the time until the last was done: meanwhile chunks and checkpoints had their turns.
        spent_s = min(monotonic_s() - began_s, sum(spent))
        self._status.tick_s += spent_s
        return spent_s

    async def _pause(self, pause_s: float) -> None:
        """Sleep; a long pause that was made for a backlog ends when that is worked off."""
        end_s = monotonic_s() + pause_s
        while (left_s := end_s - monotonic_s()) > 0:
            if self._pace.behind and self._status.backlog().longest_s <= CAUGHT_UP_S:
                return
            await self._sleep(min(left_s, LOOK_S))

    async def _tick_live(self, holding: Holding) -> float:
        """Call the partition's live tick until it has nothing more; return the seconds spent on it.

        People wait for it: the next slice is made while the broker is at work on the one before, and the partition is
        held until all are acknowledged.
        """
        async with holding.exclusive():
            began_s = monotonic_s()
            sends = self._make_live(holding)
            if sends:
                async with self._one_after_the_other(holding) as publish:
                    while sends:
                        await publish(sends)
                        sends = self._make_live(holding)
        return monotonic_s() - began_s

    def _make_live(self, holding: Holding) -> list[Send]:
        if not holding.usable or holding.leaving:
            return []
        began_s = monotonic_s()
        sends = holding.processor.tick_live(now_us(), round(self._pace.apart_s * 1e6))
        self._pace.made(monotonic_s() - began_s)
        return sends

    @asynccontextmanager
    async def _one_after_the_other(self, holding: Holding) -> AsyncIterator[Begin]:
        """Yield what publishes one slice after the other; at the end, everything is acknowledged."""
        under_way: asyncio.Task[None] | None = None

        async def publish(sends: Sequence[Send]) -> None:
            nonlocal under_way
            if under_way is not None:
                await under_way
            under_way = asyncio.create_task(self._publish_of(holding, sends))
            await asyncio.wait((under_way,), timeout=HAND_OVER_S)

        try:
            yield publish
            if under_way is not None:
                await under_way
        finally:
            if under_way is not None:
                under_way.cancel()

    async def _publish_of(self, holding: Holding, sends: Sequence[Send]) -> None:
        await self._publish(sends)
        self._status.published(holding, sends)

    async def _tick(self, holding: Holding, settled: bool) -> float:
        """Call the partition's tick until it has nothing more; return the seconds spent on it, without rests.

        Each slice is acknowledged before the partition is free for others, and the next is made.
        """
        spent_s = 0.0
        while True:
            async with holding.exclusive():
                if not holding.usable or holding.leaving:
                    return spent_s
                began_s = monotonic_s()
                tick = holding.processor.tick_settled if settled else holding.processor.tick
                sends = tick(now_us())
                made_s = monotonic_s() - began_s
                if sends:
                    await self._publish_of(holding, sends)
                slice_s = monotonic_s() - began_s
                spent_s += slice_s
                if not sends:
                    return spent_s
            self._pace.look(self._status.backlog())
            await self._sleep(self._pace.rest(made_s, slice_s))
