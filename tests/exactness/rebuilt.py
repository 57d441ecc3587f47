"""A cluster whose state is rebuilt while it works: another catalog, a new generation, and the switch to it."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from processors.compile import Plan
from processors.partition import PartitionProcessor
from processors.publishing.outflow import KpiTopics
from processors.rebuilding import Rebuilding
from processors.rollup import Rollup
from processors.targets import Targets
from processors.track import Tracker, TrackTopics
from schemas.generation import FIRST, facts_key
from tests.exactness.cluster import WEEK_US, Cluster, Slot, Stored

FAR_US = 10_000_000_000_000_000


class RebuiltCluster(Cluster):
    """Tracking and roll-up over plain lists, of one generation after the other."""

    def __init__(self, plan: Plan, partitions: int):
        self.generation = FIRST
        self._told: dict[int, int] = {}
        """By partition, up to where the generation before has come."""
        self.letters_before = 0
        """How many dead letters there were at the switch."""
        super().__init__(plan, partitions)

    def _make(self, stage: str, partition: int) -> PartitionProcessor:
        if stage == "track":
            names = TrackTopics("activity", "directory", "targets", "facts", "dead-letters")
            return Tracker(self.plan, partition, names, WEEK_US, self.generation)
        self.targets = Targets(self.plan.calendar, self.plan.targets)
        self.targets.take(self.topics["targets"][0])
        return Rollup(self.plan, KpiTopics("kpis", "history", self.partitions), self.targets, self.generation)

    def restart(self, stage: str, partition: int) -> None:
        """Lose the memory; what has been told is asked for where the state wants to know."""
        super().restart(stage, partition)
        processor = self.slots[stage, partition].processor
        if isinstance(processor, Tracker) and processor.quiet_until is None:
            processor.take_over(self._told[partition])

    def bury(self, value: bytes, partition: int, now_us: int) -> None:
        """Append what is no event."""
        self._append("activity", partition, b"x", value, now_us)

    def rebuilding(self, plan: Plan, updates: Sequence[dict[str, Any]], now_us: int) -> Rebuilding:
        """Begin to rebuild under another catalog, with these updates of the directory known."""
        generation = self.generation + 1
        mark = len(self.topics["facts"][0])
        self._append("facts", 0, facts_key(0, generation), None, now_us)
        made = Rebuilding(
            plan, generation, self.partitions, WEEK_US, facts_offset=mark, now_us=self.clock(now_us)
        )
        for offset, update in enumerate(updates):
            made.learn(Stored(offset, now_us // 1000, None, orjson.dumps(update)))
        return made

    def read(self, made: Rebuilding, partition: int, most: int = 1_000_000) -> None:
        """Let it read on, as far as the running generation has come."""
        cut, end = made.cuts[partition], self.slots["track", partition].processor.cut
        records = self.topics["activity"][partition][cut + 1 : min(end, cut + most) + 1]
        if records:
            made.take(partition, records)

    def switch(self, made: Rebuilding, plan: Plan, written: Iterator[Any] | Sequence[Any]) -> None:
        """Go over to what was written."""
        before = {place: slot.processor for place, slot in self.slots.items()}
        rollup = before["rollup", 0]
        assert isinstance(rollup, Rollup)
        self.plan, self.generation = plan, self.generation + 1
        self.letters_before = len(self.topics["dead-letters"][0])
        self.slots = {place: Slot(self._make(*place)) for place in self.slots}
        for one in written:
            self.slots[one.stage, one.partition].changelog += one.items
        for (stage, partition), slot in self.slots.items():
            slot.processor.restore(slot.changelog)
            slot.processor.restored()
            slot.committed = slot.processor.cut
            if stage == "track":
                assert isinstance(slot.processor, Tracker)
                assert slot.processor.cut == made.cuts[partition]
                self._told[partition] = before[stage, partition].cut
                slot.processor.take_over(self._told[partition])
        after = self.slots["rollup", 0].processor
        assert isinstance(after, Rollup)
        assert after.anew is not None
        assert not after.taken_over
        after.take_over(max((r["revision"] for r in self.kpis.values()), default=0), self._told, FAR_US)
        after.anew.published(frozenset(self.kpis))
