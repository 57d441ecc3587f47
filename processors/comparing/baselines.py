"""Baselines: the mean of a KPI at the same time of the last four same weekdays.

A day without such a fact is a 0 where 0 is what it would say, but not before the group's first day: a rep
who began last week has no history of zeros. Without a record on any of the four there is no baseline.
"""

from typing import NamedTuple

from processors.adding.group import Group
from processors.calendar import Period
from processors.compare import ADDITIVE
from processors.compile import CompiledKpi
from processors.panes import Panes
from processors.planning.formulas import Shown, Value
from processors.planning.vector import Vector
from processors.roster import Roster
from processors.targets import Targets
from processors.valuing.earlier import Part, same_time, same_weekdays
from processors.valuing.known import Known
from processors.valuing.view import NOTHING, View
from schemas.duration import HOUR_US

NO_VALUES: dict[str, Shown] = {}
"""At hand of a day without a fact."""


class Days(NamedTuple):
    """What a day of a group is compared with."""

    first: int
    """The ordinal of the first day that the group has anything in which was not taken back."""
    found: list[tuple[Period, dict[str, Shown]]]
    """The four days, and what is at hand of them."""


class Baselines:
    """Gives the baselines of days."""

    def __init__(self, panes: Panes, targets: Targets, roster: Roster, known: Known):
        self._plan = panes.plan
        self._calendar = panes.calendar
        self._view = View(panes, targets, roster, known.hints)
        self._known = known
        self._weekdays: dict[Period, tuple[Period, ...]] = {}
        self._parts: tuple[Period | None, int, tuple[Part, ...]] = (None, 0, ())

    def of_running(self, group: Group, day: Period) -> dict[str, Value] | None:
        """Return the baselines of a running day by KPI; computed once an hour."""
        if day.ordinal - 7 < group.first_day:
            return None
        hour = self._known.now_us // HOUR_US
        values = self._known.values(group, day)
        if values.baseline_hour != hour:
            values.baseline_hour = hour
            values.baseline = self._of_parts(group, day)
        return values.baseline or None

    def days(self, group: Group, day: Period) -> Days | None:
        """Return what a day that is over is compared with, for `mean`; None where there is nothing."""
        if day.ordinal - 7 < group.first_day:
            return None
        days = self._weekdays.get(day)
        if days is None:
            days = self._weekdays[day] = same_weekdays(self._calendar, day)
        there, values = group.periods, self._known.values
        found = [(other, values(group, other).of if other in there else NO_VALUES) for other in days]
        return Days(self._first_day(group), found) if any(of is not NO_VALUES for _, of in found) else None

    def mean(self, group: Group, kpi: CompiledKpi, days: Days) -> Value:
        """Return the mean of a KPI over whole days."""
        if not kpi.steady:
            return None
        total: int | float = 0
        count = silent = 0
        for day, of in days.found:
            if of is NO_VALUES:
                silent += day.ordinal >= days.first
                continue
            value, n = of.get(kpi.id) or self._known.look(group, day, kpi)
            if n < 0:
                silent += day.ordinal >= days.first
            elif value is not None:
                total, count = total + value, count + 1
        return _mean(kpi, total, count, silent)

    def _of_parts(self, group: Group, day: Period) -> dict[str, Value]:
        known, hour, parts = self._parts
        if known is not day or hour != self._known.now_us // HOUR_US:
            parts = same_time(self._calendar, day, self._known.now_us)
            self._parts = (day, self._known.now_us // HOUR_US, parts)
        sums = [(part.period.ordinal, self._sums(group, day, part)) for part in parts]
        found: dict[str, Value] = {}
        if not any(vector for _, vector in sums):
            return found
        first_day = self._first_day(group)
        for kpi in self._plan.named(group.signature, "day").values():
            # Accounts are counted by the day, and nowhere finer.
            if not kpi.steady or kpi.by_day:
                continue
            total: int | float = 0
            count = silent = 0
            for ordinal, vector in sums:
                value, n = self._known.shown(kpi, vector)
                if n < 0:
                    silent += ordinal >= first_day
                elif value is not None:
                    total, count = total + value, count + 1
            mean = _mean(kpi, total, count, silent)
            if mean is not None:
                found[kpi.id] = mean
        return found

    def _first_day(self, group: Group) -> int:
        """Return the ordinal of the first day that a group has anything in which was not taken back."""
        cell = group.periods.get(self._calendar.day(group.first_day))
        if cell is None or any(cell.values()):
            return group.first_day
        days = (
            period.ordinal
            for period, cell in group.periods.items()
            if period.name == "day" and any(cell.values())
        )
        return min(days, default=group.first_day)

    def _sums(self, group: Group, day: Period, part: Part) -> Vector:
        if part.period not in group.periods:
            return NOTHING
        self._view.aim(group, day, self._known.now_us)
        return self._view.of_part(part)


def _mean(kpi: CompiledKpi, total: int | float, count: int, silent: int) -> Value:
    if not count:
        return None
    return total / (count + silent if kpi.formula in ADDITIVE else count)
