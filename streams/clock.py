"""The only place that reads the clock: everything else takes time as an argument."""

import sys
import time


def now_us() -> int:
    """Wall-clock time, microseconds since the epoch, UTC."""
    return time.time_ns() // 1_000


def monotonic_s() -> float:
    """Seconds on a clock that never goes back: for durations and deadlines, not for event time."""
    return time.monotonic()


def elapsed_s() -> float:
    """Seconds on a clock that goes on while the machine is asleep, where there is one: for what may end meanwhile."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()
