"""Ticks: what the clock moves, and what processors hold back to publish it once and not a hundred times.

Two run side by side. Live ticks publish what people look at as it happens; each stage has its own: a partition of
another is held until the facts of its chunk are acknowledged, which at thousands of events a second is nearly always.
Whole ticks publish all the rest. Both rest between their slices, so that chunks have their turns and each other: nobody
waits for more than a slice, and what chunks bring in between is told with the next.

While the worker is behind there are no live ticks, and others rarely: what is published of a backlog is old when it is
read. Nearly all of them leave out what the backlog changes again. How often they come, and how long they rest, says
`streams.agents.pace`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from processors.partition import Send
from streams.agents.digest import Publish
from streams.agents.pace import CAUGHT_UP_S, Pace
from streams.clock import monotonic_s, now_us
from streams.owning.holdings import Holding, Holdings
from streams.status import WorkerStatus
from streams.topology import Stage

#: How often it is looked whether a backlog is worked off.
LOOK_S = 0.1

Tick = Callable[[int], list[Send]]
"""Makes the next slice of a processor's tick, at a time in microseconds."""
Rest = Callable[[float, float], float]
"""Says how long to rest after a slice that was made in so many seconds, and acknowledged after so many."""


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
            self._status.emit_interval_s = self._pace.interval_s

    async def run(self) -> None:
        """Tick whole until cancelled."""
        pause_s = self._pace.shortest_s
        while True:
            if self._pace.behind:
                self._status.emit_interval_s = pause_s
            await self._pause(pause_s)
            pause_s = await self.tick_all()

    async def tick_live(self, stage: Stage) -> float:
        """Tick every partition of a stage once for what is live; return the seconds that it took, without rests."""
        began_s = monotonic_s()
        ticks = (
            self._tick(holding, holding.processor.tick_live, self._rest_live)
            for holding in self._holdings.usable()
            if holding.stage is stage
        )
        return self._ticked(began_s, await asyncio.gather(*ticks))

    async def tick_all(self) -> float:
        """Tick every partition once, while behind for what is settled; return the pause before the next, in seconds."""
        self._pace.look(self._status.backlog())
        began_s = monotonic_s()
        settled = self._pace.settled_only(began_s)
        ticks = (
            self._tick(
                holding, holding.processor.tick_settled if settled else holding.processor.tick, self._rest
            )
            for holding in self._holdings.usable()
        )
        spent_s = self._ticked(began_s, await asyncio.gather(*ticks))
        self._status.ticks += 1
        if not settled:
            ended_s = monotonic_s()
            self._status.whole_tick_s = ended_s - began_s
            self._pace.told_everything(ended_s)
        return self._pace.whole(self._status.backlog(), spent_s)

    def _rest_live(self, _made_s: float, slice_s: float) -> float:
        return self._pace.rest_live(self._status.backlog(), slice_s)

    def _rest(self, made_s: float, slice_s: float) -> float:
        self._pace.look(self._status.backlog())
        return self._pace.rest(made_s, slice_s)

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

    async def _publish_of(self, holding: Holding, sends: Sequence[Send]) -> None:
        await self._publish(sends)
        self._status.published(holding, sends)

    async def _tick(self, holding: Holding, tick: Tick, rest: Rest) -> float:
        """Call the partition's tick until it has nothing more; return the seconds spent on it, without rests.

        Each slice is acknowledged before the partition is free for others, and the next is made.
        """
        spent_s = 0.0
        while True:
            async with holding.exclusive():
                if not holding.usable or holding.leaving:
                    return spent_s
                began_s = monotonic_s()
                sends = tick(now_us())
                made_s = monotonic_s() - began_s
                if sends:
                    await self._publish_of(holding, sends)
                slice_s = monotonic_s() - began_s
                spent_s += slice_s
                if not sends:
                    return spent_s
            await self._sleep(rest(made_s, slice_s))
