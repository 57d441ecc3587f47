"""Plays events back at a multiple of the speed at which they happened."""

from math import inf


class Pace:
    """Says how long to wait before an event is due.

    Events may be out of order: one that comes late is due at once. Before the first event with a time
    nothing is waited for.
    """

    def __init__(self, speed: float, start_s: float) -> None:
        """`speed` 60 plays an hour in a minute; `start_s` is the time on a monotonic clock now.

        Raises:
            ValueError: the speed is not above 0, or has no end.
        """
        if not 0 < speed < inf:
            raise ValueError(f"a speed of {speed:g}: must be above 0, and finite")
        self._us_per_s = speed * 1_000_000
        self._start_s = start_s
        self._first_us: int | None = None

    def wait_s(self, t_us: int, clock_s: float) -> float:
        """Return the seconds until an event of that time is due; 0 or less is now."""
        if self._first_us is None:
            self._first_us = t_us
            self._start_s = clock_s
        return self._start_s + (t_us - self._first_us) / self._us_per_s - clock_s
