"""Rebuilding: state made again from the log of events, by the processors that made it the first time.

All partitions of tracking and the roll-up in one place, the facts handed over without their topic. What tracking
would publish beside facts is not: it was published when the events first came.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import orjson

from processors.adding.expiring import SETTLE_EVENTS
from processors.compile import Plan
from processors.decode import decode
from processors.partition import Record, StateItem, Stored
from processors.publishing.outflow import KpiTopics
from processors.reading.future import is_from_future
from processors.rollup import Rollup
from processors.roster import update_fact
from processors.track import Tracker, TrackTopics
from schemas.dead_letter import Unusable
from schemas.events.directory import RepUpdated
from schemas.generation import facts_key

_HERE = TrackTopics("activity", "directory", "targets", "facts", "dead-letters")


class Written(NamedTuple):
    """State records of one partition of a stage."""

    stage: str
    partition: int
    items: list[StateItem]


class Rebuilding:
    """State in the making."""

    def __init__(
        self,
        plan: Plan,
        generation: int,
        partitions: int,
        dedup_horizon_us: int,
        *,
        facts_offset: int,
        now_us: int,
    ):
        """`facts_offset` is one on `crm.facts` behind which all messages of this generation will stand."""
        self._generation = generation
        self._facts_offset = facts_offset
        self._now_us = now_us
        self._trackers = [
            Tracker(plan, number, _HERE, dedup_horizon_us, generation) for number in range(partitions)
        ]
        self._rollup = Rollup(plan, KpiTopics("kpis", "history", 1), generation=generation)
        self._told = [-1] * partitions
        self._unsettled = 0
        self.updates = 0
        """Updates of the directory."""
        # All facts come as if they stood there; where there are none, the state still says so.
        self._rollup.process([Stored(facts_offset, now_us // 1000, None, None)], now_us)

    @property
    def cuts(self) -> list[int]:
        """By partition: the offset of the last record taken; -1 where there was none."""
        return [tracker.cut for tracker in self._trackers]

    def learn(self, record: Record) -> None:
        """Take a record of `crm.directory`, ahead of the activity that it explains."""
        try:
            event = decode(record.value, record.headers)
        except Unusable:
            return
        if event.type != RepUpdated.TYPE or is_from_future(event.t_us, record.timestamp * 1000):
            return
        self.updates += 1
        for tracker in self._trackers:
            tracker.learn(event)
        _, _, t_us, active, *names = update_fact(event)
        self._rollup.roster.take(t_us, active, names)

    def take(self, partition: int, records: Sequence[Record]) -> None:
        """Take the records of `crm.activity` that follow, in their order."""
        for send in self._trackers[partition].process(records, self._now_us):
            self._add(partition, send.value)
        self._unsettled += len(records)
        if self._unsettled >= SETTLE_EVENTS:
            self._unsettled = 0
            self._rollup.settle()

    def _add(self, partition: int, message: bytes | None) -> None:
        # By the clock of now: by the time of its first arrival, every window that a fact has left since would be due.
        key = facts_key(partition, self._generation)
        self._rollup.process([Stored(self._facts_offset, self._now_us // 1000, key, message)], self._now_us)

    def snapshot(self) -> Iterator[Written]:
        """Yield what changed since the last snapshot, true at `cuts`; to be written whole before it is used."""
        for partition, cut in enumerate(self.cuts):
            if cut > self._told[partition]:
                # What counts is how far the events were looked at, be there facts in the last of them or none.
                self._told[partition] = cut
                self._add(partition, orjson.dumps((partition, cut, [], self._now_us // 1000)))
        for number, tracker in enumerate(self._trackers):
            yield Written("track", number, [item for group in tracker.snapshot() for item in group])
        yield Written("rollup", 0, [item for group in self._rollup.snapshot() for item in group])

    @property
    def summary(self) -> dict[str, int]:
        """How many events there were, copies and what could not be used."""
        found = {"events": 0, "duplicates": 0, "dead_letters": 0}
        for tracker in self._trackers:
            stats = tracker.stats
            found["events"] += stats["events"]
            found["duplicates"] += stats["duplicates"]
            found["dead_letters"] += sum(n for name, n in stats.items() if name.startswith("dead_letters_"))
        return found
