"""Fences: cells that a crash in the middle of a checkpoint left ahead of the cut, and what they have already.

Facts come again from the cut on. A cell that was written later than that has some of them; each is added
to those cells only that don't have it.
"""

from collections.abc import Mapping
from typing import Any

from processors.adding.group import LEFT, Group, Route
from processors.adding.inflow import FactRow, Inflow
from processors.panes import Panes
from processors.planning.vector import Vector
from processors.roster import Roster
from schemas.duration import HOUR_US
from schemas.fact import PANE_US


class Fences:
    """Up to which offset each such cell is true."""

    def __init__(self, panes: Panes, inflow: Inflow, roster: Roster):
        self._panes = panes
        self._roster = roster
        self._inflow = inflow
        self._cells: dict[tuple[Group, str, int], int] = {}
        self._older: dict[Group, tuple[int, int]] = {}
        """The last of the older days of a group, and up to which offset what is known of them is true."""
        self.until = -1
        """From here on nothing is fenced."""

    def put(self, group: Group, tier: str, number: int, offset: int) -> None:
        """Note up to which offset a cell is true."""
        if tier == "o":
            self._older[group] = number, offset
        else:
            self._cells[(group, tier, number)] = offset
        self.until = max(self.until, offset)

    def take(self, offset: int, row: FactRow, routes: Mapping[str, Route]) -> None:
        """Add the fact of a row, in the message at that offset, to those cells only that do not have it already."""
        _, sign, pane, value, text = row
        route = routes[text]
        if route.update is not None:
            self._inflow.take([row], routes)
            return
        if sign > 0 and route.who is not None:
            self._roster.see(route.who.rep, route.who.team, pane * PANE_US)
        if not route.bundles:
            return
        self._add_delta(offset, route, pane, value, sign)
        if route.leaves and value[1] is not None:
            self._add_delta(offset, route, value[1], LEFT, -1)

    def _add_delta(self, offset: int, route: Route, pane: int, value: Any, sign: int) -> None:
        panes, inflow, cells = self._panes, self._inflow, self._cells
        delta: Vector = {}
        route.add_to(delta, value, sign)
        bits = panes.plan.facts_in(delta) if route.leaves else route.bits
        hour, day = pane * PANE_US // HOUR_US, panes.calendar.day_of_pane(pane)
        if not route.now_only:
            panes.top_pane = max(panes.top_pane, pane)
        for group in route.groups:
            if route.now_only:
                if offset > cells.get((group, "e", 0), -1):
                    inflow.add_ever(group, delta, bits)
                continue
            if offset > cells.get((group, "h", hour), -1):
                inflow.add_fines(group, {pane: delta.copy()}, delta, bits)
                inflow.add_hours(group, {hour: delta.copy()}, delta, bits)
            older_until, older_offset = self._older.get(group, (0, -1))
            is_known = day.ordinal <= older_until and offset <= older_offset
            if offset > cells.get((group, "d", day.ordinal), -1) and not is_known:
                inflow.add_days(group, {day: delta}, delta, bits)
            if offset > cells.get((group, "e", 0), -1):
                inflow.add_ever(group, delta, bits)
