"""A line of bars for the latest values: `▁▂▅█`."""

from collections.abc import Sequence
from math import isfinite

from schemas.alert import Number

BARS = "▁▂▃▄▅▆▇█"
VALUES_MAX = 40
"""More would not fit a telephone's line; the newest are shown."""


def sparkline(values: Sequence[Number]) -> str:
    """Return a bar for each value, the least the lowest; nothing for fewer than two values."""
    shown = [value for value in values if isfinite(value)][-VALUES_MAX:]
    if len(shown) < 2:
        return ""
    least, most = min(shown), max(shown)
    # Halves: a difference of two finite numbers may not be finite.
    spread = most / 2 - least / 2
    if not spread:
        return BARS[len(BARS) // 2 - 1] * len(shown)
    top = len(BARS) - 1
    return "".join(BARS[round((value / 2 - least / 2) / spread * top)] for value in shown)
