"""Everything that happens leaves the floor here: as a CloudEvent, at a time of arrival.

Most events arrive a moment after they happened; some late (a phone without network), some twice.
"""

import heapq
import math
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any, NamedTuple

import orjson

from schemas.duration import DAY_US

LATENCY_US = (30_000, 400_000)
LATE_MEDIAN_US = 180_000_000
LATE_SIGMA = 1.0
LATE_US_MAX = 2 * 3_600_000_000
REPEAT_US = (1_000_000, 60_000_000)


class Arrival(NamedTuple):
    """An event's bytes and when they come in (microseconds since the epoch), at or after the event's time."""

    t_us: int
    value: bytes


class Outbox:
    """Holds events until they arrive; gives them in order of arrival."""

    def __init__(self, rng: Random, source: str, late_share: float, duplicate_share: float) -> None:
        self._rng = rng
        self._source = source
        self._late_share = late_share
        self._duplicate_share = duplicate_share
        self._count = 0
        #: (arrival, tie-breaker, bytes)
        self._heap: list[tuple[int, int, bytes]] = []

    def put(self, system: str, kind: str, t_us: int, data: Mapping[str, Any], punctual: bool = False) -> None:
        """Take an event that `system` reports; fields of `data` that are None are left out."""
        rng = self._rng
        self._count += 1
        t_us -= t_us % 1_000
        event = {
            "specversion": "1.0",
            "source": f"{self._source}/{system}",
            "id": f"{self._count:08x}",
            "type": kind,
            "time": rfc3339(t_us),
            "data": {name: value for name, value in data.items() if value is not None},
        }
        value = orjson.dumps(event)
        if punctual:
            self._push(t_us, value)
            return
        arrival_us = t_us + rng.randrange(*LATENCY_US)
        if rng.random() < self._late_share:
            delay_us = LATE_MEDIAN_US * math.exp(rng.gauss(0.0, LATE_SIGMA))
            arrival_us += min(int(delay_us), LATE_US_MAX)
        self._push(arrival_us, value)
        if rng.random() < self._duplicate_share:
            self._push(arrival_us + rng.randrange(*REPEAT_US), value)

    def until(self, t_us: int) -> Iterator[Arrival]:
        """Yield what arrives at `t_us` or before."""
        while self._heap and self._heap[0][0] <= t_us:
            arrival_us, _, value = heapq.heappop(self._heap)
            yield Arrival(arrival_us, value)

    def _push(self, arrival_us: int, value: bytes) -> None:
        heapq.heappush(self._heap, (arrival_us, self._pushes, value))
        self._pushes += 1

    _pushes = 0


_dates: dict[int, str] = {}


def rfc3339(t_us: int) -> str:
    """Write a time in UTC with milliseconds: `2026-11-21T09:03:10.250Z`."""
    days, rest = divmod(t_us, DAY_US)
    date = _dates.get(days)
    if date is None:
        if len(_dates) > 10_000:
            _dates.clear()
        date = _dates[days] = _civil(days)
    seconds, micros = divmod(rest, 1_000_000)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{date}T{hour:02}:{minute:02}:{second:02}.{micros // 1_000:03}Z"


def _civil(days: int) -> str:
    from datetime import date

    return date.fromordinal(days + date(1970, 1, 1).toordinal()).isoformat()
