"""Keys at 0 in calendar periods: one whose facts were all taken back gets its tombstone in a week, each by itself.

Since when is not part of the state: after a restart the week begins anew.
"""

from collections.abc import Container, Iterator

from processors.calendar import Period
from processors.empty_gauges import ZERO_US
from processors.group import Group
from processors.panes import Panes


class EmptyKeys:
    """Of one roll-up: the keys that say 0 or null for want of facts."""

    def __init__(self, panes: Panes):
        self._panes = panes
        self._plan = panes.plan
        self._since: dict[tuple[Group, Period], dict[str, int]] = {}
        """By group and period, and KPI: since when (microseconds)."""

    def take(self, group: Group, period: Period, kpi: str, empty: bool, now_us: int) -> None:
        """Take that a key has no facts, since now unless it is known; or that it has some, or is no more."""
        if empty:
            self._since.setdefault((group, period), {}).setdefault(kpi, now_us)
        elif self._since:
            since = self._since.get((group, period))
            if since is not None and since.pop(kpi, None) is not None and not since:
                del self._since[group, period]

    def over(self, group: Group, period: Period, now_us: int) -> Container[str]:
        """Return the KPIs whose keys' week is over."""
        since = self._since.get((group, period), {})
        return {kpi for kpi, at_us in since.items() if at_us + ZERO_US <= now_us}

    def due(self, before_us: int, now_us: int) -> Iterator[tuple[Group, Period, int]]:
        """Yield where the week of keys was over since then, and the bits of what they are made of."""
        for (group, period), since in self._since.items():
            kpis = [kpi for kpi, at_us in since.items() if before_us < at_us + ZERO_US <= now_us]
            if kpis:
                named = self._plan.named(group.signature, period.name)
                facts = 0
                for kpi in kpis:
                    facts |= named[kpi].facts
                yield group, period, facts

    def resume(self, group: Group, period: Period, now_us: int) -> None:
        """Find the keys without facts in a restored cell and the longer periods that it is in."""
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
