"""One account and one distinct measure: in which panes it has facts, and what follows for each group's counts.

The facts are counted by pane and by the set of groups that they belong to (one set, where an account has
one rep): an account has few sets, and each fact is written down once, not once a group. With age the
panes grow coarser, as the windows do that look at them: an hour, then a local day, and behind the
retention one for all, which can still be taken back from all time. `latest` keeps what was said of each group,
so that it can be taken back exactly.

Nearly always the next fact has the same groups as the one before. While that is so, one pane stands for what was
said of all of them (`_run`), and `latest` is brought up to date when it is asked for.
"""

from bisect import bisect_left
from collections.abc import Sequence

from processors.planning.ways import Reach, Routes
from processors.tracking.account_days import Days, Spans
from processors.tracking.fact_counts import FactCounts
from processors.windows import FINE_RETENTION_PANES, HOUR_PANES, HOUR_RETENTION
from schemas.catalogs.distinct import ALL, EVER, LATEST, DistinctRow
from schemas.catalogs.retention import DAYS_D

DAY_PANES = 24 * HOUR_PANES
_SMALL = 128
"""Up to so many keys, tidying every 16 days keeps the state small enough; beyond, it is done every day."""
_HOURS_PANES = HOUR_RETENTION * HOUR_PANES
_RETENTION_PANES = DAYS_D * DAY_PANES
_SET_BITS = 20
_SET = (1 << _SET_BITS) - 1


class AccountHistory(FactCounts):
    """The facts of one distinct measure that an account has."""

    __slots__ = ("_run", "_run_pane", "_run_set", "_settled", "fence", "said", "sets", "tidied", "touched")

    def __init__(self, pane_now: int):
        """Its keys are pane and number of the set of groups, in one integer."""
        super().__init__()
        self.fence = -1
        """The source offset up to which it is complete; a replay brings those again."""
        self.sets: dict[Routes, int] = {}
        """The sets of groups, and their numbers, which count up."""
        self.said: dict[str, int] = {}
        """What `latest` was when it was asked for last."""
        self._run: Routes | None = None
        """The set of groups of which the latest is `_run_pane`, whatever `said` says until it is settled."""
        self._run_pane = self._run_set = 0
        self._settled = True
        self.tidied = pane_now
        """The watermark's pane when old panes were made coarser; what has come since is as coarse."""
        self.touched = False  # since it was written

    @property
    def latest(self) -> dict[str, int]:
        """By group: the pane in which it was said that the latest fact is."""
        if not self._settled:
            self._settled = True
            assert self._run is not None
            for route in self._run:
                self.said[route] = self._run_pane
        return self.said

    def add(self, reach: Reach, pane: int, days: Days) -> Sequence[DistinctRow]:
        """Take a fact; return the rows that say what changes: one, where the same does in all groups."""
        routes, run, before = reach.routes, self._run, self._run_pane
        if run is not None and pane >= before and (run is routes or run == routes):
            place = pane if pane >= self.tidied - FINE_RETENTION_PANES else self._place(pane, days)
            key, keys = place << _SET_BITS | self._run_set, self.keys
            if keys and key > keys[-1]:
                keys.append(key)
            else:
                self.count(key, 1)
            if pane == before:
                return ()
            self._run_pane, self._settled = pane, False
            return ((1, pane, (LATEST | days.differ(before, pane), before), reach.joint),)
        return self._add_each(reach, pane, days)

    def _add_each(self, reach: Reach, pane: int, days: Days) -> Sequence[DistinctRow]:
        routes, latest = reach.routes, self.latest
        first = latest.get(routes[0])
        number = self.sets.get(routes)
        rows: list[DistinctRow] = []
        # The set of groups was there before, and no group of it has a later fact from another.
        if number is not None and first is not None and pane > first and _alike(latest, routes, first):
            for route in routes:
                latest[route] = pane
            rows.append((1, pane, (LATEST | days.differ(first, pane), first), reach.joint))
        else:
            self._tell_each(routes, pane, days, rows)
        if number is None:
            number = self.sets[routes] = len(self.sets)
        self.count(self._place(pane, days) << _SET_BITS | number, 1)
        first = latest[routes[0]]
        self._run = routes if _alike(latest, routes, first) else None
        self._run_pane, self._run_set = first, number
        return rows

    def _tell_each(self, routes: Routes, pane: int, days: Days, rows: list[DistinctRow]) -> None:
        latest = self.said
        moved_from: int | None = None
        change: tuple[int, int | None] = (ALL, None)
        for route in routes:
            before = latest.get(route)
            if before is None:
                rows.append((1, pane, (ALL, None), route))
                latest[route] = pane
            elif pane > before:
                if before != moved_from:  # most groups come from the same pane
                    moved_from = before
                    change = (LATEST | days.differ(before, pane), before)
                rows.append((1, pane, change, route))
                latest[route] = pane
            elif pane < before and days.differ(before, pane):
                self._add_late(route, pane, days, rows)

    def take_back(self, reach: Reach, pane: int, days: Days) -> Sequence[DistinctRow]:
        """Take back a fact that was given; return the rows. One that was not given changes nothing."""
        rows: list[DistinctRow] = []
        found = self._find(self._place(pane, days), reach)
        if found is not None:
            routes, index = found
            place = self.keys[index] >> _SET_BITS
            if self.take_one(index):
                self.said, self._run = self.latest, None
                for route in routes:
                    self._leave(route, pane, place, days, rows)
        return rows

    def is_untidy(self, pane_now: int) -> bool:
        """Say whether it is time to tidy. What is kept decides, so that a replay does as the first pass did."""
        passed = pane_now - self.tidied
        return passed >= 16 * DAY_PANES or (passed >= DAY_PANES and len(self.keys) > _SMALL)

    def tidy(self, pane_now: int, days: Days) -> None:
        """Make coarser what windows see by the hour, by the day or no more."""
        before, self.tidied = self.tidied, pane_now
        for behind in (_HOURS_PANES, FINE_RETENTION_PANES):
            self._move(before - behind, pane_now - behind, days)
        old = bisect_left(self.keys, (pane_now - _RETENTION_PANES) << _SET_BITS)
        if old > len(self.sets):
            self._fold(old)

    def _place(self, pane: int, days: Days) -> int:
        """Return the pane under which a fact is kept."""
        if pane >= self.tidied - FINE_RETENTION_PANES:
            return pane
        hour = days.first_of_hour(pane)
        return hour if hour >= self.tidied - _HOURS_PANES else days.first_of_day(pane)

    def _find(self, place: int, reach: Reach) -> tuple[Routes, int] | None:
        """Return where such a fact is kept, and the groups that it was given in, be it under another catalog."""
        known = ((routes, self._index(place, self.sets[routes])) for routes in reach.known_as(self.sets))
        return next(((routes, index) for routes, index in known if index is not None), None)

    def _index(self, place: int, number: int) -> int | None:
        key = place << _SET_BITS | number
        index = bisect_left(self.keys, key)
        if index < len(self.keys) and self.keys[index] == key:
            return index
        # Behind the retention one key stands for all of a set.
        old = bisect_left(self.keys, (self.tidied - _RETENTION_PANES) << _SET_BITS)
        return next((at for at in range(index, old) if self.keys[at] & _SET == number), None)

    def _add_late(self, route: str, pane: int, days: Days, rows: list[DistinctRow]) -> None:
        """A fact before the latest: periods that had none have it now, others begin earlier."""
        spans = days.spans(pane)
        if self._first(route, spans[0][1], spans[0][2]) is not None:
            return
        up = 0
        down: dict[int, int] = {}
        for bit, first in self._firsts(route, spans):
            if first is None or first > pane:
                up |= bit
            if first is not None and first > pane:
                down[first] = down.get(first, 0) | bit
        rows.append((1, pane, (up, None), route))
        rows += [(-1, first, (mask, None), route) for first, mask in down.items()]

    def _leave(self, route: str, pane: int, place: int, days: Days, rows: list[DistinctRow]) -> None:
        """A set has no fact left in a place: the group's periods have none, or begin later."""
        down, up = 0, dict[int, int]()
        left: int | None = None
        told, said = self.said, self.said[route]
        latest = self._last(route)
        if latest is None:
            down = LATEST
            del told[route]
        elif latest < self._place(said, days):
            up[latest] = LATEST
            left = said
            told[route] = latest
        spans = days.spans(place)
        if self._first(route, spans[0][1], spans[0][2]) is None:
            for bit, first in self._firsts(route, spans):
                if first is None or first > place:
                    down |= bit
                if first is not None and first > place:
                    up[first] = up.get(first, 0) | bit
        if down & LATEST and said != pane:
            rows.append((-1, said, (LATEST, None), route))
            down &= ~LATEST
        if down:
            rows.append((-1, pane, (down, None), route))
        rows += [(1, at, (mask, left if mask & LATEST else None), route) for at, mask in up.items()]

    def _firsts(self, route: str, spans: Spans) -> list[tuple[int, int | None]]:
        """Return, for each period by its bit and for all time, the first pane that the group has in it."""
        firsts = [(bit, self._first(route, start, end)) for bit, start, end in spans]
        return [*firsts, (EVER, self._first(route, None, None))]

    def _first(self, route: str, start: int | None, end: int | None) -> int | None:
        keys, sets = self.keys, [*self.sets]
        index = 0 if start is None else bisect_left(keys, start << _SET_BITS)
        for at in range(index, len(keys)):
            key = keys[at]
            if end is not None and key >> _SET_BITS >= end:
                return None
            if route in sets[key & _SET]:
                return key >> _SET_BITS
        return None

    def _last(self, route: str) -> int | None:
        sets = [*self.sets]
        return next((key >> _SET_BITS for key in reversed(self.keys) if route in sets[key & _SET]), None)

    def _move(self, first: int, after: int, days: Days) -> None:
        """Bring what is kept from pane `first` up to `after` to where it is kept by now."""
        keys = self.keys
        low = bisect_left(keys, first << _SET_BITS)
        high = bisect_left(keys, after << _SET_BITS)
        for key, count in self.cut(low, high):
            self.count(self._place(key >> _SET_BITS, days) << _SET_BITS | key & _SET, count)

    def _fold(self, old: int) -> None:
        """Keep of what is behind the retention the latest key of each set, for all of the set."""
        kept: dict[int, tuple[int, int]] = {}
        for key, count in self.cut(0, old):
            kept[key & _SET] = (key, kept.get(key & _SET, (0, 0))[1] + count)
        for key, count in sorted(kept.values()):
            self.count(key, count)


def _alike(latest: dict[str, int], routes: Routes, pane: int) -> bool:
    for route in routes:  # noqa: SIM110 - a generator would cost more than what it looks at
        if latest.get(route) != pane:
            return False
    return True
