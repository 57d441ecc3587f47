"""Panes: facts are added up in five minutes, hours and local days, from which every window is a sum.

Cells hold integers only; a cell whose facts were all taken back stays, as the sign that its keys once
existed. How facts come into them is in `processors/adding/inflow.py`.
"""

from collections.abc import Iterator

from processors.adding.expiring import Expiring, Touched
from processors.adding.group import NO_DAY, NOW, RETIRE, Group, Window
from processors.adding.older_days import OlderDays
from processors.adding.own_days import OwnDays
from processors.adding.sources import Sources
from processors.calendar import Period
from processors.compile import Plan
from processors.planning.vector import Vector, add, subtract
from processors.windows import HOUR_PANES, HOUR_RETENTION, ZERO_HOURS
from schemas.kpi import Dims, dims_text


class Panes(Expiring):
    """The panes of all groups of one partition."""

    def __init__(self, plan: Plan):
        self.plan = plan
        self.calendar = plan.calendar
        self.own_days = OwnDays(plan.calendar)
        self.groups: dict[str, Group] = {}
        self.fines: dict[int, list[Group]] = {}
        """Which groups have something in a five-minute pane; likewise below for hours and periods."""
        self.hours: dict[int, list[Group]] = {}
        self.periods: dict[Period, list[Group]] = {}
        self.older_days = OlderDays()
        self.top_pane = 0
        """The latest pane that a fact was in: the watermark."""
        self.sources = Sources()
        """How far the partitions are that facts come from."""
        self._pane_now: int | None = None
        self._running_day = NO_DAY
        """The ordinal of the local day that the running pane lies in."""
        self.changed: dict[Group, None] = {}
        """Groups with records due, oldest change first."""
        self.live: dict[Group, None] = {}
        """Those of them with changes in windows that are published first."""
        self.late: dict[Group, int] = {}
        """Reps with facts of earlier days that came lately: in which pane the last of these did."""
        self.watcher: object = None
        """Whose the groups' `watched` are."""
        self.touched = Touched()
        self._looked_until = None
        self.written_from_hour: int | None = None
        """From this hour on, an hour's record stands for itself; before it, in its day's."""
        self.dropped: list[tuple[str, Group, int]] = []
        """Cells behind their retention whose records get a tombstone: tier, group, hour or day's ordinal."""
        self._rolling = {window.name: window for window in plan.rolling}
        longest = max((window.panes for window in plan.rolling if window.tier == "hour"), default=0)
        self.hour_retention = max(HOUR_RETENTION, longest + ZERO_HOURS + 24)
        """A long window of hours needs them until the tombstones of its keys."""

    @property
    def pane_now(self) -> int | None:
        """The running pane by the clock; None where there is no clock yet and no change is noted."""
        return self._pane_now

    @pane_now.setter
    def pane_now(self, pane: int) -> None:
        self._pane_now = pane
        self._running_day = self.calendar.day_of_pane(pane).ordinal

    def is_live(self, window: Window) -> bool:
        """Say whether a window is among those that are published first: short ones, and no day that is over."""
        return window.is_live and not (isinstance(window, Period) and window.ordinal < self._running_day)

    def group(self, dims: Dims) -> Group:
        """Return the group with these dims."""
        text = dims_text(dims)
        group = self.groups.get(text)
        if group is None:
            group = self.groups[text] = Group(dims)
        return group

    def window(self, name: str, pane: int) -> Window:
        """Return the window of that name as of a five-minute pane: of a calendar window the period then running."""
        if name in self._rolling:
            return self._rolling[name]
        if name == "now":
            return NOW
        running = self.calendar.periods_of(self.calendar.day_of_pane(pane))
        return next(period for period in running if period.name == name)

    def settle_hours(self) -> int:
        """Return the first hour whose five-minute panes are kept: it and later ones are written by themselves.

        Hours that fell behind it since the last call go into their days' records, and their own are dropped.
        """
        hour = self.fine_floor() // HOUR_PANES
        before = hour if self.written_from_hour is None else self.written_from_hour
        for old in [old for old in self.hours if before <= old < hour]:
            self.touched.hours[old].update(self.hours[old])
            self.dropped += [("h", group, old) for group in self.hours[old]]
        # Restored it may be later: there was nothing in the hours before. What comes late in one has its panes too.
        self.written_from_hour = hour
        return hour

    def restore_period(self, group: Group, period: Period, delta: Vector) -> None:
        """Add to a period only, and note nothing."""
        cell = group.periods.get(period)
        if cell is None:
            group.periods[period] = delta.copy()
            self.periods.setdefault(period, []).append(group)
            if period.name == "day" and period.ordinal < group.first_day:
                group.first_day = period.ordinal
        else:
            add(cell, delta)

    def note(self, group: Group, window: Window, facts: int) -> None:
        """Note that these kinds of fact changed in a window, so that its records are due."""
        facts &= self.plan.noted_in(window.name)
        if not facts:
            return
        changed = group.changed
        if not changed:
            self.changed[group] = None
        if window.is_live and self.is_live(window):  # most are not, and need no call
            self.live[group] = None
        changed[window] = changed.get(window, 0) | facts
        self._outdate(group, window, facts)

    def _outdate(self, group: Group, window: Window, facts: int) -> None:
        known = group.values.get(window)
        if known is not None:
            known.stale |= facts
        if group.watched:
            stale = group.watched.get(window)
            if stale is not None:
                stale[group] = stale.get(group, 0) | facts

    def keep(self, group: Group) -> None:
        """Let a group without facts outlive a restart: something was said of it."""
        if self.calendar.all_time not in group.periods:
            self.restore_period(group, self.calendar.all_time, {})
            self.touched.ever.add(group)

    def note_again(self, group: Group, window: Window, facts: int) -> None:
        """Note that what is made of these kinds of fact is compared with something that changed."""
        self.changed.setdefault(group)
        group.again[window] = group.again.get(window, 0) | facts

    def note_late(self, rep: Group) -> None:
        """Note that a rep has facts of an earlier day now."""
        assert self.pane_now is not None
        self.late[rep] = self.pane_now

    def note_looked_at(self, group: Group, period: Period, facts: int) -> None:
        """Note it likewise in a period, and in windows whose KPIs look at that while it runs (`kpi@month`)."""
        self.note_again(group, period, facts)
        followers = self.plan.follows.get(period.name)
        if followers and self.pane_now is not None and self.window(period.name, self.pane_now) is period:
            for name, bits in followers.items():
                if facts & bits:
                    self.note_again(group, self.window(name, self.pane_now), facts & bits)

    def note_retired(self, group: Group, window: Window, facts: int) -> None:
        """Note that keys made of these kinds of fact have nothing to say any more. That corrects nothing else."""
        self.note_again(group, window, facts | RETIRE)
        self._outdate(group, window, facts)

    def periods_since_first(self, group: Group, last: int) -> Iterator[Period]:
        """Yield the calendar periods from a group's first fact to the day with that ordinal, each once.

        Where something was open already when the days that are kept began, from the first of these.
        """
        calendar, first, ever = self.calendar, last, group.periods.get(self.calendar.all_time, {})
        opening = dict.fromkeys(self.plan.opening_counts, 0)
        opening |= {slot: ever[slot] for slot in opening if slot in ever}
        for period, cell in group.periods.items():
            if period.name == "day":
                subtract(opening, {slot: cell[slot] for slot in opening if slot in cell})
                first = min(first, period.ordinal)
        is_older = any(opening.values())
        yield from calendar.periods_around(self.day_floor.ordinal + 1 if is_older else first, last)

    def days(self, group: Group, first: int, last: int) -> Iterator[tuple[int, Vector]]:
        """Yield ordinal and sums of a group's days from `first` to `last`, both included."""
        for ordinal in range(first, last + 1):
            cell = group.periods.get(self.calendar.day(ordinal))
            if cell is not None:
                yield ordinal, cell
