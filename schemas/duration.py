"""Durations as people write them: `90s`, `5m`, `1h 30m`, `2d`."""

import re

_UNITS_US = {"s": 1_000_000, "m": 60_000_000, "min": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000}
_PART = re.compile(r"([0-9]+) ?(s|min|m|h|d)", re.ASCII)
_DURATION = re.compile(rf"{_PART.pattern}( ?{_PART.pattern})*", re.ASCII)

SECOND_US = _UNITS_US["s"]
MINUTE_US = _UNITS_US["m"]
HOUR_US = _UNITS_US["h"]
DAY_US = _UNITS_US["d"]


def duration_us(text: object, most_d: int) -> int:
    """Read a duration of at most so many days as microseconds. Raises ValueError with a sentence."""
    if not isinstance(text, str) or not _DURATION.fullmatch(text):
        raise ValueError(f"expected a duration such as 90s, 5m, 1h 30m or 2d, found {text!r}")
    total = sum(int(number) * _UNITS_US[unit] for number, unit in _PART.findall(text))
    if total > most_d * DAY_US:
        raise ValueError(f"may be {most_d} days at most, found {text}")
    return total


def short(duration_us: int) -> str:
    """Write a duration of whole seconds so that `duration_us` reads it: `1h 30m`, `0s`."""
    parts = []
    for unit in ("d", "h", "m", "s"):
        count, duration_us = divmod(duration_us, _UNITS_US[unit])
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts) or "0s"
