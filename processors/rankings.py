"""All rankings of a roll-up: by team, window and KPI, with the reps' teams as of now.

A rep's new value moves the others of his team, and the team's value moves all of its reps. Whose record is
published anyway says so at once; the others are due later, a team at most once a minute, whatever came in
between.
"""

from collections.abc import Iterable, Iterator

from processors.calendar import Period
from processors.compare import team_value
from processors.compile import CompiledKpi
from processors.formulas import Shown, Value
from processors.group import NOW, Group, Window
from processors.known import Known
from processors.panes import Panes
from processors.ranking import NOBODY, Ranking
from processors.ranking_table import REP, Moved, Table
from processors.roster import Roster
from processors.vector import Vector
from schemas.kpi import dims_text

PAUSE_US = 60_000_000
"""So long at least between two publications of a team's records for others' sake."""
TABLES_MAX = 3_000
"""Teams' windows whose rankings are kept; beyond, the oldest are made anew when they are asked for."""
WITH_CHANGES = frozenset({"week", "month", "quarter", "year"})
"""Windows in which places gained since the local day began mean something."""
LATELY_US = 3_600_000_000
"""A period that ended so lately is as good as running."""


class Rankings:
    """Compares reps as records are made, and knows whose records are due for others' sake."""

    def __init__(self, panes: Panes, roster: Roster, known: Known):
        self._panes = panes
        self._plan = panes.plan
        self._roster = roster
        self._known = known
        self._tables: dict[tuple[str, Window], Table] = {}
        self._groups: dict[tuple[str, str], Group] = {}
        self._moved: dict[str, Moved] = {}
        self._told_us: dict[str, int] = {}
        """By team: when its records were last published for others' sake."""
        self._slice = 0
        self.published = -1
        """The offset up to which everything was published by the last whole tick."""

    def table(self, team: str, window: Window) -> Table:
        """Return the rankings of a team and window, to be asked by `stand`."""
        table = self._tables.get((team, window))
        if table is None:
            if len(self._tables) >= TABLES_MAX:
                for old in [*self._tables][: TABLES_MAX // 4]:
                    del self._tables[old]
            table = self._tables[team, window] = Table(team, window, self._plan)
        return table

    def stand(self, table: Table, rep: str, kpi: CompiledKpi, value: Value) -> str:
        """Return what a rep's record says of where he stands with this value."""
        ranking = table.of.get(kpi.id)
        if ranking is None:
            ranking = table.of[kpi.id] = Ranking(kpi.kpi.direction)
        text = ranking.say(rep, value)
        if text is None:
            self._refresh(ranking, table, kpi)
            self._note(table.team, table.window, kpi.id)
            text = ranking.say(rep, value)
        return text or ""

    def take_team(self, team: str, window: Window, kpi: CompiledKpi, value: Value) -> None:
        """Take the value of a team's own record."""
        if kpi.id not in self._plan.named(REP, window.name):
            return
        table = self._tables.get((team, window))
        ranking = None if table is None else table.of.get(kpi.id)
        if ranking is None or ranking.team_value != self._measure(team, kpi, value):
            self._note(team, window, kpi.id)

    def drop(self, table: Table, rep: str, kpi: CompiledKpi) -> None:
        """Take that a rep's record is no more."""
        ranking = table.of.get(kpi.id)
        # Without a ranking it is not known whether others were told of him, before a restart for instance.
        if ranking is None or rep in ranking:
            self._note(table.team, table.window, kpi.id)

    # What is due

    def move(self, team: str, windows: Iterable[Window], kpi: str | None = None) -> None:
        """Note that something moved in these windows of a team, in one KPI or in all."""
        for window in windows:
            self._note(team, window, kpi)

    def move_all(self, teams: Iterable[str]) -> None:
        """Note that everything may have moved in teams, in windows that run or did lately, or are at hand.

        Records of periods long over say what was so when they were published last.
        """
        windows, moved = self.running(), {*teams}
        for team in moved:
            self.move(team, windows)
        for team, window in self._tables:
            if team in moved:
                self._note(team, window, None)

    def running(self) -> list[Window]:
        """Return all windows that run, and the periods that ended lately."""
        calendar, now_us = self._panes.calendar, self._known.now_us
        periods = dict.fromkeys(
            period
            for at_us in (now_us, now_us - LATELY_US)
            for period in calendar.periods_of(calendar.day_at(at_us))
        )
        return [*self._plan.rolling, *periods, NOW]

    def _note(self, team: str, window: Window, kpi: str | None) -> None:
        moved = self._moved.get(team)
        if moved is None:
            moved = self._moved[team] = Moved({}, self._known.now_us, self.published)
        if kpi is None:
            moved.windows[window] = None
        else:
            kpis = moved.windows.setdefault(window, {})
            if kpis is not None:
                kpis[kpi] = None

    @property
    def waiting(self) -> set[str]:
        """The teams that have records due."""
        return {*self._moved}

    def published_of(self, flushed: int) -> int:
        """Return up to which offset everything is published, what moved in periods long over included.

        Of those that run, `waiting` tells.
        """
        running = {*self.running()}
        return min(
            (moved.published for moved in self._moved.values() if not running.issuperset(moved.windows)),
            default=flushed,
        )

    def due(self) -> Iterator[tuple[Group, Window, list[CompiledKpi]]]:
        """Yield whose records of which KPIs are to be published for others' sake, of teams whose time has come."""
        now_us = self._known.now_us
        for team in [*self._moved]:
            told_us = self._told_us.get(team)
            if told_us is not None and now_us < told_us + PAUSE_US:
                continue
            moved = self._moved.pop(team)
            self._told_us[team] = now_us
            for window, kpis in moved.windows.items():
                yield from self._due_in(team, window, kpis)

    def _due_in(
        self, team: str, window: Window, kpis: dict[str, None] | None
    ) -> Iterator[tuple[Group, Window, list[CompiledKpi]]]:
        due: dict[str, list[CompiledKpi]] = {}
        table = self.table(team, window)
        for id_ in table.named if kpis is None else kpis:
            kpi = table.named[id_]
            ranking = table.of.get(id_)
            if ranking is None:
                ranking = table.of[id_] = Ranking(kpi.kpi.direction)
            self._refresh(ranking, table, kpi)
            for rep in ranking.due():
                due.setdefault(rep, []).append(kpi)
        for rep, of_rep in due.items():
            yield self._groups["rep", rep], window, of_rep

    # Values

    def new_slice(self) -> None:
        """Begin a slice of records: within it no value changes."""
        self._slice += 1

    def _refresh(self, ranking: Ranking, table: Table, kpi: CompiledKpi) -> None:
        """Bring a ranking up to date with everyone in the team now."""
        if table.slice != self._slice:
            self._gather(table)
        id_, window = kpi.id, table.window
        values: dict[str, Value] = {}
        for rep, group, at_hand, vector in table.members:
            shown = at_hand.get(id_) or self._shown(kpi, window, group, at_hand, vector)
            if shown[1] >= 0:
                values[rep] = shown[0]
        measure: Value = None
        if table.own is not None and id_ in table.own_named:
            group, at_hand, vector = table.own
            shown = at_hand.get(id_) or self._shown(kpi, window, group, at_hand, vector)
            if shown[1] >= 0:
                measure = team_value(kpi.formula, shown[0], table.active)
        starts = table.at_start
        ranking.take(
            values, measure, {rep: found[id_] for rep, found in starts if id_ in found} if starts else NOBODY
        )

    def _shown(
        self, kpi: CompiledKpi, window: Window, group: Group, at_hand: dict[str, Shown], vector: Vector
    ) -> Shown:
        if not kpi.steady:
            return self._known.look(group, window, kpi)
        shown = at_hand[kpi.id] = self._known.shown(kpi, vector)
        return shown

    def _gather(self, table: Table) -> None:
        """Take down who is in a team now, and what is at hand of them."""
        known, window = self._known, table.window
        table.slice, table.members, table.at_start = self._slice, [], []
        table.active = self._roster.active_reps(table.team)
        own = self._group("team", table.team)
        table.own = None if own is None else self._at_hand(own, window)
        changing = (
            window.name in WITH_CHANGES
            and isinstance(window, Period)
            and window.end_us is not None
            and window.end_us > known.now_us
        )
        for rep in self._roster.reps_of(table.team):
            group = self._group("rep", rep)
            if group is not None:
                table.members.append((rep, *self._at_hand(group, window)))
                if changing and isinstance(window, Period):
                    table.at_start.append((rep, known.at_start(group, window)))

    def _at_hand(self, group: Group, window: Window) -> tuple[Group, dict[str, Shown], Vector]:
        vector = self._known.sums(group, window)
        return group, self._known.values(group, window).of if vector else {}, vector

    def _measure(self, team: str, kpi: CompiledKpi, value: Value) -> Value:
        return team_value(kpi.formula, value, self._roster.active_reps(team))

    def _group(self, name: str, value: str) -> Group | None:
        group = self._groups.get((name, value))
        if group is None:
            group = self._panes.groups.get(dims_text({name: value}))
            if group is not None:
                self._groups[name, value] = group
        return group
