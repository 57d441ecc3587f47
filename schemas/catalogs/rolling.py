"""Names of the windows that move with the clock, and the panes they are made of."""

import re
from typing import Literal

from schemas.catalogs.retention import LONGEST_D

Tier = Literal["fine", "hour", "day"]

TODAY = "today"
"""The running day where a rep works; of all others, of the business. Not rolling, but listed with what is."""

_NAME = re.compile(r"rolling_([1-9][0-9]{0,4})(h|d)")


def rolling_panes(name: str) -> tuple[Tier, int]:
    """Return the tier (`fine`: 5 minutes, `hour`, `day`: local days) and number of panes of `rolling_<n>h|d`.

    Raises ValueError for any other name, and for a length that the panes do not cover.
    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError(f"{name!r} is no rolling window, expected rolling_<n>h, rolling_<n>d or {TODAY}")
    hours = int(match[1]) * (24 if match[2] == "d" else 1)
    if hours <= 24:
        return "fine", hours * 12
    if hours <= 45 * 24:
        return "hour", hours
    if hours > LONGEST_D * 24:
        raise ValueError(f"{name!r} is longer than the {LONGEST_D} days that can be kept")
    return "day", -(-hours // 24)


def is_rolling(window: str) -> bool:
    """Say whether there can be such a window that moves with the clock, `today` included."""
    if window == TODAY:
        return True
    try:
        rolling_panes(window)
    except ValueError:
        return False
    return True
