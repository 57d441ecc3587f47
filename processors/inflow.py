"""Inflow: what was added comes into the panes and windows, the facts of a while at once.

What is added waits by route and pane until `flush`, which brings it to the groups of the route and adds
it tier by tier: an hour or a day costs one addition for all the facts since the last flush.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from processors.calendar import Period
from processors.group import NOW, RETIRE, Group, Route
from processors.panes import Panes
from processors.roster import Roster
from processors.vector import Vector, add, summed
from processors.windows import DAY_RETENTION, FINE_RETENTION_PANES, HOUR_PANES, Rolling
from schemas.fact import PANE_US

QUARTER_PANES = 3
ANY_PANE = 0
"""Where facts wait of which only the sums of all time are asked for."""


class Inflow:
    """Adds facts to the panes of one roll-up."""

    def __init__(self, panes: Panes, roster: Roster):
        self._panes = panes
        self._roster = roster
        self.since_pane: int | None = None
        """The pane in which the oldest of the pending facts was appended to its topic. A predecessor that
        crashed may have published it since, and windows that it has left by now are due too."""
        self._coarse: dict[int, int] = {}
        """Panes of history and the panes that stand for them."""
        self._pending: dict[Route, None] = {}
        """Routes whose facts since the last flush are not in the panes yet."""
        rolling = panes.plan.rolling
        self._fine_windows = [window for window in rolling if window.tier == "fine"]
        self._hour_windows = [window for window in rolling if window.tier == "hour"]
        self._day_windows = [window for window in rolling if window.tier == "day"]

    def add(self, route: Route, sign: int, pane: int, value: Any) -> None:
        """Add a fact of a route to a pane; windows see it after `flush`."""
        if pane > route.last_pane and sign > 0:
            route.last_pane = pane
        if route.now_only:
            pane = ANY_PANE
        elif pane > self._panes.top_pane:
            self._panes.top_pane = pane
        pane = self._coarse.get(pane) or self._coarsened(pane)
        pending = route.pending
        vector = pending.get(pane)
        if vector is None:
            if not pending:
                self._pending[route] = None
            vector = pending[pane] = {}
        route.add_to(vector, value, sign)

    def _coarsened(self, pane: int) -> int:
        """Return the pane that stands for this one: itself, or the first of its hour once five minutes don't matter.

        Rolling windows end at the clock, so what is behind their panes' retention by the clock is history,
        and history is loaded by the hour. Where midnight is not on an hour, by the quarter of an hour.
        """
        coarse = pane
        hour = pane // HOUR_PANES
        if (hour + 1) * HOUR_PANES - 1 <= self._panes.fine_floor():
            split = self._panes.calendar.day_of_hour(hour) is None
            coarse = pane - pane % QUARTER_PANES if split else hour * HOUR_PANES
        self._coarse[pane] = coarse
        return coarse

    def flush(self) -> None:
        """Bring what was added into the panes and windows."""
        groups: dict[Group, dict[int, Vector]] = {}
        for route in self._pending:
            facts, route.pending = route.pending, {}
            if route.rep is not None and route.team is not None and route.last_pane:
                self._roster.see(route.rep, route.team, route.last_pane * PANE_US)
            if route.now_only:
                for group in route.groups:
                    self.add_ever(group, facts[ANY_PANE], route.bits)
                continue
            for group in route.groups:
                group.pending_bits |= route.bits
                own = groups.get(group)
                if own is None:
                    groups[group] = {pane: delta.copy() for pane, delta in facts.items()}
                    continue
                for pane, delta in facts.items():
                    known = own.get(pane)
                    if known is None:
                        own[pane] = delta.copy()
                    else:  # as `add` does, without the call: this is the innermost loop of all
                        for slot, amount in delta.items():
                            known[slot] = known.get(slot, 0) + amount
        for group, pending in groups.items():
            bits, group.pending_bits = group.pending_bits, 0
            self._flush_group(group, pending, bits)
        self._pending.clear()
        self.since_pane = None
        self._coarse.clear()

    def _flush_group(self, group: Group, pending: dict[int, Vector], bits: int) -> None:
        day_of_hour, fine_floor = self._panes.calendar.day_of_hour, self._panes.fine_floor()
        if self.since_pane is not None:
            fine_floor = min(fine_floor, self.since_pane - FINE_RETENTION_PANES)
        days: dict[Period, Vector] = {}
        hours: dict[int, Vector] = {}
        fines: dict[int, Vector] = {}
        for pane, delta in pending.items():
            hour = pane // HOUR_PANES
            day = day_of_hour(hour) or self._panes.calendar.day_of_pane(pane)
            known = days.get(day)
            if known is None:
                days[day] = delta.copy()
            else:
                for slot, amount in delta.items():
                    known[slot] = known.get(slot, 0) + amount
            if pane > fine_floor:
                fines[pane] = delta.copy()
            if hour in hours:
                add(hours[hour], delta)
            else:
                hours[hour] = delta
        total = next(iter(days.values())) if len(days) == 1 else summed(days.values())
        if fines:
            self.add_fines(group, fines, total if len(fines) == len(pending) else None, bits)
        self.add_hours(group, hours, total, bits)
        self.add_days(group, days, total, bits)
        self.add_ever(group, total, bits)

    def add_fines(self, group: Group, deltas: dict[int, Vector], total: Vector | None, bits: int) -> None:
        """Add to five-minute panes and the rolling windows made of such. Takes the deltas over.

        Here and below `total` is the sum of the deltas, None where it is not known, and `bits` are those of
        the kinds of fact in them.
        """
        self._roll(group, self._fine_windows, deltas, total, bits, self._panes.pane_now, self.since_pane)
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
        floor = self._panes.calendar.day_of_pane(self._panes.top_pane).ordinal - DAY_RETENTION
        if any(day.ordinal <= floor for day in deltas):
            deltas = {day: delta for day, delta in deltas.items() if day.ordinal > floor}
            total = summed(deltas.values())
        by_ordinal = {day.ordinal: delta for day, delta in deltas.items()}
        now, since = self._ordinal(self._panes.pane_now), self._ordinal(self.since_pane)
        self._roll(group, self._day_windows, by_ordinal, total, bits, now, since)
        for day, delta in deltas.items():
            self._panes.touched.days[day].add(group)
            facts = bits if len(deltas) == 1 else self._panes.plan.facts_in(delta)
            for period in self._panes.calendar.calendar_periods_of(day):
                self._panes.restore_period(group, period, delta)
                if now is not None:
                    self._panes.note(group, period, facts)
                    known = group.values.get(period)
                    if known is not None and day.ordinal < now:
                        known.late = True

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
            for index, delta in deltas.items():
                self._roll_one(group, window, index, delta, now, since)

    def _roll_one(
        self, group: Group, window: Rolling, index: int, delta: Vector, now: int, since: int | None
    ) -> None:
        if index > now:
            return  # ahead of the clock: it enters when the clock gets there
        if index <= now - window.panes:
            # A pane of history stands for its whole hour, hence the slack.
            if since is not None and index + HOUR_PANES > since - window.panes:
                self._panes.note(group, window, self._panes.plan.facts_in(delta) | RETIRE)
            return
        self._panes.note(group, window, self._panes.plan.facts_in(delta))
        known = group.rolling.get(window)
        if known is not None:
            add(known, delta)


def _hour(pane: int | None) -> int | None:
    return None if pane is None else pane // HOUR_PANES
