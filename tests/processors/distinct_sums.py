"""Distinct accounts by brute force, and the sums that a roll-up would keep of the rows."""

from collections import Counter
from collections.abc import Iterable

from processors.calendar import Calendar
from processors.windows import FINE_RETENTION_PANES, HOUR_PANES, HOUR_RETENTION
from schemas.catalogs.distinct import EVER, LATEST, SUFFIXES, DistinctRow, distinct_route_of
from schemas.catalogs.retention import DAYS_D

PERIODS = ("day", "week", "month", "quarter", "year")
Fact = tuple[tuple[str, ...], int]
"""groups, pane."""


class Sums:
    """Adds rows up by group, count and pane."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self.latest: Counter[tuple[str, int]] = Counter()
        self.by_day: Counter[tuple[str, str, int]] = Counter()
        self.ever: Counter[str] = Counter()

    def add(self, rows: Iterable[DistinctRow]) -> None:
        """Add rows as `schemas.catalogs.distinct` says."""
        for sign, pane, (mask, left), route in rows:
            for group in distinct_route_of(route)[1]:
                self._add(group, sign, pane, mask, left)

    def _add(self, group: str, sign: int, pane: int, mask: int, left: int | None) -> None:
        if left is not None:
            self.latest[(group, left)] -= 1
        day = self._calendar.day_of_pane(pane).ordinal
        for bit, suffix in SUFFIXES.items():
            if not mask & bit:
                continue
            if bit == LATEST:
                self.latest[(group, pane)] += sign
            elif bit == EVER:
                self.ever[group] += sign
            else:
                self.by_day[(group, suffix, day)] += sign

    def said(self, pane_now: int) -> dict[tuple[object, ...], int]:
        """Return what windows can see: the latest as finely as its age is looked at, days within the retention."""
        found: Counter[tuple[object, ...]] = Counter()
        for (group, pane), n in self.latest.items():
            found[(group, "latest", *coarse(self._calendar, pane, pane_now))] += n
        floor = _retained_from(self._calendar, pane_now)
        for (group, suffix, day), n in self.by_day.items():
            if day >= floor:
                found[(group, suffix, day)] += n
        for group, n in self.ever.items():
            found[(group, "ever")] += n
        return {key: n for key, n in found.items() if n}


def coarse(calendar: Calendar, pane: int, pane_now: int) -> tuple[str, int]:
    """Return the pane, hour or day by which windows can still tell it from another, if any."""
    # What a window sees by five minutes is at most 24 h old, by hours 45 days: a day less than is kept.
    if pane > pane_now - 288:
        return "fine", pane
    if pane > pane_now - (HOUR_RETENTION - 24) * HOUR_PANES:
        return "hour", pane // HOUR_PANES
    day = calendar.day_of_pane(pane).ordinal
    return ("day", day) if day >= _retained_from(calendar, pane_now) else ("before", 0)


def _retained_from(calendar: Calendar, pane_now: int) -> int:
    return calendar.day_of_pane(pane_now).ordinal - DAYS_D + 2


def expected(facts: Iterable[Fact], calendar: Calendar, pane_now: int) -> dict[tuple[object, ...], int]:
    """Return the same from the facts themselves."""
    panes: dict[str, list[int]] = {}
    for groups, pane in facts:
        for group in groups:
            panes.setdefault(group, []).append(pane)
    floor = _retained_from(calendar, pane_now)
    found: dict[tuple[object, ...], int] = {}
    for group, there in panes.items():
        found[(group, "latest", *coarse(calendar, max(there), pane_now))] = 1
        found[(group, "ever")] = 1
        for index, period in enumerate(PERIODS):
            firsts: dict[object, int] = {}
            for pane in sorted(there):
                day = calendar.day_of_pane(pane)
                firsts.setdefault(calendar.periods_of(day)[index], day.ordinal)
            found.update({(group, period, day): 1 for day in firsts.values() if day >= floor})
    return found


assert FINE_RETENTION_PANES > 288
