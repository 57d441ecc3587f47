"""A chunk of a partition: processed slice by slice, its sends acknowledged before the next slice begins."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from processors.partition import Record, Send
from streams.agents.contiguity import beyond, is_gap, is_real
from streams.clock import monotonic_s, now_us
from streams.owning.holdings import Holding, Holdings
from streams.owning.log_made_anew import LogMadeAnewError
from streams.process.clock_difference import HearsClock
from streams.status import WorkerStatus

log = structlog.get_logger(__name__)

Publish = Callable[[Sequence[Send]], Awaitable[None]]
"""Publishes; returns when everything is acknowledged, raises when something is in doubt."""

Seek = Callable[[str, int, int], Awaitable[None]]
"""Sends the consumer of (topic, partition) back to an offset."""

FirstOffset = Callable[[str, int], Awaitable[int | None]]
"""Returns where (topic, partition) begins now, None where that can't be had."""


class Digest:
    """Takes chunks in order, for all partitions of all stages."""

    def __init__(
        self,
        holdings: Holdings,
        publish: Publish,
        seek: Seek,
        first_offset: FirstOffset,
        status: WorkerStatus,
    ) -> None:
        self._holdings = holdings
        self._publish = publish
        self._seek = seek
        self._first_offset = first_offset
        self._status = status

    async def chunk(self, topic: str, partition: int, records: Sequence[Record]) -> None:
        """Process what of the chunk follows the partition's state.

        Returns when it is done, or the partition gone; whoever has it then gets the records again.
        """
        holding = await self._settled(topic, partition)
        if holding is None:
            return
        began_s = monotonic_s()
        done = 0
        start = 0
        while start < len(records):
            end = start + holding.slicer.size
            count = await self._slice(holding, records[start:end])
            if count is None:
                break
            start = end
            done += count
            await asyncio.sleep(0)
        if done:
            seconds = monotonic_s() - began_s
            self._status.processed(holding, done, seconds)

    async def _settled(self, topic: str, partition: int) -> Holding | None:
        """Wait for the partition's state; None if the partition is not, or no more, this worker's."""
        while (holding := self._holdings.get(topic, partition)) is not None and not holding.usable:
            if holding.settled.is_set():
                return None  # broken, or leaving
            await holding.settled.wait()
        return holding

    async def _slice(self, holding: Holding, records: Sequence[Record]) -> int | None:
        """Return how many records were processed; None if nothing more of the chunk can be."""
        async with holding.exclusive():
            # Looked at under the lock: the partition may have been revoked while we waited for it.
            if not holding.usable or holding.leaving:
                return None
            processor = holding.processor
            fresh = beyond(records, processor.cut)
            if len(fresh) < len(records):
                self._see_that_it_is_the_same_log(holding)
                self._status.repeated(holding, len(records) - len(fresh))
            if not fresh:
                return 0
            back_to = None
            if is_gap(fresh, processor.cut):
                back_to = await self._refuse_or_accept(holding, fresh[0].offset)
            if back_to is None:
                holding.refusals.clear()
                began_s = monotonic_s()
                at_us = now_us()
                self._compare_clocks(holding, fresh[0], at_us)
                try:
                    sends = processor.process(fresh, at_us)
                except Exception as error:
                    # In a restart it comes again: whoever looks into it wants to know where to look.
                    error.add_note(f"in offsets {fresh[0].offset} to {fresh[-1].offset} of {holding.topic}")
                    raise
                seconds = monotonic_s() - began_s
                holding.slicer.took(len(fresh), seconds)
                # Not the wait for acknowledgements: it is the same for one record and for thousands.
                holding.took(len(fresh), seconds)
                if sends:
                    await self._publish(sends)
                    self._status.published(holding, sends)
                holding.appended_ms = fresh[-1].timestamp
                holding.clock.read(self._status.lag(holding) == 0)
                return len(fresh)
        await self._seek(holding.topic, holding.partition, back_to)
        return None

    def _compare_clocks(self, holding: Holding, record: Record, at_us: int) -> None:
        """Tell a processor that asks for it how far this machine's clock is ahead of that of its records."""
        if holding.clock.comes(record.timestamp, at_us):
            log.warning(
                "clock_differs", stage=holding.stage.name, partition=holding.partition,
                ahead_s=(holding.clock.ahead_us or 0) / 1e6,
            )  # fmt: skip
        if isinstance(holding.processor, HearsClock):
            holding.processor.clock_ahead_us = holding.clock.ahead_us or 0

    def _see_that_it_is_the_same_log(self, holding: Holding) -> None:
        """Where records come that the state has already, see that the log still has all that the state is of.

        Raises:
            LogMadeAnewError: it has not, so that these may be others, of which some value is made.
        """
        cut = holding.processor.cut
        end = self._status.end_offset(holding.topic, holding.partition)
        if end is None or end > cut:
            return
        error = LogMadeAnewError(holding.topic, holding.partition, end, cut)
        if holding.stage.makes_values:
            raise error
        if not holding.log_made_anew:  # once: it stays so for every chunk, until the log is as long as it was
            log.warning("log_made_anew", stage=holding.stage.name, says=str(error))
        holding.log_made_anew = True

    async def _refuse_or_accept(self, holding: Holding, first: int) -> int | None:
        """Return the offset to go back to, or None when the gap is real."""
        expected = holding.processor.cut + 1
        place = {"stage": holding.stage.name, "partition": holding.partition}
        if not is_real(first, holding.refusals):
            log.info("gap_caught", **place, expected=expected, got=first)
            self._status.gap(holding, accepted=False)
            holding.refusals[first] += 1
            return expected
        begin = await self._first_offset(holding.topic, holding.partition)
        # Within a log that still begins at or before it, nothing is missing: these offsets are of markers of
        # transactions, and of what they took back.
        if begin is None or begin > expected:
            log.warning("gap_accepted", **place, expected=expected, got=first)
            self._status.gap(holding, accepted=True)
        holding.processor.skip_to(first)
        return None
