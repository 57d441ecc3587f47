"""The view of a group: its sums in any window, and what formulas look at beside them."""

from collections.abc import Callable, Iterable

from processors.adding.group import NOW, Group, Window
from processors.adding.slide import rolling_sum, slots_left
from processors.calendar import Period
from processors.entities.directory import UNASSIGNED
from processors.histogram import Buckets
from processors.panes import Panes
from processors.planning.look import Found, Look
from processors.planning.vector import Vector, add
from processors.roster import Roster
from processors.targets import Targets
from processors.valuing.beginning import beginning
from processors.valuing.earlier import Part, same_elapsed
from processors.valuing.hints import Hints
from processors.valuing.oldest import oldest_us
from processors.windows import Rolling
from schemas.fact import PANE_US
from schemas.kpi import dims_text

NOTHING: Vector = {}


class View:
    """One group and window at a moment; aimed anew for each. A `Look`."""

    def __init__(self, panes: Panes, targets: Targets, roster: Roster, hints: Hints | None = None):
        """Views of the same panes may share their `hints`."""
        self._panes = panes
        self._hints = Hints() if hints is None else hints
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

    def buckets(self, histogram: int) -> Buckets:
        """Return where the buckets of a histogram were in this window's sums when they were last looked for."""
        return self._hints.buckets[self.group, self.window, histogram]

    def oldest_us(self, slot: int) -> int | None:
        """Return the start of the oldest pane in which a slot is above 0: as fine as panes of that age are."""
        return oldest_us(self._panes, self.group, slot, self.pane, self._hints.open_days[self.group, slot])

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
