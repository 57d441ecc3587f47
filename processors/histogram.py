"""Percentiles from counts that can be added, subtracted and merged.

Values fall into buckets of geometrically growing width, as in DDSketch (Masson, Rim, Lee: DDSketch,
VLDB 2019): with gamma = (1 + a) / (1 - a) the middle of a bucket is within the relative error a of every
value in it, which is 1 %. Values are microseconds; 0 has a bucket of its own. 30 years (10^15 us) are in
bucket 1,746, far below the last one, which begins at about 10^35 us and takes all that is longer.
"""

from bisect import bisect_left
from collections.abc import Iterable
from itertools import accumulate, islice, repeat
from math import ceil, log

RELATIVE_ERROR = 0.0099
"""A hair under the 1 % that is promised, so that rounding of the middle can't break it. Written state has buckets of
this width."""
_GAMMA = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)
_LOG_GAMMA = log(_GAMMA)
LAST_BUCKET = 4095
"""As many as a slot has numbers for; see `processors/planning/vector.py`."""


def bucket(value_us: int) -> int:
    """Return the bucket of a duration, 0 for 0."""
    if value_us <= 0:
        return 0
    return min(ceil(log(value_us) / _LOG_GAMMA) + 1, LAST_BUCKET)


def middle_us(number: int) -> float:
    """Return the value that stands for a bucket, microseconds."""
    return 0.0 if number == 0 else 2 * _GAMMA ** (number - 1) / (_GAMMA + 1)


class Buckets:
    """Which buckets of a histogram a vector has: known from the last time, so that not all its slots are looked at.

    Whether nothing else has come is proven each time, since the counts of all buckets sum to how many values there
    are; so it may be asked about any vector, and serves well where it is nearly always the same one.
    """

    __slots__ = ("_first", "_last", "_numbers", "_seen")

    def __init__(self, first: int = 0) -> None:
        """Bucket b counts under the number `first + b`; a vector may have other things under other numbers."""
        self._first = first
        self._last = first + LAST_BUCKET
        self._numbers: list[int] = []
        self._seen = 0
        """How many slots the vector had."""

    def percentile_us(self, counts: dict[int, int], q: float, n: int) -> float | None:
        """Return the nearest-rank percentile of n values: the middle of the bucket that holds rank ceil(q * n).

        Of fewer, if buckets hold fewer; None where they hold nothing.
        """
        below = self._below(counts, n)
        total = below[-1] if below else 0
        if total <= 0:
            return None
        rank = max(1, ceil(q * total - 1e-9))  # 0.1 * 30 is a hair over 3
        return middle_us(self._numbers[bisect_left(below, rank)] - self._first)

    def _below(self, counts: dict[int, int], n: int) -> list[int]:
        """Return how many values are in each bucket of `_numbers` or below; these are all that are not empty."""
        came, self._seen = len(counts) - self._seen, len(counts)
        if self._numbers and came > 0:  # a dictionary has new keys at its end
            self._add(islice(reversed(counts), came))
        below = self._summed(counts)
        if not below or below[-1] != n:
            self._numbers = sorted(filter(self._has, counts))
            below = self._summed(counts)
        return below

    def _add(self, numbers: Iterable[int]) -> None:
        known = self._numbers
        for number in filter(self._has, numbers):
            place = bisect_left(known, number)
            if place == len(known) or known[place] != number:  # a bucket may go, and come again
                known.insert(place, number)

    def _has(self, number: int) -> bool:
        return self._first <= number <= self._last

    def _summed(self, counts: dict[int, int]) -> list[int]:
        return [*accumulate(map(counts.get, self._numbers, repeat(0)))]
