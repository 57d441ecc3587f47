"""When the clock may decide: not while records wait that may say something else.

After a start, a predecessor may have read records that this processor has not read yet, and told what follows from
them. Until they are read again the clock decides nothing: it could contradict what was told.
"""

from schemas.duration import HOUR_US

READ_MAX_US = HOUR_US
"""So long after a start at most, the clock waits for what there was then: the last offset of a compacted log may never
come."""


class ClockHold:
    """Says whether the clock may decide yet."""

    def __init__(self, start_us: int, behind_us: int):
        """It waits for `start_us` after the start, and for `behind_us` after a sign that records are waiting."""
        self._start_us = start_us
        self._behind_us = behind_us
        self._last_offset = -1
        self._read_by_us = 0
        self._until_us = 0

    def wait_for(self, last_offset: int) -> None:
        """The log has records up to that offset; a predecessor may have read them."""
        self._last_offset = last_offset

    def begin(self, now_us: int) -> None:
        """It starts now."""
        self._until_us = max(self._until_us, now_us + self._start_us)
        self._read_by_us = now_us + READ_MAX_US

    def is_behind(self, now_us: int) -> None:
        """What was read just now is old: more is waiting."""
        self._until_us = max(self._until_us, now_us + self._behind_us)

    def lasts(self, cut: int, now_us: int) -> bool:
        """Say whether the clock has to wait; `cut` is the last offset read."""
        # A clock that was ahead and is set back must not have it wait until that time comes again.
        self._until_us = min(self._until_us, now_us + max(self._start_us, self._behind_us))
        self._read_by_us = min(self._read_by_us, now_us + READ_MAX_US)
        if now_us < self._until_us:
            return True
        if cut >= self._last_offset or now_us >= self._read_by_us:
            self._last_offset = -1  # once is enough
            return False
        return True
