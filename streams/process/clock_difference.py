"""How far this machine's clock is ahead of the one by which the records of a partition have their times.

Kafka's protocol does not tell the time. But a record that comes when all before it were read has just been appended:
what it seems to be older than that, or younger, is the difference of the clocks.
"""

from collections import deque
from typing import Protocol, runtime_checkable

SAMPLES = 5
"""So many records must agree: one may have waited while the process was stopped."""
OFF_US = 30_000_000
"""A difference that somebody should do something about."""


@runtime_checkable
class HearsClock(Protocol):
    """A processor that compares the times of records with its own clock."""

    clock_ahead_us: int
    """How far that is ahead of theirs."""


class ClockDifference:
    """Of one partition."""

    def __init__(self) -> None:
        self._ages_us: deque[int] = deque(maxlen=SAMPLES)
        self._all_read = False
        self._is_off = False

    @property
    def ahead_us(self) -> int | None:
        """How far this machine's clock is ahead, less than 0 where it is behind; None while unknown."""
        return min(self._ages_us) if len(self._ages_us) == SAMPLES else None

    def read(self, all_read: bool) -> None:
        """Note whether the log had nothing more after what was read."""
        self._all_read = all_read

    def comes(self, appended_ms: int, now_us: int) -> bool:
        """Take the time of the record that comes next; say whether the clocks are too far apart since now."""
        if not self._all_read:
            return False
        self._ages_us.append(now_us - appended_ms * 1000)
        was_off, self._is_off = self._is_off, abs(self.ahead_us or 0) >= OFF_US
        return self._is_off and not was_off
