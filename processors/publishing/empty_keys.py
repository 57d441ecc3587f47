"""Keys at 0 in periods and rolling windows: one whose facts were all taken back gets its tombstone in a week.

Since when is not part of the state: after a restart the week begins anew.
"""

from collections.abc import Container, Iterator

from processors.adding.group import Group, Window
from processors.adding.slide import rolling_sum, slots_left
from processors.calendar import Period
from processors.panes import Panes
from processors.publishing.empty_gauges import ZERO_US


class EmptyKeys:
    """Of one roll-up: the keys that say 0 or null for want of facts, each since when.

    Of a rolling window also those that got their tombstone: until they have facts again, what is left of them in
    the panes is no reason to bring them back.
    """

    def __init__(self, panes: Panes):
        self._panes = panes
        self._plan = panes.plan
        self._since: dict[tuple[Group, Window], dict[str, int]] = {}
        """By group and window, and KPI: since when (microseconds)."""

    def take(self, group: Group, window: Window, kpi: str, empty: bool, now_us: int) -> None:
        """Take that a key has no facts, since now unless it is known; or that it has some, or is no more."""
        if empty:
            self._since.setdefault((group, window), {}).setdefault(kpi, now_us)
        elif self._since:
            since = self._since.get((group, window))
            if since is not None and since.pop(kpi, None) is not None and not since:
                del self._since[group, window]

    def over(self, group: Group, window: Window, now_us: int) -> Container[str]:
        """Return the KPIs whose keys' week is over."""
        since = self._since.get((group, window)) if self._since else None
        return {kpi for kpi, at_us in since.items() if at_us + ZERO_US <= now_us} if since else ()

    def due(self, before_us: int, now_us: int) -> Iterator[tuple[Group, Window, int]]:
        """Yield where the week of keys was over since then, and the bits of what they are made of."""
        for (group, window), since in self._since.items():
            kpis = [kpi for kpi, at_us in since.items() if before_us < at_us + ZERO_US <= now_us]
            if kpis:
                named = self._plan.named(group.signature, window.name)
                facts = 0
                for kpi in kpis:
                    facts |= named[kpi].facts
                yield group, window, facts

    def resume(self, group: Group, period: Period, now_us: int) -> None:
        """Find the keys without facts in a restored cell, and in longer periods and rolling windows around it."""
        cell, counts = group.periods.get(period, {}), self._plan.key_counts
        zeros = [slot for slot, count in cell.items() if not count and slot in counts]
        if not zeros:
            return
        facts = self._plan.facts_in(zeros)
        for longer in (period,) if period.label is None else self._panes.calendar.periods_of(period)[:-1]:
            sums = group.periods[longer]
            for kpi in self._plan.kpis(group.signature, longer.name, facts):
                if any(slot in sums for slot in kpi.counts) and not any(
                    sums.get(slot) for slot in kpi.counts
                ):
                    self.take(group, longer, kpi.id, True, now_us)
        self._resume_rolling(group, facts, now_us)

    def _resume_rolling(self, group: Group, facts: int, now_us: int) -> None:
        pane_now = self._panes.pane_now
        for window in self._plan.rolling if pane_now is not None else ():
            assert pane_now is not None
            sums = rolling_sum(self._panes, group, window, pane_now)
            left = slots_left(self._panes, group, window, pane_now)
            for kpi in self._plan.kpis(group.signature, window.name, facts):
                there = [slot for slot in kpi.counts if slot in sums]
                if there and not any(sums[slot] for slot in there) and left.isdisjoint(kpi.counts):
                    self.take(group, window, kpi.id, True, now_us)
