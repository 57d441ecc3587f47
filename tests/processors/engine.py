"""The engine by hand: facts or events in, records out, at moments that a test names."""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import Any, NamedTuple

import orjson

from processors.compile import Plan
from processors.partition import Send, StateItem
from processors.publishing.outflow import KpiTopics
from processors.rollup import Rollup
from schemas.catalog import load_catalog
from schemas.event import Event
from schemas.fact import FACTS, PANE_US, route_text
from tests.exactness.cluster import Cluster, Kind, tick_of
from tests.oracle.moments import instant

Row = list[Any]
"""A fact without its offset: sign, pane, value, route."""
Shown = tuple[int | float | None, int]
"""value and n"""

PLAN = Plan(load_catalog())


def plan(yaml: str) -> Plan:
    """Return the plan of a catalog that lies over the standard one."""
    return Plan(load_catalog(f"catalog: own\nextends: standard\n{yaml}", "own.yaml"))


def marked(plan: Plan, marks: Callable[[Event], str]) -> Plan:
    """Return the same plan, but that events get their marks from this."""
    found = copy(plan)
    found.marks = marks
    return found


def fact(
    kind: str, moment: str | int, value: int | None = None, *, sign: int = 1, rep: str | None = "ann",
    team: str = "north", **dims: str,
) -> Row:  # fmt: skip
    """Write a fact down, at a moment or in a pane; durations in microseconds, money in millionths."""
    named = [dims.get(name) for name in FACTS[kind].dimensions]
    pane = moment if isinstance(moment, int) else instant(moment) // PANE_US
    return [sign, pane, value, route_text(kind, [rep, team, *named])]


class Rec(NamedTuple):
    """A consumed record."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]] = ()


class Desk:
    """One roll-up that is the only partition, what it published, and its changelog."""

    def __init__(self, plan: Plan = PLAN) -> None:
        self.plan = plan
        self.rollup = self._new()
        self.log: list[StateItem] = []
        self.kpis: dict[str, dict[str, Any]] = {}
        """The latest record of each key."""
        self.said: list[tuple[str, dict[str, Any] | None]] = []
        """What the last tick published, in its order."""
        self.revisions: dict[str, list[int]] = {}
        self._offset = -1
        self._source = -1

    def _new(self) -> Rollup:
        return Rollup(self.plan, KpiTopics("kpis", "history", 4))

    def take(self, at: str, *rows: Row, source: int = 0) -> None:
        """Process one message with these facts, appended at that moment."""
        first = self._source + 1
        self._source += len(rows)
        numbered = [[first + number, *row] for number, row in enumerate(rows)]
        self.message(at, numbered, self._source, source)

    def message(self, at: str, rows: Sequence[Row], last: int, source: int = 0) -> None:
        """Process one message of facts with their offsets."""
        self._offset += 1
        value = orjson.dumps([source, last, rows, instant(at) // 1000])
        self.rollup.process([Rec(self._offset, instant(at) // 1000, b"0", value)], instant(at))

    def tick(self, at: str, kind: Kind = "whole") -> dict[str, dict[str, Any] | None]:
        """Let it publish all that is due in such a tick; return what was published, by key."""
        self.said = []
        while self.slice(at, kind):
            pass
        return dict(self.said)

    def slice(self, at: str, kind: Kind = "whole") -> bool:
        """Let it publish a slice of such a tick; tell whether there was any."""
        sends: list[Send] = tick_of(self.rollup, kind, instant(at))
        for send in sends:
            if send.topic == "kpis":
                self._keep(send)
        return bool(sends)

    def _keep(self, send: Send) -> None:
        assert send.key is not None
        key = send.key.decode()
        record = None if send.value is None else orjson.loads(send.value)
        self.said.append((key, record))
        if record is None:
            self.kpis.pop(key, None)
        else:
            self.kpis[key] = record
            self.revisions.setdefault(key, []).append(record["revision"])

    def checkpoint(self, groups: int | None = None) -> None:
        """Write the snapshot, or its first so many groups, to the changelog."""
        for group in self.rollup.snapshot()[:groups]:
            self.log += group

    def restart(self) -> None:
        """Lose the memory, restore from the changelog, and go on behind the cut."""
        self.rollup = self._new()
        self.rollup.restore(self.log)
        self.rollup.restored()

    def shown(self, key: str) -> Shown | None:
        """Return value and n of a key; None where there is no record."""
        return show(self.kpis, key)


class Engine:
    """Tracking and roll-up over plain lists."""

    def __init__(self, plan: Plan = PLAN, partitions: int = 1) -> None:
        self.cluster = Cluster(plan, partitions)

    def say(self, at: str, *events: dict[str, Any]) -> None:
        """Let events arrive at that moment, in this order, and publish what changed."""
        self.cluster.publish(events, instant(at))
        self.cluster.drain(instant(at))

    def tick(self, at: str) -> None:
        """Let time pass."""
        self.cluster.drain(instant(at))

    def restart(self) -> None:
        """Write all state, lose the memory and restore it."""
        for stage, partition in self.cluster.slots:
            self.cluster.checkpoint(stage, partition)
            self.cluster.restart(stage, partition)

    def shown(self, key: str) -> Shown | None:
        """Return value and n of a key; None where there is no record."""
        return show({key.decode(): record for key, record in self.cluster.kpis.items()}, key)

    def record(self, key: str) -> dict[str, Any]:
        """Return the latest record of a key."""
        return self.cluster.kpis[key.encode()]


def show(records: Mapping[str, Mapping[str, Any]], key: str) -> Shown | None:
    """Return value and n of a key; None where there is no record."""
    found = records.get(key)
    return None if found is None else (found["value"], found["n"])
