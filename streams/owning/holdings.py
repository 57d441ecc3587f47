"""The partitions that this worker owns now, each with its processor, its lock and its durable cut."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager

from processors.partition import PartitionProcessor
from streams.agents.slicing import Slicer
from streams.clock import monotonic_s
from streams.process.clock_difference import ClockDifference
from streams.topology import Stage

#: How much the latest chunk counts in what a record takes; the rest is what was known before.
LATEST_WEIGHT = 0.3


class Holding:
    """One partition of one stage, from its assignment to its revocation.

    A partition that comes back gets a new holding and a new, empty processor: whoever kept the old one
    sees that it is not `live` any more and throws away what it was about to do.
    """

    def __init__(self, stage: Stage, partition: int, epoch: int) -> None:
        self.stage = stage
        self.partition = partition
        self.epoch = epoch
        """How often this worker has taken the partition, this time included."""
        self.processor: PartitionProcessor = stage.make(partition)
        self.lock = asyncio.Lock()
        """Held from a call of the processor until what it returned is acknowledged."""
        self.settled = asyncio.Event()
        """Set when the state is restored, or the partition gone before that."""
        self.live = True
        self.restored = False
        self.leaving = False
        """True from the call for a rebalance on: the running slice is finished, nothing more begun."""
        self.durable = -1
        """The cut up to which state and everything derived from it is acknowledged."""
        self.refusals: Counter[int] = Counter()
        """First offsets of chunks that were refused for a gap, since the last progress."""
        self.log_made_anew = False
        """Whether the log was seen to have less than the state is of."""
        self.slicer = Slicer()
        self.record_s = 0.0
        """What a record took lately to process."""
        self.processed_s = 0.0
        """When records were last processed, on the clock of durations."""
        self.appended_ms: int | None = None
        """Append time of the last record processed."""
        self.clock = ClockDifference()
        self.restoring: asyncio.Task[None] | None = None

    @property
    def topic(self) -> str:
        return self.stage.source.name

    @property
    def usable(self) -> bool:
        """Whether the processor may be called: restored, and neither lost nor broken."""
        return self.live and self.restored

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[None]:
        """Hold the partition's lock for a call of the processor and its sends.

        If anything goes wrong in between, the state is ahead of what is acknowledged: it must not be
        written, so the holding is given up.
        """
        async with self.lock:
            try:
                yield
            except BaseException:
                self.drop()
                raise

    def took(self, records: int, seconds: float) -> None:
        """Note what so many records took to process."""
        latest_s = seconds / records
        before_s = self.record_s or latest_s
        self.processed_s = monotonic_s()
        self.record_s = before_s + LATEST_WEIGHT * (latest_s - before_s)

    def drop(self) -> None:
        """Give up the state; safe to call again."""
        self.live = False
        self.settled.set()
        if self.restoring is not None:
            self.restoring.cancel()

    def __repr__(self) -> str:
        return f"<{self.stage.name}[{self.partition}] epoch {self.epoch}>"


class Holdings:
    """The live holdings of all stages of this worker."""

    def __init__(self, stages: Iterable[Stage]) -> None:
        self.stages = {stage.source.name: stage for stage in stages}
        """By source topic: a topic has one agent, so one stage."""
        self._held: dict[tuple[str, int], Holding] = {}
        self._epochs: Counter[tuple[str, int]] = Counter()

    def take(self, topic: str, partition: int) -> Holding:
        """Begin to own a partition, with empty state, whatever was held of it before."""
        key = (topic, partition)
        self.drop(topic, partition)
        self._epochs[key] += 1
        holding = self._held[key] = Holding(self.stages[topic], partition, self._epochs[key])
        return holding

    def drop(self, topic: str, partition: int) -> None:
        """Own the partition no more, if it was owned at all."""
        holding = self._held.pop((topic, partition), None)
        if holding is not None:
            holding.drop()

    def get(self, topic: str, partition: int) -> Holding | None:
        return self._held.get((topic, partition))

    def usable(self) -> list[Holding]:
        """Return those whose processors may be called."""
        return [holding for holding in self._held.values() if holding.usable]

    def __iter__(self) -> Iterator[Holding]:
        return iter(list(self._held.values()))

    def __len__(self) -> int:
        return len(self._held)
