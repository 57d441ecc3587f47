"""Panes: facts are added up in five minutes, hours and local days, from which every window is a sum.

Cells hold integers only; a cell whose facts were all taken back stays, as the sign that its keys once
existed. How facts come into them is in `processors/inflow.py`.
"""

from collections import defaultdict
from collections.abc import Iterator

from processors.calendar import Period
from processors.compile import Plan
from processors.group import NOW, RETIRE, Group, Window
from processors.older_days import OlderDays
from processors.own_days import OwnDays
from processors.vector import Vector, add, subtract
from processors.windows import FINE_RETENTION_PANES, HOUR_PANES, HOUR_RETENTION, ZERO_HOURS
from schemas.kpi import Dims, dims_text
from schemas.retention import DAYS_D

RETIRED_AGAIN_D = 2
"""Of so many days periods are retired once more after a restart; a day's are a handful, of each group."""


class Panes:
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
        self.pane_now: int | None = None
        """The running pane by the clock; None where there is no clock yet and no change is noted."""
        self.changed: dict[Group, None] = {}
        """Groups with records due, oldest change first."""
        self.live: dict[Group, None] = {}
        """Those of them with changes in windows that are published first."""
        self.watcher: object = None
        """Whose the groups' `watched` are."""
        self.touched = Touched()
        self._looked_until: int | None = None
        """Up to which day what has a value in periods without facts was retired."""
        self.written_from_hour: int | None = None
        """From this hour on, an hour's record stands for itself; before it, in its day's."""
        self.dropped: list[tuple[str, Group, int]] = []
        """Cells behind their retention whose records get a tombstone: tier, group, hour or day's ordinal."""
        self._rolling = {window.name: window for window in plan.rolling}
        longest = max((window.panes for window in plan.rolling if window.tier == "hour"), default=0)
        self.hour_retention = max(HOUR_RETENTION, longest + ZERO_HOURS + 24)
        """A long window of hours needs them until the tombstones of its keys."""

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

    def fine_floor(self) -> int:
        """The last pane behind the retention of five-minute panes, by the clock where there is one."""
        # Not by the watermark beside it: what windows hold is let go of when the clock gets there, and not before.
        return (self.top_pane if self.pane_now is None else self.pane_now) - FINE_RETENTION_PANES

    @property
    def day_floor(self) -> Period:
        """The last local day behind the retention, by the watermark alone: a company's quiet years stay."""
        return self.calendar.day(self.calendar.day_of_pane(self.top_pane).ordinal - DAYS_D)

    def keeps(self, period: Period) -> bool:
        """Say whether the last day of a period is kept."""
        return _ends_after(period, self.day_floor)

    def kept_around(self, day: Period, floor: Period) -> list[Period]:
        """Return the longer periods around a day whose last day is kept."""
        return [one for one in self.calendar.calendar_periods_of(day)[1:] if _ends_after(one, floor)]

    def begun_since(self, day: Period, floor: Period) -> Iterator[Period]:
        """Yield the periods that are kept and began after a day, up to those that run; each once."""
        assert day.end_us is not None
        seen: set[Period] = set()
        for ordinal in range(floor.ordinal, self.last_ordinal + 1):
            for period in self.calendar.calendar_periods_of(self.calendar.day(ordinal)):
                if period not in seen and _ends_after(period, floor) and (period.start_us or 0) >= day.end_us:
                    seen.add(period)
                    yield period

    @property
    def last_ordinal(self) -> int:
        """The latest day that can have anything in it."""
        return self.calendar.day_of_pane(max(self.top_pane, self.pane_now or 0)).ordinal

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
        changed = group.changed
        if not changed:
            self.changed[group] = None
        if window.is_live:
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

    def note_retired(self, group: Group, window: Window, facts: int) -> None:
        """Note that keys made of these kinds of fact have nothing to say any more. That corrects nothing else."""
        self.note_again(group, window, facts | RETIRE)
        self._outdate(group, window, facts)

    def expire(self) -> None:
        """Forget the panes behind their retention. Rolling windows must have left them (`slide`)."""
        # By the clock: a window never goes back. Days are kept by the watermark, so that quiet years stay.
        top = max(self.top_pane, self.pane_now or 0)
        for pane in [pane for pane in self.fines if pane <= top - FINE_RETENTION_PANES]:
            for group in self.fines.pop(pane):
                del group.fines[pane]
        last_hour = top // HOUR_PANES - self.hour_retention
        for hour in [hour for hour in self.hours if hour <= last_hour]:
            for group in self.hours.pop(hour):
                del group.hours[hour]
        if self.top_pane:
            self._expire_periods(self.day_floor)

    def _expire_periods(self, floor: Period) -> None:
        for period in [period for period in self.periods if not _ends_after(period, floor)]:
            longer: list[Period] = []
            if period.name == "day":
                self.touched.days.pop(period, None)
                longer = self.kept_around(period, floor)
            for group in self.periods.pop(period):
                cell = group.periods.pop(period)
                if period.name == "day":
                    self.dropped.append(("d", group, period.ordinal))
                    if self.older_days.take(group, period, cell, longer):
                        self.touched.older.add(group)
                elif self.older_days.leave(group, period):
                    self.touched.older.add(group)
                if self.pane_now is not None:
                    self.note_retired(group, period, self.plan.facts_in(cell))
        self._retire_looking(floor)

    def resume_retiring(self) -> None:
        """Retire once more what left lately, if anything did: a predecessor that crashed may not have told."""
        if self.top_pane:
            floor = self.day_floor.ordinal
            reaches_back = any(one.end_us is not None and one.ordinal <= floor for one in self.periods)
            self._looked_until = floor - RETIRED_AGAIN_D if reaches_back else floor

    def _retire_looking(self, floor: Period) -> None:
        """Note what has a value in periods without facts, where these are no longer kept."""
        before, self._looked_until = self._looked_until, floor.ordinal
        if before is None or self.pane_now is None or not self.plan.looking:
            return
        gone = dict.fromkeys(
            period
            for ordinal in range(before + 1, floor.ordinal + 1)
            for period in self.calendar.calendar_periods_of(self.calendar.day(ordinal))
            if not _ends_after(period, floor)
        )
        for group in self.groups.values() if gone else ():
            if group.signature in self.plan.looking_signatures:
                for period in gone:
                    self.note_retired(group, period, self.plan.looking)

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
        # Where there are no facts yet, the years since 1970 are nobody's.
        floor = calendar.day_of_pane(self.top_pane or self.pane_now or 0).ordinal - DAYS_D
        is_older = any(opening.values())
        seen: set[Period] = set()
        for ordinal in range(floor + 1 if is_older else first, last + 1):
            for period in calendar.calendar_periods_of(calendar.day(ordinal)):
                if period not in seen:
                    seen.add(period)
                    yield period

    def days(self, group: Group, first: int, last: int) -> Iterator[tuple[int, Vector]]:
        """Yield ordinal and sums of a group's days from `first` to `last`, both included."""
        for ordinal in range(first, last + 1):
            cell = group.periods.get(self.calendar.day(ordinal))
            if cell is not None:
                yield ordinal, cell


def _ends_after(period: Period, floor: Period) -> bool:
    """Say whether a period's last day is behind the last that is no longer kept; all time never ends."""
    assert floor.end_us is not None
    return period.end_us is None or period.end_us > floor.end_us


class Touched:
    """Cells to be written at the next snapshot, by hour and by day; groups, for all time and for older days."""

    def __init__(self) -> None:
        self.hours: defaultdict[int, set[Group]] = defaultdict(set)
        self.days: defaultdict[Period, set[Group]] = defaultdict(set)
        self.ever: set[Group] = set()
        self.older: set[Group] = set()

    def __bool__(self) -> bool:
        return bool(self.hours or self.days or self.ever or self.older)

    def clear(self) -> None:
        """All is written."""
        self.hours.clear()
        self.days.clear()
        self.ever.clear()
        self.older.clear()
