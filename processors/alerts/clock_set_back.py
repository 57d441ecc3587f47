"""When the clock was set back: what was noted by a time that is yet to come must not be waited for."""

from schemas.duration import SECOND_US

BACK_US = SECOND_US
"""Less than this is a clock that is held in step, not one that was set back."""


class SetBack:
    """Says when the clock was set back, and by how much."""

    def __init__(self) -> None:
        self._clock_us = 0

    def by_us(self, now_us: int) -> int:
        """Take the time; return how much the last one was ahead of it, 0 where it goes on."""
        back_us, self._clock_us = self._clock_us - now_us, now_us
        return back_us if back_us >= BACK_US else 0
