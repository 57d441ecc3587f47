"""Values at hand: what the KPIs of a group said in a window, kept until something in it changes.

What a record is compared with (the period before, other weekdays, the team, the other reps) was computed a
moment ago or is about to be, since those records are due as well; so it is computed once.
"""

from processors.planning.formulas import Shown, Value


class Values:
    """Of one group and window."""

    __slots__ = ("at_start", "baseline", "baseline_hour", "late", "of", "stale", "start_until_us", "start_us")

    def __init__(self) -> None:
        self.of: dict[str, Shown] = {}
        """By KPI. What is not there is computed when it is asked for."""
        self.stale = 0
        """The bits of the kinds of fact that changed since: what is made of them is to be forgotten."""
        self.at_start: dict[str, int | float] = {}
        """By KPI: the values that there were when the local day began; computed at `start_us`."""
        self.start_us = self.start_until_us = 0
        self.late = False
        """Whether facts of earlier days came since."""
        self.baseline: dict[str, Value] = {}
        """By KPI, of the running day: the baseline as of the hour `baseline_hour`."""
        self.baseline_hour = -1
