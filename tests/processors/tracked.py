"""Tracking by hand: events in as records, what is published sorted by topic."""

import contextlib
from collections.abc import Sequence
from typing import Any

import orjson

from processors.decode import decode
from processors.partition import Send, StateItem
from processors.track import Tracker, TrackTopics
from schemas.dead_letter import Unusable
from schemas.event import record_key
from schemas.fact import route_of
from tests.oracle.moments import instant
from tests.processors.engine import PLAN, Rec

TOPICS = TrackTopics("activity", "directory", "targets", "facts", "dead-letters", 1)
WEEK_US = 7 * 86_400_000_000
NOON = "2026-03-04T12:00:00Z"

Event = dict[str, Any]
Headers = Sequence[tuple[str, bytes]]


class Desk:
    """One partition of tracking, what it published, and its changelog."""

    def __init__(self, topics: TrackTopics = TOPICS) -> None:
        self._topics = topics
        self.tracker = self._new()
        self.log: list[StateItem] = []
        self.records: list[Rec] = []
        """The partition's log."""

    def _new(self) -> Tracker:
        return Tracker(PLAN, 0, self._topics, WEEK_US)

    def event(self, event: Event, *, at: str = NOON, headers: Headers = ()) -> list[Send]:
        """Process an event under its right key, appended at that moment."""
        value = orjson.dumps(event)
        key = None
        with contextlib.suppress(Unusable):
            key = record_key(decode(value, headers)).encode()
        return self.raw(value, key=key, at=at, headers=headers)

    def raw(
        self, value: bytes | None, *, key: bytes | None = b"acme", at: str = NOON, headers: Headers = ()
    ) -> list[Send]:
        """Process a record of these bytes."""
        self.append(value, key=key, at=at, headers=headers)
        return self.process(1)

    def append(
        self, value: bytes | None, *, key: bytes | None = b"acme", at: str = NOON, headers: Headers = ()
    ) -> None:
        """Append a record to the log."""
        self.records.append(Rec(len(self.records), instant(at) // 1000, key, value, tuple(headers)))

    def process(self, count: int = 1_000_000) -> list[Send]:
        """Process so many records behind the cut."""
        start = self.tracker.cut + 1
        return self.tracker.process(self.records[start : start + count], instant(NOON))

    def checkpoint(self, groups: int | None = None) -> None:
        """Write the snapshot, or its first so many groups, to the changelog."""
        for group in self.tracker.snapshot()[:groups]:
            self.log += group

    def restart(self) -> None:
        """Lose the memory and restore it from the changelog."""
        self.tracker = self._new()
        self.tracker.restore(self.log)
        self.tracker.restored()


def facts(sends: Sequence[Send]) -> list[tuple[Any, ...]]:
    """Return the facts that were published: kind, sign, value, rep, team, dimensions."""
    rows = [row for send in sends if send.topic == "facts" for row in orjson.loads(send.value or b"")[2]]
    found = []
    for _, sign, _, value, route in rows:
        kind, _, names = route_of(route)
        found.append((kind, sign, value, *names))
    return found


def to(topic: str, sends: Sequence[Send]) -> list[Send]:
    """Return what went to a topic."""
    return [send for send in sends if send.topic == topic]
