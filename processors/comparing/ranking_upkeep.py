"""Upkeep of rankings: what everyone in a team has now, from what changed since the last slice of records."""

from collections import defaultdict
from collections.abc import Mapping

from processors.adding.group import Group, Window
from processors.calendar import Period
from processors.compare import team_value
from processors.comparing.ranking import Number
from processors.comparing.ranking_table import Kept, Table
from processors.compile import CompiledKpi
from processors.panes import Panes
from processors.planning.formulas import NO_KEY, Shown, Value
from processors.roster import Roster
from processors.valuing.known import LATE_US, Known
from schemas.kpi import dims_text

WITH_CHANGES = frozenset({"week", "month", "quarter", "year"})
"""Windows in which places gained since the local day began mean something."""


class Upkeep:
    """Brings the tables of one roll-up up to date, each when it is asked for."""

    def __init__(
        self, panes: Panes, roster: Roster, known: Known, tables: Mapping[tuple[str, Window], Table]
    ) -> None:
        """`tables` are shared with whoever makes them."""
        self._panes = panes
        self._plan = panes.plan
        self._roster = roster
        self._known = known
        self._tables = tables
        self._groups: dict[tuple[str, str], Group] = {}
        self.slice = 0
        """Within one, no value changes."""
        self.turn = 0
        """The number of the whole tick. Values that time or another window moves are looked at once in each: whoever
        has another one later in it says so with the own record."""
        self.live = False
        """Whether it is a live tick's."""
        self.some_wait = False
        """Whether reps who changed are not told now: then those who are stand among the values that are told, and each
        value is taken when it is told, so nobody else's need be looked at."""

    def kept(self, table: Table, kpi: CompiledKpi) -> tuple[Kept, bool]:
        """Return a ranking with what everyone in the team has now, and whether anything in it is another."""
        id_ = kpi.id
        kept = table.of.get(id_)
        if self.some_wait and kept is not None and kept.made == table.made:
            return kept, False
        if table.slice != self.slice:
            self._look(table)
        if kept is None:
            kept = table.of[id_] = Kept(kpi.kpi.direction)
        if (
            kept.made == table.made
            and id_ not in table.waiting
            and (kpi.steady or self.live or kept.turn == self.turn)
        ):
            return kept, False
        moved = self._take_values(table, kpi, kept)
        measure: Value = None
        if table.own is not None and id_ in table.own_named:
            value, n = self._known.look(table.own, table.window, kpi)
            if n >= 0:
                measure = team_value(kpi.formula, value, table.active)
        moved |= kept.ranking.measure(measure)
        moved |= kept.ranking.start(table.starts_of(id_))
        return kept, moved

    def _take_values(self, table: Table, kpi: CompiledKpi, kept: Kept) -> bool:
        """Take the values that may be others than before; return whether any is."""
        waiting, ranking = table.waiting.pop(kpi.id, ()), kept.ranking
        if kept.made != table.made:
            kept.made, kept.turn = table.made, self.turn
            ranking.take_all(self._values(table, kpi))
            return True
        if not kpi.steady and not self.live and kept.turn != self.turn:
            kept.turn = self.turn
            return ranking.take_all(self._values(table, kpi))
        moved = False
        for rep in waiting:
            if rep is not None:
                group = table.members.get(rep)
                value, n = NO_KEY if group is None else self._known.look(group, table.window, kpi)
                moved |= ranking.take(rep, value) if n >= 0 else ranking.drop(rep)
        return moved

    def _values(self, table: Table, kpi: CompiledKpi) -> dict[str, Value]:
        values: dict[str, Value] = {}
        id_, window, look = kpi.id, table.window, self._known.look
        for rep, group in table.members.items():
            if group is None:
                continue
            known = group.values.get(window)
            shown: Shown | None = None if known is None or known.stale else known.of.get(id_)
            if shown is None or not kpi.steady:
                shown = look(group, window, kpi)
            if shown[1] >= 0:
                values[rep] = shown[0]
        return values

    def _look(self, table: Table) -> None:
        """Take down who is in a team now, and of whom there are facts since the last slice."""
        table.slice = self.slice
        if self._panes.watcher is not self:
            # Another's tables were told what changed since.
            self._panes.watcher = self
            for other in self._tables.values():
                other.begin_anew()
        version = self._roster.version_of(table.team)
        if table.version != version:
            table.version, table.groups_seen = version, 0
            table.take_members(self._roster.reps_of(table.team), self._roster.active_reps(table.team))
        if table.groups_seen != len(self._panes.groups):
            table.groups_seen = len(self._panes.groups)
            self._find_groups(table)
        if table.stale:
            table.sort_stale(self._plan)
        self._look_at_starts(table)

    def _find_groups(self, table: Table) -> None:
        all_facts = self._plan.all_facts
        if table.own is None and (own := self.group("team", table.team)) is not None:
            table.own = own
            own.watched[table.window] = table.stale
            table.stale[own] = all_facts
        for rep, group in table.members.items():
            if group is None and (found := self.group("rep", rep)) is not None:
                table.members[rep] = found
                found.watched[table.window] = table.stale
                table.stale[found] = all_facts

    def _look_at_starts(self, table: Table) -> None:
        """Take the values that there were when the local day began; late facts move them within ten minutes."""
        window, now_us = table.window, self._known.now_us
        if not (
            isinstance(window, Period)
            and window.name in WITH_CHANGES
            and window.end_us is not None
            and window.end_us > now_us
        ):
            if table.starts:
                table.starts = {}
                table.look_again()
            return
        if now_us < table.start_until_us and now_us < table.start_from_us + LATE_US:
            return
        today = self._panes.calendar.day_at(now_us)
        assert today.end_us is not None
        table.start_from_us, table.start_until_us = now_us, today.end_us
        starts: defaultdict[str, dict[str, Number]] = defaultdict(dict)
        for rep, group in table.members.items():
            if group is not None:
                for kpi, value in self._known.at_start(group, window).items():
                    starts[kpi][rep] = value
        table.starts = starts
        table.look_again()

    def group(self, name: str, value: str) -> Group | None:
        """Return the group of a rep or a team; None where there are no facts."""
        group = self._groups.get((name, value))
        if group is None:
            group = self._panes.groups.get(dims_text({name: value}))
            if group is not None:
                self._groups[name, value] = group
        return group
