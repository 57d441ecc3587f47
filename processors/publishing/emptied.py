"""Which keys without facts a replay tells of: those that were emptied within a week.

A worker notes it as its clock goes on. In a replay that stands still until the end: when something was taken back is
noted by the time of the newest event so far. Keys that facts have left in a rolling window follow from the panes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from processors.adding.group import NOW, Group, Window
from processors.adding.routes import Routes
from processors.adding.slide import left_behind
from processors.calendar import Period
from processors.panes import Panes
from processors.publishing.empty_gauges import ZERO_US
from processors.publishing.records import KpiRecord
from processors.tracking.rows import Row
from processors.windows import HOUR_PANES, Rolling
from schemas.fact import PANE_US

LOOK_AT = 10_000
"""Facts taken back that are remembered before it is looked which of them are older than a week."""


class Emptied:
    """The facts of a replay that were taken back, and when."""

    def __init__(self) -> None:
        self._at_us: dict[tuple[str, int], int] = {}
        """By route and pane: when the last one was."""
        self._look_at = LOOK_AT

    def note(self, rows: Iterable[Row], now_us: int) -> None:
        """Take the rows that an event gave."""
        for _, sign, pane, _, route in rows:
            if sign < 0:
                self._at_us[route, pane] = now_us
        if len(self._at_us) > self._look_at:
            self._at_us = self._since(now_us)
            self._look_at = max(LOOK_AT, 2 * len(self._at_us))

    def as_of(self, panes: Panes, routes: Routes, now_us: int) -> "EmptiedAsOf":
        """Return what is told at that moment."""
        return EmptiedAsOf(panes, routes, self._since(now_us), now_us)

    def _since(self, now_us: int) -> dict[tuple[str, int], int]:
        return {what: at_us for what, at_us in self._at_us.items() if at_us + ZERO_US > now_us}


class EmptiedAsOf:
    """What was taken back in the week before a moment."""

    def __init__(
        self, panes: Panes, routes: Routes, taken_back: Iterable[tuple[str, int]], now_us: int
    ) -> None:
        self._panes = panes
        self._now = now_us // PANE_US
        self._facts: defaultdict[Group, dict[int, int]] = defaultdict(dict)
        """By group and pane: the bits of the kinds of fact that were taken back."""
        for text, pane in taken_back:
            route = routes[text]
            for group in route.groups:
                facts = self._facts[group]
                facts[pane] = facts.get(pane, 0) | route.bits

    def tells(self, group: Group, window: Window, record: KpiRecord) -> bool:
        """Say whether a record has a place among those of the moment."""
        if not record.emptied:
            return True
        kpi = self._panes.plan.named(group.signature, window.name)[record.kpi]
        if self._was_taken_back(group, window, kpi.facts):
            return True
        if kpi.formula == "growth":
            assert isinstance(window, Period)
            earlier = self._panes.calendar.previous(window)
            return earlier is not None and (
                _has(group.periods.get(earlier, {}), kpi.counts)
                or self._was_taken_back(group, earlier, kpi.facts)
            )
        return kpi.looks  # a target, or who was there before

    def _was_taken_back(self, group: Group, window: Window, kinds: int) -> bool:
        return any(
            facts & kinds and self._is_in(pane, group, window)
            for pane, facts in self._facts.get(group, {}).items()
        )

    def _is_in(self, pane: int, group: Group, window: Window) -> bool:
        if window is NOW:
            return True
        calendar = self._panes.calendar
        if isinstance(window, Rolling):
            left = left_behind(self._panes, group, window, self._now)
            return left.start <= (
                calendar.day_of_pane(pane).ordinal if window.tier == "day" else pane // HOUR_PANES
            )
        return window in calendar.periods_of(calendar.day_of_pane(pane))


def _has(cell: Mapping[int, int], counts: Iterable[int]) -> bool:
    return any(cell.get(slot) for slot in counts)
