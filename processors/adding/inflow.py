"""Inflow: what was added comes into the panes and windows, the facts of a while at once.

What is added waits by bundle of groups and pane until `flush`, which brings it to the groups and adds it tier by
tier: an hour or a day costs one addition for all the facts since the last flush.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from processors.adding.group import LEFT, RETIRE, Bundle, Group, Route, Who
from processors.adding.shares_of_reps import SharesOfReps
from processors.adding.slide import forget_sums
from processors.adding.tiers import Tiers
from processors.calendar import Period
from processors.panes import Panes
from processors.planning.vector import Vector, add, summed
from processors.roster import Roster
from processors.windows import FINE_RETENTION_PANES, HOUR_PANES
from schemas.fact import PANE_US

FactRow = Sequence[Any]
"""source offset, sign, pane, value, route; as `schemas.fact` says."""

ANY_PANE = 0
"""Under this, facts wait of which only the sums of all time are asked for."""


class Inflow(Tiers):
    """Adds facts to the panes of one roll-up."""

    def __init__(self, panes: Panes, roster: Roster, shares: SharesOfReps):
        super().__init__(panes, shares)
        self._roster = roster
        self._coarse: dict[int, int] = {}
        """Panes of history and the panes that stand for them."""
        self._pending: list[Bundle] = []
        """Those with facts since the last flush, which are not in the panes yet."""
        self._seen: dict[Who, None] = {}
        """Those with later facts since."""
        self._kept: dict[Group, dict[int, Vector]] = {}
        """Facts of groups that wait for their turn, by pane; not in the panes yet either."""

    @property
    def kept(self) -> Iterable[Group]:
        """The groups that have facts which are not in the panes, after `distribute`."""
        return self._kept

    @property
    def waiting(self) -> int:
        """How many groups and bundles of such have facts that are not in the panes yet."""
        return len(self._pending) + len(self._kept)

    def appended(self, pane: int) -> None:
        """Take that facts which come now were appended to their topic in that pane."""
        if self.since_pane is None or pane < self.since_pane:
            self.since_pane = pane

    def take(self, rows: Iterable[FactRow], routes: Mapping[str, Route]) -> None:
        """Add the facts of rows to the panes of their groups; windows see them after `flush`."""
        panes, coarse, waiting = self._panes, self._coarse, self._pending
        for _, sign, pane, value, text in rows:
            route = routes[text]
            who = route.who
            if who is not None and pane > who.last_pane and sign > 0:
                who.last_pane = pane
                self._seen[who] = None
            bundles = route.bundles
            if not bundles:
                if route.update is not None:
                    active, t_us = value
                    self._roster.take(t_us, active, route.update)
                continue
            if route.now_only:
                at = ANY_PANE
            else:
                if pane > panes.top_pane:
                    panes.top_pane = pane
                at = coarse.get(pane) or self._coarsened(pane)
            count = route.count
            for bundle in bundles:
                pending = bundle.pending
                vector = pending.get(at)
                if vector is None:
                    if not pending:
                        waiting.append(bundle)
                    vector = pending[at] = {}
                bundle.bits |= route.bits
                if count is None:
                    route.add_to(vector, value, sign)
                else:
                    vector[count] = vector.get(count, 0) + sign
            if route.leaves and value[1] is not None:
                self.add(route, -1, value[1], LEFT)

    def add(self, route: Route, sign: int, pane: int, value: Any) -> None:
        """Add one fact of a route."""
        self.take(((0, sign, pane, value, ""),), {"": route})

    def _coarsened(self, pane: int) -> int:
        """Return the pane that stands for this one: itself, or the first of its hour once five minutes don't matter.

        Rolling windows end at the clock, so what is behind their panes' retention by the clock is history,
        and history is loaded by the hour. Where midnight is not on an hour, by the quarter of an hour.
        """
        coarse = self._panes.calendar.first_of_hour(pane) if self._is_history(pane) else pane
        self._coarse[pane] = coarse
        return coarse

    def _is_history(self, pane: int) -> bool:
        """Say whether all of the hour is behind the retention of five-minute panes."""
        return (pane // HOUR_PANES + 1) * HOUR_PANES - 1 <= self._panes.fine_floor()

    def flush_history(self) -> None:
        """Bring into the panes what is history by now, by the hour; the rest waits until it is, or for `flush`.

        For where nothing ticks: windows are asked for in the end only, and these have no use for older panes.
        """
        later, since_pane = list[tuple[Bundle, dict[int, Vector], int]](), self.since_pane
        first_of_hour = self._panes.calendar.first_of_hour
        for bundle in self._pending:
            if bundle.now_only:
                continue
            facts, bundle.pending = bundle.pending, {}
            recent: dict[int, Vector] = {}
            for pane, delta in facts.items():
                if not self._is_history(pane):
                    recent[pane] = delta
                    continue
                at = first_of_hour(pane)
                known = bundle.pending.get(at)
                if known is None:
                    bundle.pending[at] = delta
                else:
                    add(known, delta)
            if recent:
                later.append((bundle, recent, bundle.bits))
        self._pending = [bundle for bundle in self._pending if bundle.pending]
        self.flush()
        for bundle, recent, bits in later:
            bundle.pending, bundle.bits = recent, bits
            self._pending.append(bundle)
        self.since_pane = since_pane if later else None

    def flush(self) -> None:
        """Bring what was added into the panes and windows."""
        self.distribute()
        groups, self._kept = self._kept, {}
        for group, pending in groups.items():
            self._bring(group, pending)
        self.since_pane = None

    def flush_group(self, group: Group) -> None:
        """Bring what was added to one group into its panes and windows.

        In parts that costs nearly as much for each part as for the whole: so it is done when the group is told.
        """
        pending = self._kept.pop(group, None)
        if pending is not None:
            self._bring(group, pending)

    def _bring(self, group: Group, pending: dict[int, Vector]) -> None:
        bits, group.pending_bits = group.pending_bits, 0
        self._flush_group(group, pending, bits)

    def distribute(self) -> None:
        """Bring what was added to its groups, and to sums of all time where nothing else is asked for."""
        for who in self._seen:
            self._roster.see(who.rep, who.team, who.last_pane * PANE_US)
        self.relocate()
        groups = self._kept
        for bundle in self._pending:
            facts, bundle.pending = bundle.pending, {}
            bits, bundle.bits = bundle.bits, 0
            if bundle.now_only:
                for group in bundle.groups:
                    self.add_ever(group, facts[ANY_PANE], bits)
                continue
            for group in bundle.groups:
                group.pending_bits |= bits
                own = groups.get(group)
                if own is None:
                    groups[group] = {pane: delta.copy() for pane, delta in facts.items()}
                    continue
                for pane, delta in facts.items():
                    known = own.get(pane)
                    if known is None:
                        own[pane] = delta.copy()
                    else:  # as `add` does, without the call
                        for slot, amount in delta.items():
                            known[slot] = known.get(slot, 0) + amount
        self._pending.clear()
        self._seen.clear()
        self._coarse.clear()

    def relocate(self) -> None:
        """Begin the day of reps who work elsewhere now where it is midnight there."""
        relocated = self._roster.take_relocated()
        for rep, timezone in relocated.items():
            self._panes.own_days.move(rep, timezone)
        if relocated:
            self.begin_today_anew(relocated)

    def begin_today_anew(self, reps: Container[str] | None = None) -> None:
        """Make the running day of these reps anew, None: of all, and note it."""
        panes, today = self._panes, self._today
        if today is None:
            return
        for group in panes.groups.values():
            rep = group.dims.get("rep")
            if rep is None or not (reps is None or rep in reps):
                continue
            forget_sums(group, today)
            if panes.pane_now is not None:
                facts = panes.plan.facts_in(group.periods.get(panes.calendar.all_time, ()))
                panes.note(group, today, facts | RETIRE)

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
        counts = self._panes.plan.bits.counts
        if bits & counts:  # a row of distinct accounts is of some of the counts of its measure
            bits &= ~counts | self._panes.plan.facts_in(total)
        if fines:
            self.add_fines(group, fines, total if len(fines) == len(pending) else None, bits)
        self.add_hours(group, hours, total, bits)
        self.add_days(group, days, total, bits)
        self.add_ever(group, total, bits)
