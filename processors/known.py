"""Known values: any KPI of any group and window at the moment, computed at most once until it changes."""

from processors.calendar import Period
from processors.compile import CompiledKpi
from processors.earlier import Part, same_time, same_weekdays
from processors.formulas import NO_KEY, Shown, Value
from processors.group import FLAGS, Group, Window
from processors.panes import Panes
from processors.roster import Roster
from processors.targets import Targets
from processors.values import Values
from processors.vector import Vector, subtract
from processors.view import NOTHING, View
from processors.windows import HOUR_US

VALUES_MAX = 30_000
"""Groups' windows whose values are kept at hand, some kilobytes each; beyond, the oldest are forgotten."""


class Known:
    """Computes and keeps values. The moment is that of the view, set by whoever asks."""

    def __init__(self, panes: Panes, targets: Targets, roster: Roster):
        self._panes = panes
        self._plan = panes.plan
        self._calendar = panes.calendar
        self._view = View(panes, targets, roster)
        self._kept: dict[tuple[Group, Window], None] = {}
        self.now_us = 0

    def values(self, group: Group, window: Window) -> Values:
        """Return what is at hand of a group and window, without what is out of date."""
        values = group.values.get(window)
        if values is None:
            if len(self._kept) >= VALUES_MAX:
                for old in [*self._kept][: VALUES_MAX // 4]:
                    del self._kept[old]
                    old[0].values.pop(old[1], None)
            values = group.values[window] = Values()
            self._kept[group, window] = None
        elif values.stale:
            for kpi in self._plan.kpis(group.signature, window.name, values.stale & ~FLAGS):
                values.of.pop(kpi.id, None)
            values.stale = 0
        return values

    def look(self, group: Group, window: Window, kpi: CompiledKpi) -> Shown:
        """Return the value and sample size of a KPI; `NO_KEY` where it has no record."""
        vector: Vector | None = None
        if kpi.steady:
            if isinstance(window, Period) and window not in group.periods:
                return NO_KEY
            values = self.values(group, window)
            shown = values.of.get(kpi.id)
            if shown is not None:
                return shown
            vector = self._view.aim(group, window, self.now_us)
            shown = values.of[kpi.id] = self._shown(kpi, vector)
            return shown
        vector = self._view.aim(group, window, self.now_us)
        return self._shown(kpi, vector)

    def _shown(self, kpi: CompiledKpi, vector: Vector) -> Shown:
        if not kpi.looks:
            for slot in kpi.counts:
                if slot in vector:
                    break
            else:
                return NO_KEY
        return kpi.evaluate(vector, self._view)

    def at_start(self, group: Group, window: Period) -> dict[str, Value]:
        """Return the values that a running period had when the local day began, by KPI; steady ones only."""
        today = self._calendar.day_at(self.now_us)
        values = self.values(group, window)
        if values.start_day == today.ordinal and not values.late:
            return values.at_start
        values.start_day, values.late = today.ordinal, False
        values.at_start = {}
        if window.ordinal < today.ordinal and window in group.periods:
            before = self._view.aim(group, window, self.now_us).copy()
            for day in (today, self._calendar.day(today.ordinal + 1)):
                if day in group.periods:
                    subtract(before, group.periods[day])
            for kpi in self._plan.named(group.signature, window.name).values():
                if kpi.steady:
                    value, n = self._shown(kpi, before)
                    if n > 0:
                        values.at_start[kpi.id] = value
        return values.at_start

    # The same time of earlier days

    def baseline(self, group: Group, day: Period, kpi: CompiledKpi) -> Value:
        """Return the mean of a KPI at the same time of the last four same weekdays; None without any.

        A day without such a fact counts as 0 where 0 is what it would have said, and where there were such
        facts before.
        """
        assert day.end_us is not None
        if not kpi.steady:
            return None
        if day.end_us <= self.now_us:
            days = same_weekdays(self._calendar, day)
            return self._mean(group, kpi, [(other, self.look(group, other, kpi)) for other in days])
        values = self.values(group, day)
        if values.baseline_hour != self.now_us // HOUR_US:
            values.baseline_hour = self.now_us // HOUR_US
            values.baseline = self._baselines(group, day)
        return values.baseline.get(kpi.id)

    def _baselines(self, group: Group, day: Period) -> dict[str, Value]:
        parts = same_time(self._calendar, day, self.now_us)
        if not any(part.period in group.periods for part in parts):
            return {}
        sums = [self._sums(group, day, part) for part in parts]
        found = {}
        for kpi in self._plan.named(group.signature, "day").values():
            if kpi.steady and not kpi.by_day:
                shown = [(part.period, self._shown(kpi, own)) for part, own in zip(parts, sums, strict=True)]
                found[kpi.id] = self._mean(group, kpi, shown)
        return found

    def _sums(self, group: Group, day: Period, part: Part) -> Vector:
        if part.period not in group.periods:
            return NOTHING
        self._view.aim(group, day, self.now_us)
        return self._view.of_part(part)

    def _mean(self, group: Group, kpi: CompiledKpi, shown: list[tuple[Period, Shown]]) -> Value:
        """Return the mean over days, the latest first."""
        total: int | float = 0
        count = 0
        began = False
        for day, (value, n) in reversed(shown):
            if n < 0:
                value = kpi.evaluate(NOTHING, self._view)[0]
                if value is not None and not began:
                    began = self._began_before(group, day, kpi)
                    if not began:
                        continue
            else:
                began = True
            if value is not None:
                total, count = total + value, count + 1
        return total / count if count else None

    def _began_before(self, group: Group, day: Period, kpi: CompiledKpi) -> bool:
        """Say whether there was a fact that a KPI is made of before or on a day."""
        panes = self._panes
        ever = group.periods.get(self._calendar.all_time, NOTHING)
        later = [cell for _, cell in panes.days(group, day.ordinal + 1, panes.last_ordinal)]
        return any(ever.get(slot, 0) > sum(cell.get(slot, 0) for cell in later) for slot in kpi.counts)
