"""Ticks: what the clock moves, and what processors hold back to publish it once and not a hundred times.

The pause between two ticks follows their cost, so that publishing never takes more than half of the
time, and is long while the worker is behind: what is published of a backlog is old when it is read.
"""

import asyncio
from collections.abc import Awaitable, Callable

from streams.agents.digest import Publish
from streams.clock import monotonic_s, now_us
from streams.holdings import Holding, Holdings
from streams.status import WorkerStatus

#: A worker is behind when what waits takes so long to work off, and has caught up at the other.
BEHIND_S = 3.0
CAUGHT_UP_S = 1.0
#: Where what waits takes longer than this, values are long out of date when they are published, and soon again:
#: then ticks take a fifth of the time at most, so that the backlog is worked off sooner.
FAR_BEHIND_S = 30.0
FAR_BEHIND_PAUSE = 4.0
FAR_BEHIND_LONGEST = 6.0


class Pace:
    """How long to pause between ticks."""

    def __init__(self, shortest_s: float, longest_s: float) -> None:
        self._shortest_s = shortest_s
        self._longest_s = longest_s
        self.behind = False

    def next(self, tick_s: float, backlog_s: float) -> float:
        """Return the pause after a tick that took `tick_s`, when what waits is so many seconds of work."""
        was_behind = self.behind
        self.behind = backlog_s > (CAUGHT_UP_S if was_behind else BEHIND_S)
        if backlog_s > FAR_BEHIND_S:
            longest_s = FAR_BEHIND_LONGEST * self._longest_s
            return min(longest_s, max(self._longest_s, FAR_BEHIND_PAUSE * tick_s))
        if self.behind:
            return self._longest_s
        if was_behind:
            return self._shortest_s  # the end of a backlog is published at once, whatever its ticks took
        # As long a pause as the tick, at least: then ticks take half of the time, at most.
        return min(self._longest_s, max(self._shortest_s, tick_s))


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

    async def run(self) -> None:
        """Tick until cancelled."""
        pause_s = self._pace.next(0.0, 0.0)
        while True:
            self._status.emit_interval_s = pause_s
            await self._pause(pause_s)
            pause_s = await self.tick_all()

    async def tick_all(self) -> float:
        """Tick every partition once; return the pause to make before the next tick, in seconds."""
        began_s = monotonic_s()
        holdings = self._holdings.usable()
        spent = await asyncio.gather(*map(self._tick, holdings))
        # Not the time until the last was done: meanwhile chunks and checkpoints had their turns.
        spent_s = min(monotonic_s() - began_s, sum(spent))
        self._status.ticks += 1
        self._status.tick_s += spent_s
        return self._pace.next(spent_s, self._status.backlog_s())

    async def _pause(self, pause_s: float) -> None:
        """Sleep; a long pause that was made for a backlog ends when that is worked off."""
        end_s = monotonic_s() + pause_s
        while (left_s := end_s - monotonic_s()) > 0:
            if self._pace.behind and self._status.backlog_s() <= CAUGHT_UP_S:
                return
            await self._sleep(min(left_s, 0.1))

    async def _tick(self, holding: Holding) -> float:
        """Call the partition's tick until it has nothing more; each slice is acknowledged before the next.

        Returns the seconds spent on it.
        """
        spent_s = 0.0
        while True:
            async with holding.exclusive():
                if not holding.usable or holding.leaving:
                    return spent_s
                began_s = monotonic_s()
                sends = holding.processor.tick(now_us())
                if not sends:
                    return spent_s + monotonic_s() - began_s
                await self._publish(sends)
                self._status.published(holding, sends)
                spent_s += monotonic_s() - began_s
            await asyncio.sleep(0)
