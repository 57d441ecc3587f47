"""Percentiles from counts that can be added, subtracted and merged.

Values fall into buckets of geometrically growing width, as in DDSketch (Masson, Rim, Lee: DDSketch,
VLDB 2019): with gamma = (1 + a) / (1 - a) the middle of a bucket is within the relative error a of every
value in it, which is 1 %. Values are microseconds; 0 has a bucket of its own. 30 years (10^15 us) are in
bucket 1,746, far below the last one, which begins at about 10^35 us and takes all that is longer.
"""

from collections.abc import Mapping
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


def percentile_us(counts: Mapping[int, int], q: float, first: int = 0) -> float | None:
    """Return the nearest-rank percentile: the middle of the bucket that holds rank ceil(q * n).

    `counts` has the count of bucket b under `first + b`, and may have other things under other numbers;
    None where there is nothing.
    """
    last = first + LAST_BUCKET
    numbers = sorted([number for number in counts if first <= number <= last])
    total = 0
    for number in numbers:
        total += counts[number]
    if total <= 0:
        return None
    rank = max(1, ceil(q * total - 1e-9))  # 0.1 * 30 is a hair over 3
    for number in numbers:
        rank -= counts[number]
        if rank <= 0:
            return middle_us(number - first)
    raise AssertionError("counts of a histogram sum to less than their total")
