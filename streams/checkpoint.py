"""The checkpoint: state is written and acknowledged; only then may the source offset in it be committed.

The order is what makes a crash harmless (docs/design.md, rules 1 to 3). A partition's lock is held while
what was derived from its state is not yet acknowledged, so a snapshot under the lock is never ahead of
what is downstream. The snapshot is taken without an await: it is one cut through the log. Its groups are
acknowledged one after the other, the cut last.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

import structlog

from processors.partition import StateItem
from streams.clock import monotonic_s
from streams.owning.holdings import Holding, Holdings
from streams.owning.membership import Lease
from streams.status import WorkerStatus

log = structlog.get_logger(__name__)

LEASE_POLL_S = 0.05

#: A checkpoint is followed by a pause so many times as long: writing state takes a tenth of the time at most.
PAUSE_PER_COST = 9.0
#: What a crash repeats is worth no more than this, whatever a checkpoint costs.
PAUSE_MAX_S = 10.0

#: After a snapshot others have the loop for so many times as long as it took: a call, which takes a tenth of a second,
#: meets one or two of them, and not all.
REST_PER_SNAPSHOT = 2.0
#: …and for no longer than this, so that a checkpoint comes to its end.
REST_MAX_S = 0.5

Write = Callable[[str, int, Sequence[StateItem]], Awaitable[None]]
"""Writes state records to (topic, partition); returns when all are acknowledged."""


class _Snapshot(NamedTuple):
    """One cut through a partition's log."""

    cut: int
    groups: Sequence[Sequence[StateItem]]
    took_s: float


class Checkpoint:
    """Writes what changed in all holdings, one checkpoint at a time."""

    def __init__(
        self, holdings: Holdings, write: Write, lease: Lease, status: WorkerStatus,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:  # fmt: skip
        self._holdings = holdings
        self._write = write
        self._lease = lease
        self._status = status
        self._sleep = sleep
        self._one_at_a_time = asyncio.Lock()
        self._next_s = 0.0

    async def run_when_due(self) -> None:
        """Checkpoint unless the last one was so dear that the next had better wait.

        While a backlog is worked off, the same records change again and again: written more seldom, each is
        written less often.
        """
        if monotonic_s() >= self._next_s:
            await self.run(rests=True)

    async def run(self, rests: bool = False) -> None:
        """Bring every usable holding's durable cut up to where its processor is now.

        Snapshots are taken one after the other. Where it `rests`, the loop is free after each for whatever else waits,
        while it is written already: calls go through several partitions, and would wait for all snapshots in a row.
        """
        async with self._one_at_a_time:
            began_s, rested_s = monotonic_s(), 0.0
            jobs: dict[asyncio.Task[int], Holding] = {}
            try:
                for holding in self._holdings.usable():
                    snapshot = await self._take(holding)
                    if snapshot is not None:
                        jobs[asyncio.create_task(self._save(holding, snapshot))] = holding
                        rest_s = min(REST_PER_SNAPSHOT * snapshot.took_s, REST_MAX_S) if rests else 0.0
                        await self._sleep(rest_s)
                        rested_s += rest_s
                counts = await asyncio.gather(*jobs)
            finally:
                for job, holding in jobs.items():  # cut off at a rebalance, none goes on unheard
                    if job.cancel():
                        holding.drop()
            ended_s = monotonic_s()
            took_s = max(ended_s - began_s - rested_s, 0.0)
            self._next_s = ended_s + min(PAUSE_PER_COST * took_s, PAUSE_MAX_S)
            self._status.checkpointed(sum(counts), took_s)

    def committable(self, topic: str, partition: int) -> int | None:
        """Return the source offset that may be committed: the one to go on from after a crash."""
        holding = self._holdings.get(topic, partition)
        if holding is None or not holding.usable or holding.durable < 0:
            return None
        return holding.durable + 1

    async def _take(self, holding: Holding) -> _Snapshot | None:
        """Take a snapshot as soon as the partition is free; None where there is nothing that may be written."""
        if not self._lease.held:
            return None
        async with holding.exclusive():
            if not holding.usable:
                return None
            began_s = monotonic_s()
            cut, groups = holding.processor.cut, holding.processor.snapshot()
            return _Snapshot(cut, groups, monotonic_s() - began_s)

    async def _save(self, holding: Holding, snapshot: _Snapshot) -> int:
        try:
            written = await self._write_groups(holding, snapshot.groups)
        except BaseException:
            holding.drop()  # the processor takes for written what may not be
            raise
        if holding.live:
            holding.durable = snapshot.cut
            self._status.saved(holding, written)
        return written

    async def _write_groups(self, holding: Holding, groups: Sequence[Sequence[StateItem]]) -> int:
        """Write one group after the other; return how many records that were."""
        topic, written = holding.stage.state_topic, 0
        for group in groups:
            if topic is None:
                raise TypeError(f"the stage {holding.stage.name} has state, but no topic to keep it in")
            if not await self._may_write(holding):
                log.warning("checkpoint_abandoned", stage=holding.stage.name, partition=holding.partition)
                break
            await self._write(topic, holding.partition, group)
            written += len(group)
        return written

    async def _may_write(self, holding: Holding) -> bool:
        """Wait until the partition is surely ours, or surely not.

        Without the wait, a snapshot already taken would be lost to a short silence of the coordinator.
        """
        while holding.live and not self._lease.held:  # noqa: ASYNC110 (ended by the clock, not by an event)
            await asyncio.sleep(LEASE_POLL_S)
        return holding.live
