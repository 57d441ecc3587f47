"""Closing: periods that end become final an hour later, corrections open them again, empty keys leave in a week.

All of it is what time does to records without a fact of their own.
"""

from processors.calendar import Period
from processors.empty_gauges import ZERO_US, EmptyGauges
from processors.group import NOW, RETIRE, Group, Window
from processors.panes import Panes
from processors.records import LATENESS_US, is_final


class Closing:
    """What of one roll-up must be looked at again when time has passed."""

    def __init__(self, panes: Panes):
        self._panes = panes
        self._plan = panes.plan
        self.corrected: dict[tuple[Group, Window], int] = {}
        """Closed periods whose records aren't final because they were corrected then (microseconds)."""
        self._empty: dict[tuple[Group, Period], int] = {}
        """Periods in which keys say 0 or null for want of facts, and since when (microseconds)."""
        self.empty_gauges = EmptyGauges(panes)

    def note_empty(self, group: Group, period: Period, now_us: int) -> None:
        """Note that a group has keys without facts in a period, since now unless it is known."""
        self._empty.setdefault((group, period), now_us)

    def note_correction(self, group: Group, window: Window, facts: int, now_us: int) -> bool:
        """Note that facts changed in a window; return whether that corrects a closed period."""
        if facts & RETIRE or not isinstance(window, Period) or not is_final(window, now_us):
            return False
        self.corrected[(group, window)] = now_us
        if window.name == "day" and window in group.periods:
            # Its cell says so after a restart; it may have been written before this was known.
            self._panes.touched.days[window].add(group)
        return True

    def turn(self, before_us: int, now_us: int) -> None:
        """Note what the clock made final since then, and what it takes away."""
        panes = self._panes
        for period, groups in panes.periods.items():
            if is_final(period, now_us) and not is_final(period, before_us):
                for group in groups:
                    panes.note_again(group, period, self._plan.facts_in(group.periods[period]))
        for (group, window), at_us in [*self.corrected.items()]:
            if at_us + LATENESS_US <= now_us:
                del self.corrected[(group, window)]
                if isinstance(window, Period) and window in group.periods:
                    panes.note_again(group, window, self._plan.facts_in(group.periods[window]))
        for (group, period), since_us in [*self._empty.items()]:
            if since_us + ZERO_US <= now_us:
                del self._empty[(group, period)]
                panes.note(group, period, self._plan.facts_in(group.periods.get(period, ())) | RETIRE)
        for group, facts in self.empty_gauges.due(before_us, now_us):
            panes.note(group, NOW, facts | RETIRE)
