"""Delays in a row of the table: the value is the 99th percentile, the rest stands in the note."""

import math
from collections.abc import Iterable
from typing import NamedTuple


class Percentiles(NamedTuple):
    """Nearest-rank percentiles of delays, in milliseconds."""

    p50: float
    p90: float
    p99: float
    most: float
    delays: int

    def __str__(self) -> str:
        """Say what stands beside the 99th."""
        return f"p50 {self.p50:.0f} ms, p90 {self.p90:.0f} ms, most {self.most:.0f} ms"


def percentiles_ms(delays_s: Iterable[float]) -> Percentiles:
    """Return the percentiles of one delay or more."""
    ordered = sorted(delays_s)
    p50, p90, p99 = (1e3 * ordered[math.ceil(q * len(ordered)) - 1] for q in (0.5, 0.9, 0.99))
    return Percentiles(p50, p90, p99, 1e3 * ordered[-1], len(ordered))
