"""Panes: facts are added up in five minutes, hours and local days, from which every window is a sum.

What was added waits per group and pane until `flush`, which adds it tier by tier, so that an hour or
a day costs one addition for all the facts since the last flush. Cells hold integers only; a cell whose
facts were all taken back stays, as the sign that its keys once existed.
"""

from collections.abc import Iterable, Iterator, Sequence

from processors.calendar import Period
from processors.compile import Plan
from processors.group import NOW, RETIRE, Group, Window
from processors.vector import Vector, add
from processors.windows import (
    DAY_RETENTION,
    FINE_RETENTION_PANES,
    HOUR_PANES,
    HOUR_RETENTION,
    ZERO_HOURS,
    Rolling,
)
from schemas.kpi import Dims, dims_text

QUARTER_PANES = 3


class Panes:
    """The panes of all groups of one partition."""

    def __init__(self, plan: Plan):
        self.plan = plan
        self.calendar = plan.calendar
        self.groups: dict[str, Group] = {}
        self.fines: dict[int, list[Group]] = {}
        """Which groups have something in a five-minute pane; likewise below for hours and periods."""
        self.hours: dict[int, list[Group]] = {}
        self.periods: dict[Period, list[Group]] = {}
        self.top_pane = 0
        """The latest pane that a fact was in: the watermark."""
        self.pane_now: int | None = None
        """The running pane by the clock; None where there is no clock yet and no change is noted."""
        self.since_pane: int | None = None
        """The pane in which the oldest of the pending facts was appended to its topic. A predecessor that
        crashed may have published it since, and windows that it has left by now are due too."""
        self._coarse: dict[int, int] = {}
        """Panes of history and the panes that stand for them."""
        self.pending: dict[Group, None] = {}
        self.changed: dict[Group, None] = {}
        """Groups with records due, oldest change first."""
        self.touched_hours: set[tuple[Group, int]] = set()
        """Cells to be written at the next snapshot; likewise below."""
        self.touched_periods: set[tuple[Group, Period]] = set()
        self.written_from_hour: int | None = None
        """From this hour on, an hour's record stands for itself; before it, in its day's."""
        self.dropped: list[tuple[str, Group, int]] = []
        """Cells behind their retention whose records get a tombstone: tier, group, hour or day's ordinal."""
        longest = max((window.panes for window in plan.rolling if window.tier == "hour"), default=0)
        self._hour_retention = max(HOUR_RETENTION, longest + ZERO_HOURS + 24)
        """A long window of hours needs them until the tombstones of its keys."""
        self._fine_windows = [window for window in plan.rolling if window.tier == "fine"]
        self._hour_windows = [window for window in plan.rolling if window.tier == "hour"]
        self._day_windows = [window for window in plan.rolling if window.tier == "day"]

    def group(self, dims: Dims) -> Group:
        """Return the group with these dims."""
        text = dims_text(dims)
        group = self.groups.get(text)
        if group is None:
            group = self.groups[text] = Group(dims)
        return group

    def add(self, groups: Iterable[Group], pane: int, delta: Vector) -> None:
        """Add a fact's delta to a pane of these groups; windows see it after `flush`."""
        if pane > self.top_pane:
            self.top_pane = pane
        pane = self._coarse.get(pane) or self._coarsened(pane)
        for group in groups:
            pending = group.pending
            if pane in pending:
                pending[pane].append(delta)
            else:
                if not pending:
                    self.pending[group] = None
                pending[pane] = [delta]

    def _coarsened(self, pane: int) -> int:
        """Return the pane that stands for this one: itself, or the first of its hour once five minutes don't matter.

        Rolling windows end at the clock, so what is behind their panes' retention by the clock is history,
        and history is loaded by the hour. Where midnight is not on an hour, by the quarter of an hour.
        """
        coarse = pane
        hour = pane // HOUR_PANES
        if (hour + 1) * HOUR_PANES - 1 <= self.fine_floor():
            split = self.calendar.day_of_hour(hour) is None
            coarse = pane - pane % QUARTER_PANES if split else hour * HOUR_PANES
        self._coarse[pane] = coarse
        return coarse

    def fine_floor(self) -> int:
        """The last pane behind the retention of five-minute panes, by the clock where there is one."""
        return max(self.top_pane, self.pane_now or 0) - FINE_RETENTION_PANES

    def settle_hours(self) -> int:
        """Return the first hour whose five-minute panes are kept: it and later ones are written by themselves.

        Hours that fell behind it since the last call go into their days' records, and their own are dropped.
        """
        hour = self.fine_floor() // HOUR_PANES
        before = hour if self.written_from_hour is None else self.written_from_hour
        for old in [old for old in self.hours if before <= old < hour]:
            for group in self.hours[old]:
                self.touched_hours.add((group, old))
                self.dropped.append(("h", group, old))
        self.written_from_hour = max(hour, before)
        return self.written_from_hour

    def flush(self) -> None:
        """Bring what was added into the panes and windows."""
        for group in self.pending:
            pending, group.pending = group.pending, {}
            self._flush_group(group, pending)
        self.pending.clear()
        self.since_pane = None
        self._coarse.clear()

    def _flush_group(self, group: Group, pending: dict[int, list[Vector]]) -> None:
        day_of_hour, fine_floor = self.calendar.day_of_hour, self.fine_floor()
        if self.since_pane is not None:
            fine_floor = min(fine_floor, self.since_pane - FINE_RETENTION_PANES)
        hours: dict[int, Vector] = {}
        days: dict[Period, Vector] = {}
        for pane, deltas in pending.items():
            total = deltas[0].copy()
            for delta in deltas[1:]:
                add(total, delta)
            hour = pane // HOUR_PANES
            day = day_of_hour(hour) or self.calendar.day_of_pane(pane)
            if day in days:
                add(days[day], total)
            else:
                days[day] = total.copy()
            if hour in hours:
                add(hours[hour], total)
            else:
                hours[hour] = total.copy()
            if pane > fine_floor:
                self.add_fine(group, pane, total)
        for hour, delta in hours.items():
            self.add_hour(group, hour, delta)
        for day, delta in days.items():
            self.add_day(group, day, delta)
            self.add_ever(group, delta)

    def add_fine(self, group: Group, pane: int, delta: Vector) -> None:
        """Add to a five-minute pane and the rolling windows made of such. Takes `delta` over."""
        self._note_rolling(group, self._fine_windows, pane, self.pane_now, self.since_pane, delta)
        if pane <= self.fine_floor():
            return
        self.touched_hours.add((group, pane // HOUR_PANES))
        cell = group.fines.get(pane)
        if cell is None:
            group.fines[pane] = delta
            self.fines.setdefault(pane, []).append(group)
        else:
            add(cell, delta)

    def add_hour(self, group: Group, hour: int, delta: Vector) -> None:
        """Add to an hour and the rolling windows made of such. Takes `delta` over."""
        self._note_rolling(
            group, self._hour_windows, hour, _hour(self.pane_now), _hour(self.since_pane), delta
        )
        if hour <= max(self.top_pane, self.pane_now or 0) // HOUR_PANES - self._hour_retention:
            return
        self.touched_hours.add((group, hour))
        cell = group.hours.get(hour)
        if cell is None:
            group.hours[hour] = delta
            self.hours.setdefault(hour, []).append(group)
        else:
            add(cell, delta)

    def add_day(self, group: Group, day: Period, delta: Vector) -> None:
        """Add to a local day, the longer periods that it is in, and the rolling windows made of days."""
        if day.ordinal <= self.calendar.day_of_pane(self.top_pane).ordinal - DAY_RETENTION:
            return
        self._note_rolling(
            group,
            self._day_windows,
            day.ordinal,
            self._ordinal(self.pane_now),
            self._ordinal(self.since_pane),
            delta,
        )
        self.touched_periods.add((group, day))
        facts = 0 if self.pane_now is None else self.plan.facts_in(delta)
        for period in self.calendar.periods_of(day)[:-1]:
            self.restore_period(group, period, delta)
            if facts:
                self.note(group, period, facts)

    def add_ever(self, group: Group, delta: Vector) -> None:
        """Add to all time, which is also what gauges are read from."""
        ever = self.calendar.all_time
        self.touched_periods.add((group, ever))
        self.restore_period(group, ever, delta)
        if self.pane_now is not None:
            facts = self.plan.facts_in(delta)
            self.note(group, ever, facts)
            if facts & self.plan.gauges:
                self.note(group, NOW, facts & self.plan.gauges)

    def restore_period(self, group: Group, period: Period, delta: Vector) -> None:
        """Add to a period only, and note nothing."""
        cell = group.periods.get(period)
        if cell is None:
            group.periods[period] = delta.copy()
            self.periods.setdefault(period, []).append(group)
        else:
            add(cell, delta)

    def _ordinal(self, pane: int | None) -> int | None:
        return None if pane is None else self.calendar.day_of_pane(pane).ordinal

    def _note_rolling(
        self,
        group: Group,
        windows: Sequence[Rolling],
        index: int,
        now: int | None,
        since: int | None,
        delta: Vector,
    ) -> None:
        if now is None or index > now:
            return  # ahead of the clock: it enters when the clock gets there
        facts = 0
        for window in windows:
            if index <= now - window.panes:
                # A pane of history stands for its whole hour, hence the slack.
                if since is not None and index + HOUR_PANES > since - window.panes:
                    self.note(group, window, self.plan.facts_in(delta) | RETIRE)
            else:
                facts = facts or self.plan.facts_in(delta)
                self.note(group, window, facts)
                total = group.rolling.get(window)
                if total is not None:
                    add(total, delta)

    def note(self, group: Group, window: Window, facts: int) -> None:
        """Note that these kinds of fact changed in a window, so that its records are due."""
        changed = group.changed
        if not changed:
            self.changed[group] = None
        changed[window] = changed.get(window, 0) | facts

    def expire(self) -> None:
        """Forget the panes behind their retention. Rolling windows must have left them (`slide`)."""
        # By the clock: a window never goes back. Days are kept by the watermark, so that quiet years stay.
        top = max(self.top_pane, self.pane_now or 0)
        for pane in [pane for pane in self.fines if pane <= top - FINE_RETENTION_PANES]:
            for group in self.fines.pop(pane):
                del group.fines[pane]
        last_hour = top // HOUR_PANES - self._hour_retention
        for hour in [hour for hour in self.hours if hour <= last_hour]:
            for group in self.hours.pop(hour):
                del group.hours[hour]
        if self.top_pane:
            self._expire_periods(self.calendar.day_of_pane(self.top_pane).ordinal - DAY_RETENTION)

    def _expire_periods(self, last: int) -> None:
        end_us = self.calendar.day(last).end_us
        assert end_us is not None
        for period in [
            period for period in self.periods if period.end_us is not None and period.end_us <= end_us
        ]:
            for group in self.periods.pop(period):
                cell = group.periods.pop(period)
                if period.name == "day":
                    self.touched_periods.discard((group, period))
                    self.dropped.append(("d", group, period.ordinal))
                if self.pane_now is not None:
                    self.note(group, period, self.plan.facts_in(cell) | RETIRE)

    def days(self, group: Group, first: int, last: int) -> Iterator[tuple[int, Vector]]:
        """Yield ordinal and sums of a group's days from `first` to `last`, both included."""
        for ordinal in range(first, last + 1):
            cell = group.periods.get(self.calendar.day(ordinal))
            if cell is not None:
                yield ordinal, cell


def _hour(pane: int | None) -> int | None:
    return None if pane is None else pane // HOUR_PANES
