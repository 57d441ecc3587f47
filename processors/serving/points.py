"""Short histories for sparklines: at most 48 points over the length of the window, the first value of each slot.

A point once taken stays as it is, so that it costs one write, and so that what live records give and what the
history topic gives are the same. What is so now is no point: readers have the record, and put it at the end.
"""

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache
from math import isnan, nan

Number = int | float
Pair = tuple[int, float | None]
"""When, and the value then."""

POINTS_MAX = 48
"""More could not be told apart on a sparkline as wide as a thumb."""

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
LENGTHS_MS = {
    "day": DAY_MS, "week": 7 * DAY_MS, "month": 30 * DAY_MS, "quarter": 91 * DAY_MS, "year": 365 * DAY_MS,
    # A state has no length: a day of it is shown; of all time, as much as the history topic keeps.
    "now": DAY_MS, "all_time": 30 * DAY_MS,
}  # fmt: skip
_ROLLING = re.compile(r"rolling_([0-9]+)(h|d)")


@cache
def spacing_ms(window: str) -> int:
    """Return how long a slot of a window's histories is."""
    rolling = _ROLLING.fullmatch(window)
    if rolling is not None:
        length_ms = int(rolling[1]) * (HOUR_MS if rolling[2] == "h" else DAY_MS)
    else:
        length_ms = LENGTHS_MS.get(window, DAY_MS)
    return max(1, length_ms // POINTS_MAX)


def window_of(key: str) -> str:
    """Return the window of a key or of a bucket, without its period."""
    return key.split("|", 2)[1].partition(":")[0]


def is_recent(at_ms: int, now_ms: int, spacing: int) -> bool:
    """Tell whether a point belongs to a history of now."""
    return at_ms // spacing > now_ms // spacing - POINTS_MAX


def recent(points: Iterable[Pair], spacing: int) -> list[Pair]:
    """Return those points, in order, that lie within a history's length of the last one."""
    found = sorted(points, key=lambda point: point[0])
    return [point for point in found if is_recent(point[0], found[-1][0], spacing)] if found else []


class Points:
    """The points of one key, in as little memory as may be: there is one of these for each key."""

    __slots__ = ("_flat",)

    def __init__(self) -> None:
        self._flat = array("d")
        """Time and value in turn, in order of time; no value is NaN."""

    def put(self, at_ms: int, value: Number | None, spacing: int) -> None:
        """Take a point, unless its slot has one, or it is too old."""
        flat = self._flat
        times = flat[::2]
        slot = at_ms // spacing
        index = bisect_left(times, slot * spacing)
        if index < len(times) and times[index] < (slot + 1) * spacing:
            return
        flat[2 * index : 2 * index] = array("d", (at_ms, nan if value is None else value))
        newest = int(flat[-2]) // spacing
        while int(flat[0]) // spacing <= newest - POINTS_MAX:
            del flat[:2]

    def __iter__(self) -> Iterator[Pair]:
        flat = self._flat
        for index in range(0, len(flat), 2):
            value = flat[index + 1]
            yield int(flat[index]), None if isnan(value) else value
