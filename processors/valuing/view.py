"""The view of a group: its sums in any window, and what formulas look at beside them."""

from collections.abc import Callable, Iterable, Mapping

from processors.adding.group import NOW, Group, Window
from processors.adding.slide import rolling_sum, slots_left
from processors.calendar import Period
from processors.entities.directory import UNASSIGNED
from processors.panes import Panes
from processors.planning.look import Found, Look
from processors.planning.vector import Vector, add
from processors.roster import Roster
from processors.targets import Targets
from processors.valuing.beginning import beginning
from processors.valuing.earlier import Part, same_elapsed
from processors.windows import FINE_RETENTION_PANES, HOUR_PANES, HOUR_RETENTION, Rolling
from schemas.duration import HOUR_US
from schemas.fact import PANE_US
from schemas.kpi import dims_text

NOTHING: Vector = {}


class View:
    """One group and window at a moment; aimed anew for each. A `Look`."""

    def __init__(self, panes: Panes, targets: Targets, roster: Roster):
        self._panes = panes
        self._targets = targets
        self._roster = roster
        self.group = Group({})
        self.window: Window = NOW
        self.now_us = 0

    def aim(self, group: Group, window: Window, now_us: int) -> Vector:
        """Look at a group in a window; return its sums there, empty where there is nothing."""
        self.group, self.window, self.now_us = group, window, now_us
        return self.sums(window)

    def sums(self, window: Window) -> Vector:
        """Return the sums of the group in a window."""
        group = self.group
        if isinstance(window, Rolling):
            total = group.rolling.get(window)
            if total is None:
                total = rolling_sum(self._panes, group, window, self.pane)
            return total
        period = self._panes.calendar.all_time if window is NOW else window
        assert isinstance(period, Period)
        return group.periods.get(period, NOTHING)

    def has_left(self, slots: Iterable[int]) -> bool:
        """Say whether facts of these slots left the rolling window within the last seven days."""
        window = self.window
        assert isinstance(window, Rolling)
        return not slots_left(self._panes, self.group, window, self.pane).isdisjoint(slots)

    @property
    def pane(self) -> int:
        """The running pane."""
        return self.now_us // PANE_US if self._panes.pane_now is None else self._panes.pane_now

    @property
    def is_over(self) -> bool:
        """Whether the window is a period that is over."""
        window = self.window
        return isinstance(window, Period) and window.end_us is not None and window.end_us <= self.now_us

    def before(self, same: bool) -> tuple[Vector | None, Vector]:
        """Return the sums of the same elapsed part of this period and of the one before, or all of that one."""
        assert isinstance(self.window, Period)
        if not same:
            earlier = self._panes.calendar.previous(self.window)
            return None, NOTHING if earlier is None else self.group.periods.get(earlier, NOTHING)
        parts = same_elapsed(self._panes.calendar, self.window, self.now_us)
        return (None, NOTHING) if parts is None else (self.of_part(parts[0]), self.of_part(parts[1]))

    def of_part(self, part: Part) -> Vector:
        """Return the sums of a part of a period."""
        group = self.group
        if part.whole:
            return group.periods.get(part.period, NOTHING)
        total: Vector = {}
        day = self._panes.calendar.day
        for ordinal in part.days:
            add(total, group.periods.get(day(ordinal), NOTHING))
        if part.panes:
            add(total, beginning(self._panes, group, self._panes.calendar.day_of_pane(part.panes.start)))
        for hour in part.hours:
            add(total, group.hours.get(hour, NOTHING))
        return total

    def opening(self, slot: int) -> int:
        """Return a slot's sum over all time before the period's start."""
        window, panes, periods = self.window, self._panes, self.group.periods
        assert isinstance(window, Period)
        ever = periods.get(panes.calendar.all_time, NOTHING)
        if slot not in ever:
            return 0
        total = ever[slot] - periods.get(window, NOTHING).get(slot, 0)
        for later in panes.calendar.spans_after(window, panes.last_ordinal):
            total -= periods.get(later, NOTHING).get(slot, 0)
        return total

    def oldest_us(self, slot: int) -> int | None:
        """Return the start of the oldest pane in which a slot is above 0: as fine as panes of that age are.

        What is older than days are kept counts from the first of these: it is at least that old.
        """
        group, calendar, floor = self.group, self._panes.calendar, self._panes.day_floor
        counts = {
            period: cell[slot]
            for period, cell in group.periods.items()
            if period.name == "day" and period.ordinal > floor.ordinal and cell.get(slot, 0) > 0
        }
        if group.periods.get(calendar.all_time, NOTHING).get(slot, 0) > sum(counts.values()):
            return floor.end_us
        if not counts:
            return None
        day = min(counts, key=lambda period: period.ordinal)
        assert day.start_us is not None
        assert day.end_us is not None
        first, last = day.start_us // HOUR_US, (day.end_us - 1) // HOUR_US
        now = self.pane
        # Beside what was younger on that day there may be what is kept less finely by now.
        hour = _oldest(
            group.hours, slot, range(first, last + 1), now // HOUR_PANES - HOUR_RETENTION, counts[day]
        )
        if hour is None:
            return day.start_us
        panes = range(hour * HOUR_PANES, (hour + 1) * HOUR_PANES)
        pane = _oldest(group.fines, slot, panes, now - FINE_RETENTION_PANES, group.hours[hour][slot])
        # An hour is one of UTC: where midnight falls into it, it began the day before.
        return hour * HOUR_US if pane is None else pane * PANE_US

    def target(self, kpi: str) -> float | None:
        """Return the target of a KPI for the group and period; None where none is set."""
        window = self.window
        return (
            self._targets.of(kpi, window.name, window.label, self.group.text)
            if isinstance(window, Period)
            else None
        )

    def reps_with_target(
        self, kpi: str, evaluate: Callable[[Vector, Look], Found]
    ) -> list[tuple[float, Found]]:
        """Return target and what is found of each rep with a target for the period; of a team, those in it now."""
        window = self.window
        if not isinstance(window, Period) or window.label is None:
            return []
        found = []
        own = self.group
        team = own.dims.get("team")
        for rep, target in self._targets.of_reps(kpi, window.name, window.label).items():
            if team is None or (self._roster.directory_team(rep) or UNASSIGNED) == team:
                # Also what is looked at in other windows is the rep's.
                dims = {"rep": rep}
                self.group = self._panes.groups.get(dims_text(dims)) or Group(dims)
                found.append((target, evaluate(self.sums(window), self)))
        self.group = own
        return found

    def at(self, window: str, evaluate: Callable[[Vector, Look], Found]) -> Found:
        """Return what is found of the group in another window."""
        own = self.window
        self.window = self._panes.window(window, self.pane)
        found = evaluate(self.sums(self.window), self)
        self.window = own
        return found


def _oldest(cells: Mapping[int, Vector], slot: int, among: range, floor: int, count: int) -> int | None:
    """Return the first cell above the floor with more than 0 of a slot; None where all such have less than `count`."""
    found = None
    for index in among:
        here = cells[index].get(slot, 0) if index > floor and index in cells else 0
        if here > 0:
            count -= here
            if found is None:
                found = index
    return None if count > 0 else found
