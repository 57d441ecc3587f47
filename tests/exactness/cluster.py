"""The pipeline's processors over topics that are plain lists: no broker, no clock, and crashes to order.

Topics are lists of records per partition; a changelog is the list of its writes, so a restart can see any
prefix of what was written. Everything a real shell may do in between (chunks of any size, checkpoints that
end half-way, restarts, ticks) is a method.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from zlib import crc32

import orjson

from processors.compile import Plan
from processors.decode import decode
from processors.partition import PartitionProcessor, Send, StateItem
from processors.publishing.outflow import KpiTopics
from processors.rollup import Rollup
from processors.targets import Targets
from processors.track import COPY_HEADER, Tracker, TrackTopics
from schemas.event import record_key

WEEK_US = 7 * 86_400_000_000

Kind = Literal["whole", "live", "settled"]
TICKS: tuple[Kind, ...] = ("whole", "live", "settled")
"""Of ticks."""


def tick_of(processor: PartitionProcessor, kind: Kind, now_us: int) -> list[Send]:
    """Return a slice of such a tick."""
    if kind == "live":
        return processor.tick_live(now_us)
    return processor.tick(now_us) if kind == "whole" else processor.tick_settled(now_us)


@dataclass
class Stored:
    """A record in a topic."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]] = ()


@dataclass
class Slot:
    """One partition of a stage: its processor, what it has written, and what it has committed."""

    processor: PartitionProcessor
    changelog: list[StateItem] = field(default_factory=list)
    committed: int = -1


class Cluster:
    """Tracking over `partitions` partitions, and the roll-up, which has one."""

    def __init__(self, plan: Plan, partitions: int):
        self.plan = plan
        self.partitions = partitions
        self.topics: dict[str, list[list[Stored]]] = defaultdict(lambda: [[] for _ in range(partitions)])
        self.kpis: dict[bytes, dict[str, Any]] = {}
        self.problems: list[str] = []
        self.restarts = self.slices = 0
        self._published_us = 0
        self.slots = {
            (stage, p): Slot(self._make(stage, p))
            for stage, count in (("track", partitions), ("rollup", 1))
            for p in range(count)
        }

    def _make(self, stage: str, partition: int) -> PartitionProcessor:
        if stage == "track":
            names = TrackTopics("activity", "directory", "targets", "facts", "dead-letters")
            return Tracker(self.plan, partition, names, WEEK_US)
        # Whoever adds up has read the targets' topic whole.
        self.targets = Targets(self.plan.calendar, self.plan.targets)
        self.targets.take(self.topics["targets"][0])
        return Rollup(self.plan, KpiTopics("kpis", "history", self.partitions), self.targets)

    def clock(self, now_us: int) -> int:
        """Return the wall clock: each restart took a tenth of a second, each slice of a tick a millisecond."""
        return now_us + self.restarts * 100_000 + self.slices * 1_000

    def publish(self, events: Iterable[dict[str, Any]], now_us: int) -> None:
        """Append events to the activity topic by their key; directory updates to every partition."""
        self._published_us = max(now_us, self._published_us)
        for event in events:
            value = orjson.dumps(event)
            decoded = decode(value)
            key = record_key(decoded).encode()
            if decoded.type == "crm.rep.updated":
                for partition in range(self.partitions):
                    self._append("activity", partition, key, value, now_us, (COPY_HEADER,))
            else:
                self._append("activity", crc32(key) % self.partitions, key, value, now_us)

    def _append(
        self,
        topic: str,
        partition: int,
        key: bytes | None,
        value: bytes | None,
        now_us: int,
        headers: Any = (),
    ) -> None:
        log = self.topics[topic][partition]
        log.append(Stored(len(log), now_us // 1000, key, value, headers))

    def step(self, stage: str, partition: int, count: int, now_us: int) -> None:
        """Process up to `count` records of a partition and publish what comes of them."""
        processor = self.slots[stage, partition].processor
        log = self.topics["activity" if stage == "track" else "facts"][partition]
        records = log[processor.cut + 1 : processor.cut + 1 + count]
        if records:
            self._deliver(processor.process(records, self.clock(now_us)), now_us)

    def tick(self, now_us: int, slices: int = 1_000_000, kind: Kind = "whole") -> None:
        """Let the roll-up publish in such a tick, at most so many slices."""
        processor = self.slots["rollup", 0].processor
        for _ in range(slices):
            clock_us = self.clock(now_us)
            sends = tick_of(processor, kind, clock_us)
            if not sends:
                return
            self._deliver(sends, now_us)
            self.slices += 1

    def _deliver(self, sends: list[Send], now_us: int) -> None:
        for send in sends:
            if send.topic == "kpis":
                assert send.key is not None
                self._upsert(send.key, send.value)
            elif send.topic != "history":
                assert send.partition is not None
                # What is forwarded arrives no sooner than it did at first: else it could be from the future there.
                at_us = max(now_us, self._published_us) if send.topic == "targets" else now_us
                self._append(send.topic, send.partition, send.key, send.value, at_us, send.headers)
                if send.topic == "targets":
                    self.targets.take(self.topics["targets"][0][-1:])

    def _upsert(self, key: bytes, value: bytes | None) -> None:
        before = self.kpis.get(key)
        if value is None:
            self.kpis.pop(key, None)
            return
        record = orjson.loads(value)
        if before is not None and record["revision"] <= before["revision"]:
            self.problems.append(f"{key!r}: revision {record['revision']} after {before['revision']}")
        self.kpis[key] = record

    def checkpoint(self, stage: str, partition: int, written: int | None = None) -> None:
        """Write the snapshot to the changelog, of a crash only the first `written` records; then commit."""
        slot = self.slots[stage, partition]
        cut = slot.processor.cut
        items = [item for group in slot.processor.snapshot() for item in group]
        if written is not None and written < len(items):
            slot.changelog += items[:written]
            self.restart(stage, partition)
            return
        slot.changelog += items
        slot.committed = cut

    def restart(self, stage: str, partition: int) -> None:
        """Lose everything in memory and restore from the changelog."""
        self.restarts += 1
        slot = self.slots[stage, partition]
        slot.processor = self._make(stage, partition)
        middle = len(slot.changelog) // 2
        slot.processor.restore(slot.changelog[:middle])
        slot.processor.restore(slot.changelog[middle:])
        slot.processor.restored()
        if slot.processor.cut < slot.committed:
            self.problems.append(
                f"{stage}/{partition}: restored to {slot.processor.cut}, committed {slot.committed}"
            )
        if isinstance(slot.processor, Rollup) and slot.processor.anew is not None:
            # As where the first worker ever died before a whole tick was over.
            slot.processor.anew.published(frozenset(self.kpis))

    def drain(self, now_us: int) -> None:
        """Process all there is, and tick."""
        for stage, partition in self.slots:
            self.step(stage, partition, 1_000_000, now_us)
        self.tick(now_us)
