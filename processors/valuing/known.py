"""Known values: any KPI of any group and window at the moment, computed at most once until it changes."""

from processors.adding.group import FLAGS, Group, Window
from processors.adding.values import Values
from processors.calendar import Period
from processors.compile import CompiledKpi
from processors.forgetting import forget_oldest
from processors.panes import Panes
from processors.planning.formulas import NO_KEY, Shown
from processors.planning.vector import Vector, subtract
from processors.roster import Roster
from processors.targets import Targets
from processors.valuing.hints import Hints
from processors.valuing.view import View
from processors.windows import Rolling

VALUES_MAX = 50_000
"""Groups' windows whose values are kept at hand, some kilobytes each; beyond, the oldest are forgotten."""
LATE_US = 600_000_000
"""So long after they were computed, values of this morning are computed anew for facts that came late."""


class Known:
    """Computes and keeps values."""

    def __init__(self, panes: Panes, targets: Targets, roster: Roster):
        self._plan = panes.plan
        self._calendar = panes.calendar
        self.hints = Hints()
        """For whoever else looks at these panes."""
        self._view = View(panes, targets, roster, self.hints)
        self._kept: dict[tuple[Group, Window], None] = {}
        self.now_us = 0
        """The moment; set by whoever moves the clock."""

    def values(self, group: Group, window: Window) -> Values:
        """Return what is at hand of a group and window, without what is out of date."""
        values = group.values.get(window)
        if values is None:
            for (other, of), _ in forget_oldest(self._kept, VALUES_MAX):
                other.values.pop(of, None)
            values = group.values[window] = Values()
            self._kept[group, window] = None
        elif values.stale:
            if values.of:
                for kpi in self._plan.kpis(group.signature, window.name, values.stale & ~FLAGS):
                    values.of.pop(kpi.id, None)
            values.stale = 0
        return values

    def sums(self, group: Group, window: Window) -> Vector:
        """Return the sums that values are made of."""
        return self._view.aim(group, window, self.now_us)

    def look(self, group: Group, window: Window, kpi: CompiledKpi) -> Shown:
        """Return the value and sample size of a KPI; `NO_KEY` where it has no record."""
        rolls = isinstance(window, Rolling)
        if not kpi.steady:
            return self.shown(kpi, self._view.aim(group, window, self.now_us), rolls)
        values = group.values.get(window)
        if values is None or values.stale:
            if isinstance(window, Period) and window not in group.periods:
                return NO_KEY
            values = self.values(group, window)
        shown = values.of.get(kpi.id)
        if shown is None:
            shown = values.of[kpi.id] = self.shown(kpi, self._view.aim(group, window, self.now_us), rolls)
        return shown

    def shown(self, kpi: CompiledKpi, vector: Vector, rolls: bool = False) -> Shown:
        """Return what a KPI says of these sums to whoever compares, where the view was aimed last.

        Where all facts were taken back it says nothing: what is compared is what a query would find. A window that
        `rolls` says 0 for a week when the last one has left.
        """
        if not kpi.looks:
            for slot in kpi.counts:
                if vector.get(slot):
                    break
            else:
                if not (rolls and self._view.has_left(kpi.counts)):
                    return NO_KEY
        return kpi.evaluate(vector, self._view)

    def at_start(self, group: Group, window: Period) -> dict[str, int | float]:
        """Return the values that a running period had when the local day began, by KPI; steady ones only."""
        values = group.values.get(window) or self.values(group, window)
        is_fresh = not values.late or self.now_us < values.start_us + LATE_US
        if is_fresh and self.now_us < values.start_until_us:
            return values.at_start
        today = self._calendar.day_at(self.now_us)
        assert today.end_us is not None
        values.start_us, values.start_until_us, values.late = self.now_us, today.end_us, False
        values.at_start = {}
        if window.ordinal < today.ordinal and window in group.periods:
            before = self._view.aim(group, window, self.now_us).copy()
            for day in (today, self._calendar.day(today.ordinal + 1)):
                if day in group.periods:
                    subtract(before, group.periods[day])
            for kpi in self._plan.named(group.signature, window.name).values():
                if kpi.steady:
                    value, _ = self.shown(kpi, before)
                    if value is not None:
                        values.at_start[kpi.id] = value
        return values.at_start
