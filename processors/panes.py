"""Panes: facts are added up in five minutes, hours and local days, from which every window is a sum.

What was added waits per group and pane until `flush`, which adds it tier by tier, so that an hour or
a day costs one addition for all the facts since the last flush. Cells hold integers only; a cell whose
facts were all taken back stays, as the sign that its keys once existed.
"""

from collections.abc import Iterable, Iterator, Sequence

from processors.calendar import Period
from processors.compile import Plan, Vector, add
from processors.group import NOW, RETIRE, Group, Window
from processors.windows import DAY_RETENTION, FINE_RETENTION_PANES, HOUR_PANES, HOUR_RETENTION, Rolling
from schemas.kpi import Dims, dims_text


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
        self.pending: dict[Group, None] = {}
        self.changed: dict[Group, None] = {}
        """Groups with records due, oldest change first."""
        self.touched_hours: set[tuple[Group, int]] = set()
        """Cells to be written at the next snapshot; likewise below."""
        self.touched_periods: set[tuple[Group, Period]] = set()
        self.dropped: list[tuple[str, Group, int]] = []
        """Cells behind their retention whose records get a tombstone: tier, group, hour or day's ordinal."""
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

    def add(self, groups: Iterable[Group], pane: int, delta: Vector, sign: int) -> None:
        """Add a fact's delta to a pane of these groups, `sign` times; seen by windows after `flush`."""
        if pane > self.top_pane:
            self.top_pane = pane
        for group in groups:
            pending = group.pending
            if not pending:
                self.pending[group] = None
            cell = pending.get(pane)
            if cell is None:
                pending[pane] = delta.copy() if sign == 1 else {slot: sign * n for slot, n in delta.items()}
            else:
                for slot, n in delta.items():
                    cell[slot] = cell.get(slot, 0) + sign * n

    def flush(self) -> None:
        """Bring what was added into the panes and windows."""
        for group in self.pending:
            pending, group.pending = group.pending, {}
            hours: dict[int, Vector] = {}
            days: dict[Period, Vector] = {}
            for pane, delta in pending.items():
                _merge(hours, pane // HOUR_PANES, delta)
                _merge(days, self.calendar.day_of_pane(pane), delta)
                self.add_fine(group, pane, delta)
            for hour, delta in hours.items():
                self.add_hour(group, hour, delta)
            for day, delta in days.items():
                self.add_day(group, day, delta)
                self.add_ever(group, delta)
        self.pending.clear()
        self.since_pane = None

    def add_fine(self, group: Group, pane: int, delta: Vector) -> None:
        """Add to a five-minute pane and the rolling windows made of such. Takes `delta` over."""
        self._note_rolling(group, self._fine_windows, pane, self.pane_now, self.since_pane, delta)
        if pane <= self.top_pane - FINE_RETENTION_PANES:
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
        self._note_rolling(group, self._hour_windows, hour, _hour(self.pane_now), _hour(self.since_pane), delta)
        if hour <= self.top_pane // HOUR_PANES - HOUR_RETENTION:
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
            group, self._day_windows, day.ordinal, self._ordinal(self.pane_now), self._ordinal(self.since_pane), delta
        )
        self.touched_periods.add((group, day))
        for period in self.calendar.periods_of(day)[:-1]:
            self._add_period(group, period, delta)

    def add_ever(self, group: Group, delta: Vector) -> None:
        """Add to all time, which is also what gauges are read from."""
        self.touched_periods.add((group, self.calendar.all_time))
        self._add_period(group, self.calendar.all_time, delta)
        if self.pane_now is not None:
            gauges = self.plan.facts_in(delta) & self.plan.gauges
            if gauges:
                self.note(group, NOW, gauges)

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

    def _add_period(self, group: Group, period: Period, delta: Vector) -> None:
        self.restore_period(group, period, delta)
        if self.pane_now is not None:
            self.note(group, period, self.plan.facts_in(delta))

    def _note_rolling(
        self, group: Group, windows: Sequence[Rolling], index: int, now: int | None, since: int | None, delta: Vector
    ) -> None:
        if now is None or index > now:
            return  # ahead of the clock: it enters when the clock gets there
        for window in windows:
            if index <= now - window.panes:
                if since is not None and index > since - window.panes:
                    self.note(group, window, self.plan.facts_in(delta) | RETIRE)
            else:
                self.note(group, window, self.plan.facts_in(delta))
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
        top = self.top_pane if self.pane_now is None else min(self.top_pane, self.pane_now)
        for pane in [pane for pane in self.fines if pane <= top - FINE_RETENTION_PANES]:
            for group in self.fines.pop(pane):
                del group.fines[pane]
        last_hour = top // HOUR_PANES - HOUR_RETENTION
        for hour in [hour for hour in self.hours if hour <= last_hour]:
            for group in self.hours.pop(hour):
                del group.hours[hour]
                self.touched_hours.discard((group, hour))
                self.dropped.append(("h", group, hour))
        if top:
            self._expire_periods(self.calendar.day_of_pane(top).ordinal - DAY_RETENTION)

    def _expire_periods(self, last: int) -> None:
        end_us = self.calendar.day(last).end_us
        assert end_us is not None
        for period in [period for period in self.periods if period.end_us is not None and period.end_us <= end_us]:
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


def _merge(sums: dict[int, Vector] | dict[Period, Vector], key: int | Period, delta: Vector) -> None:
    found = sums.get(key)  # type: ignore[arg-type]
    if found is None:
        sums[key] = delta.copy()  # type: ignore[index]
    else:
        add(found, delta)
