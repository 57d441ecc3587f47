"""Tiers: sums come into the panes of a group, and into the windows made of them.

Five-minute panes, hours, local days and all time each take what is added by themselves, so that a cell that has
something already can be left out (`processors/adding/fences.py`).
"""

from collections.abc import Mapping, Sequence

from processors.adding.group import NOW, RETIRE, UNSEEN, Group
from processors.adding.shares_of_reps import SharesOfReps
from processors.adding.slide import forget_sums, left_behind
from processors.calendar import Period
from processors.panes import Panes
from processors.planning.vector import Vector, add, summed
from processors.windows import FINE_RETENTION_PANES, HOUR_PANES, Rolling, Today
from schemas.catalogs.kpi_groups import REP


class Tiers:
    """Adds to the panes of one roll-up."""

    def __init__(self, panes: Panes, shares: SharesOfReps):
        self._panes = panes
        self.shares = shares
        self.since_pane: int | None = None
        """The pane in which the oldest of the pending facts was appended to its topic. A predecessor that
        crashed may have published it since, and windows that it has left by now are due too."""
        rolling = panes.plan.rolling
        self._today = next((window for window in rolling if isinstance(window, Today)), None)
        self._fine_windows = [
            window for window in rolling if window.tier == "fine" and window is not self._today
        ]
        self._hour_windows = [window for window in rolling if window.tier == "hour"]
        self._day_windows = [window for window in rolling if window.tier == "day"]
        self._by_hours = [window for window in rolling if window.tier != "day"]

    def add_fines(self, group: Group, deltas: dict[int, Vector], total: Vector | None, bits: int) -> None:
        """Add to five-minute panes and the rolling windows made of such. Takes the deltas over.

        Here and below `total` is the sum of the deltas, None where it is not known, and `bits` are those of
        the kinds of fact in them.
        """
        self._roll(group, self._fine_windows, deltas, total, bits, self._panes.pane_now, self.since_pane)
        if self._today is not None:
            self._roll_today(group, self._today, deltas)
        fine_floor, own = self._panes.fine_floor(), group.fines
        for pane, delta in deltas.items():
            if pane <= fine_floor:
                continue
            self._panes.touched.hours[pane // HOUR_PANES].add(group)
            if pane in own:
                add(own[pane], delta)
            else:
                own[pane] = delta
                self._panes.fines.setdefault(pane, []).append(group)

    def add_hours(self, group: Group, deltas: dict[int, Vector], total: Vector, bits: int) -> None:
        """Add to hours and the rolling windows made of such. Takes the deltas over."""
        now, since = _hour(self._panes.pane_now), _hour(self.since_pane)
        self._roll(group, self._hour_windows, deltas, total, bits, now, since)
        if now is not None and any(hour < now for hour in deltas):
            self._leave_traces(group, self._by_hours, deltas)
        floor = (
            max(self._panes.top_pane, self._panes.pane_now or 0) // HOUR_PANES - self._panes.hour_retention
        )
        own, touched = group.hours, self._panes.touched.hours
        for hour, delta in deltas.items():
            if hour <= floor:
                continue
            touched[hour].add(group)
            if hour in own:
                add(own[hour], delta)
            else:
                own[hour] = delta
                groups = self._panes.hours.get(hour)
                if groups is None:
                    self._panes.hours[hour] = [group]
                else:
                    groups.append(group)

    def add_days(self, group: Group, deltas: dict[Period, Vector], total: Vector, bits: int) -> None:
        """Add to local days, the longer periods that they are in, and the rolling windows made of days."""
        floor = self._panes.day_floor
        if any(day.ordinal <= floor.ordinal for day in deltas):
            old = {day: delta for day, delta in deltas.items() if day.ordinal <= floor.ordinal}
            for day, delta in old.items():
                self._add_old_day(group, day, delta, floor)
            deltas = {day: delta for day, delta in deltas.items() if day not in old}
            total = summed(deltas.values())
        by_ordinal = {day.ordinal: delta for day, delta in deltas.items()}
        now, since = self._ordinal(self._panes.pane_now), self._ordinal(self.since_pane)
        self._roll(group, self._day_windows, by_ordinal, total, bits, now, since)
        if now is not None and any(ordinal < now for ordinal in by_ordinal):
            self._leave_traces(group, self._day_windows, by_ordinal)
        counted_by_rep = self._panes.plan.shares_of_reps
        for day, delta in deltas.items():
            self._panes.touched.days[day].add(group)
            facts = bits if len(deltas) == 1 else self._panes.plan.facts_in(delta)
            is_late = now is not None and day.ordinal < now
            if is_late and group.signature == REP:
                self._panes.note_late(group)
            for period in self._panes.calendar.calendar_periods_of(day):
                self._panes.restore_period(group, period, delta)
                if now is not None:
                    self._panes.note(group, period, facts)
                    if facts & counted_by_rep:
                        self.shares.follow(group, period, facts)
                    known = group.values.get(period)
                    if known is not None and is_late:
                        known.late = True

    def _add_old_day(self, group: Group, day: Period, delta: Vector, floor: Period) -> None:
        """Add to a day that is no longer kept: to longer periods that are, and to what looks at an opening."""
        for window in self._day_windows:
            forget_sums(group, window)  # of a clock that stood still for days: made anew when it goes on
        panes, facts = self._panes, self._panes.plan.facts_in(delta)
        longer = panes.kept_around(day, floor)
        if day.ordinal <= panes.older_days.of(group).until:
            if panes.older_days.take(group, day, delta, longer):
                panes.touched.older.add(group)
        elif longer:
            # It leaves, and is taken over, with the next that the clock does.
            panes.restore_period(group, day, delta)
            panes.touched.days[day].add(group)
        for period in longer:
            panes.restore_period(group, period, delta)
        if panes.pane_now is None:
            return
        for period in longer:
            panes.note(group, period, facts)
            if facts & panes.plan.shares_of_reps:
                self.shares.follow(group, period, facts)
        if facts & panes.plan.openings:
            for period in panes.begun_since(day, floor):
                panes.note(group, period, facts & panes.plan.openings | UNSEEN)

    def add_ever(self, group: Group, delta: Vector, bits: int) -> None:
        """Add to all time, which is also what gauges are read from."""
        ever = self._panes.calendar.all_time
        self._panes.touched.ever.add(group)
        self._panes.restore_period(group, ever, delta)
        if self._panes.pane_now is not None:
            self._panes.note(group, ever, bits)
            if bits & self._panes.plan.gauges:
                self._panes.note(group, NOW, bits & self._panes.plan.gauges)

    def _ordinal(self, pane: int | None) -> int | None:
        return None if pane is None else self._panes.calendar.day_of_pane(pane).ordinal

    def _roll(
        self,
        group: Group,
        windows: Sequence[Rolling],
        deltas: Mapping[int, Vector],
        total: Vector | None,
        bits: int,
        now: int | None,
        since: int | None,
    ) -> None:
        """Bring panes of a tier, by their number, into the rolling windows made of such."""
        if now is None or not deltas:
            return
        first, last = min(deltas), max(deltas)
        for window in windows:
            if first > now - window.panes and last <= now and total is not None:
                self._panes.note(group, window, bits)
                known = group.rolling.get(window)
                if known is not None:
                    add(known, total)
                continue
            begun = None if since is None else since - window.panes + 1
            for index, delta in deltas.items():
                if index <= now:  # what is ahead of the clock enters when the clock gets there
                    self._roll_one(group, window, index, delta, now - window.panes + 1, begun)

    def _leave_traces(self, group: Group, windows: Sequence[Rolling], deltas: Mapping[int, Vector]) -> None:
        """Have windows say 0 of what came late, when they had left it already: as if it had come in time."""
        panes = self._panes
        assert panes.pane_now is not None
        for window in windows:
            left, known = left_behind(panes, group, window, panes.pane_now), group.rolling.get(window)
            for index, delta in deltas.items():
                if index in left:
                    group.left.pop(window, None)
                    panes.note(group, window, panes.plan.facts_in(delta))
                    if known is not None:
                        for slot in delta:
                            known.setdefault(slot, 0)

    def _roll_today(self, group: Group, window: Today, deltas: Mapping[int, Vector]) -> None:
        """Bring five-minute panes into the running day of whom the group is about."""
        now, since = self._panes.pane_now, self.since_pane
        if now is None:
            return
        first = self._panes.own_days.first_pane(group.dims, now)
        # Wherever the rep was when they were appended: no day is longer.
        begun = None if since is None else since - FINE_RETENTION_PANES
        for pane, delta in deltas.items():
            if pane <= now:
                self._roll_one(group, window, pane, delta, first, begun)

    def _roll_one(
        self, group: Group, window: Rolling, index: int, delta: Vector, first: int, begun: int | None
    ) -> None:
        """Bring a pane into a window that begins with `first`, and began with `begun` when it was appended."""
        if index < first:
            # A pane of history stands for its whole hour, hence the slack.
            if begun is not None and index + HOUR_PANES >= begun:
                self._panes.note(group, window, self._panes.plan.facts_in(delta) | RETIRE)
            return
        self._panes.note(group, window, self._panes.plan.facts_in(delta))
        known = group.rolling.get(window)
        if known is not None:
            add(known, delta)


def _hour(pane: int | None) -> int | None:
    return None if pane is None else pane // HOUR_PANES
