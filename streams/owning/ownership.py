"""Taking partitions and giving them up: restore at assignment, checkpoint and drop at revocation."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol

import structlog

from streams.clock import monotonic_s
from streams.owning.holdings import Holding, Holdings
from streams.owning.membership import Lease
from streams.process.garbage import settle
from streams.status import WorkerStatus

log = structlog.get_logger(__name__)

#: Restores at the same time: enough to hide the broker's latency; the work is this one process's anyway.
RESTORES_MAX = 4

#: How long a rebalance may wait for the last checkpoint; the group waits a minute.
SAVE_TIMEOUT_S = 20.0

#: How long a partition that was sent back may take to come, before it is sent back again.
REWIND_S = 1.0

Restore = Callable[[Holding], Awaitable[int]]
"""Fills a holding's processor; returns how many records that took."""

Rewind = Callable[[Holding, int], Awaitable[bool]]
"""Sends the consumer of a holding's partition back to an offset; False where there is nothing to come from there."""


class PartitionsAddedError(RuntimeError):
    """A topic has got partitions that the installation was not made with."""

    def __init__(self, topic: str, partitions: int) -> None:
        """`partitions` is how many it should have."""
        super().__init__(
            f"{topic}: somebody has added partitions; an installation keeps those that it was made with, here "
            f"{partitions}: see docs/operations.md, How large"
        )


class TopicPartition(Protocol):
    """A partition as Faust and aiokafka name it."""

    @property
    def topic(self) -> str: ...
    @property
    def partition(self) -> int: ...


class Ownership:
    """What happens when the group gives or takes partitions."""

    def __init__(
        self,
        holdings: Holdings,
        lease: Lease,
        status: WorkerStatus,
        *,
        restore: Restore,
        save: Callable[[], Awaitable[None]],
        fail: Callable[[str, BaseException], None],
        rewind: Rewind | None = None,
        confirm: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """`save` checkpoints and commits all that is held; `fail` ends the worker.

        `confirm` returns when it is sure, after a partition was given, that this worker may have it.
        """
        self._holdings = holdings
        self._lease = lease
        self._status = status
        self._restore = restore
        self._save = save
        self._fail = fail
        self._rewind = rewind
        self._confirm = confirm
        self._idle = False
        """Whether it was told that there is nothing to do."""
        self._rewinding: set[asyncio.Task[None]] = set()
        self._restoring = asyncio.Semaphore(RESTORES_MAX)

    def assigned(self, partitions: Iterable[TopicPartition]) -> None:
        """Own these partitions, beginning with the restore of their state."""
        self._status.joined = True
        for tp in partitions:
            stage = self._holdings.stages.get(tp.topic)
            if stage is None:
                continue
            if tp.partition >= stage.source.partitions:
                # Of its state there is no topic, and keys of the others may come there now.
                added = PartitionsAddedError(tp.topic, stage.source.partitions)
                self._fail(f"assignment of {stage.name}[{tp.partition}]", added)
                continue
            holding = self._holdings.take(tp.topic, tp.partition)
            holding.restoring = asyncio.create_task(self._fill(holding))
        if len(self._holdings):
            self._idle = False
        elif not self._idle:
            self._idle = True
            log.info(
                "no_partitions",
                says="other workers of the group have them all; this one is ready to take over",
            )

    async def revoked(self, partitions: Iterable[TopicPartition]) -> None:
        """Own these partitions no more; where the group still waits for us, write their state before."""
        held = [self._holdings.get(tp.topic, tp.partition) for tp in partitions]
        leaving = [holding for holding in held if holding is not None]
        for holding in leaving:
            holding.leaving = True
        # Without the lease the partitions may be someone else's already; then it is as if we had crashed.
        if leaving and self._lease.held:
            try:
                async with asyncio.timeout(SAVE_TIMEOUT_S):
                    await self._save()
            except TimeoutError as error:
                log.warning("rebalance_without_checkpoint", waited_s=SAVE_TIMEOUT_S)
                if len(leaving) < len(self._holdings):
                    self._fail("checkpoint", error)  # what stays here was given up half-written
        for holding in leaving:
            self._holdings.drop(holding.topic, holding.partition)
            self._status.dropped(holding)

    async def _fill(self, holding: Holding) -> None:
        name = f"restore of {holding.stage.name}[{holding.partition}]"
        began_s = monotonic_s()
        try:
            if self._confirm is not None:
                await self._confirm()
            async with self._restoring:
                records = await self._restore(holding)
            if not holding.live:
                return
            holding.processor.restored()
            if holding.stage.take_over is not None:
                is_behind = await holding.stage.take_over(holding.processor, holding.partition)
                if not holding.live:
                    return
                if is_behind:
                    self._begin_rewind(holding)
            holding.durable = holding.processor.cut
            holding.restored = True
        except Exception as error:
            holding.live = False
            self._fail(name, error)
            return
        finally:
            holding.settled.set()
        seconds = monotonic_s() - began_s
        self._status.restored(holding, records, seconds)
        log.info(
            "restored", stage=holding.stage.name, partition=holding.partition, epoch=holding.epoch,
            records=records, seconds=round(seconds, 3), cut=holding.processor.cut,
        )  # fmt: skip
        if all(other.restored for other in self._holdings):
            settle()

    def _begin_rewind(self, holding: Holding) -> None:
        """See that what follows the state is fetched, though the group has committed offsets beyond it.

        A chunk that comes too late would send the consumer back as well; but none may come.
        """
        if self._rewind is None:
            return

        async def rewind(back: Rewind) -> None:
            begin = holding.processor.cut + 1
            try:
                while holding.live and not holding.leaving and holding.processor.cut + 1 == begin:
                    if not await back(holding, begin):
                        return
                    await asyncio.sleep(REWIND_S)
            except Exception as error:
                # Else the partition would stand still, and nothing would say so.
                if holding.live and not holding.leaving:
                    self._fail(f"rewind of {holding.stage.name}[{holding.partition}]", error)

        task = asyncio.create_task(rewind(self._rewind))
        self._rewinding.add(task)
        task.add_done_callback(self._rewinding.discard)
