"""All rankings of a roll-up: by team, window and KPI, with the reps' teams as of now.

A rep's new value moves the others of his team, and the team's value moves all of its reps. Whose record is
published anyway says so at once; the others are due later, a team at most once a minute, whatever came in
between.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from processors.calendar import Period
from processors.compare import team_value
from processors.compile import CompiledKpi
from processors.formulas import Value
from processors.group import NOW, Group, Window
from processors.known import Known
from processors.panes import Panes
from processors.ranking import Ranking, Standing
from processors.roster import Roster
from schemas.kpi import dims_text

PAUSE_US = 60_000_000
"""So long at least between two publications of a team's records for others' sake."""
TABLES_MAX = 3_000
"""Teams' windows whose rankings are kept; beyond, the oldest are made anew when they are asked for."""
WITH_CHANGES = frozenset({"week", "month", "quarter", "year"})
"""Windows in which places gained since the local day began mean something."""
LATELY_US = 3_600_000_000
"""A period that ended so lately is as good as running."""

Table = dict[str, Ranking]
"""The rankings of a team and window by KPI."""


class Moved(NamedTuple):
    """In what of a team something moved since its records were published for others' sake."""

    windows: dict[Window, dict[str, None] | None]
    """The KPIs; None: all."""
    since_us: int
    published: int
    """Up to which offset everything had been published that moved it."""


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
        self.published = -1
        """The offset up to which everything was published by the last whole tick."""

    def table(self, team: str, window: Window) -> Table:
        """Return the rankings of a team and window, to be asked by `stand`."""
        table = self._tables.get((team, window))
        if table is None:
            if len(self._tables) >= TABLES_MAX:
                for old in [*self._tables][: TABLES_MAX // 4]:
                    del self._tables[old]
            table = self._tables[team, window] = {}
        return table

    def stand(
        self, table: Table, team: str, group: Group, window: Window, kpi: CompiledKpi, value: Value
    ) -> Standing:
        """Return where a rep stands with this value, for his record: it is no longer due for that."""
        rep = group.dims["rep"]
        assert rep is not None
        ranking = table.get(kpi.id)
        if ranking is None:
            ranking = table[kpi.id] = Ranking(kpi.kpi.direction)
        if ranking.set(rep, value, self._at_start(group, window, kpi)):
            self._refresh(ranking, team, window, kpi)
            self._note(team, window, kpi.id)
        return ranking.say(rep)

    def take_team(self, team: str, window: Window, kpi: CompiledKpi, value: Value) -> None:
        """Take the value of a team's own record."""
        ranking = self._tables.get((team, window), {}).get(kpi.id)
        if ranking is not None and ranking.set_team(self._measure(team, kpi, value)):
            self._note(team, window, kpi.id)

    def drop(self, team: str, window: Window, rep: str, kpi: CompiledKpi) -> None:
        """Take that a rep's record is no more."""
        ranking = self._tables.get((team, window), {}).get(kpi.id)
        if ranking is not None and rep in ranking:
            ranking.drop(rep)
            self._note(team, window, kpi.id)

    # What is due

    def move(self, team: str, windows: Iterable[Window], kpi: str | None = None) -> None:
        """Note that something moved in these windows of a team, in one KPI or in all."""
        for window in windows:
            self._note(team, window, kpi)

    def move_all(self, teams: Iterable[str]) -> None:
        """Note that everything may have moved in teams, in the windows that run or did lately."""
        windows = self.running()
        for team in teams:
            self.move(team, windows)

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
        named = self._plan.named(("rep",), window.name)
        for id_ in named if kpis is None else kpis:
            kpi = named[id_]
            ranking = table.get(id_)
            if ranking is None:
                ranking = table[id_] = Ranking(kpi.kpi.direction)
            self._refresh(ranking, team, window, kpi)
            for rep in ranking.due():
                due.setdefault(rep, []).append(kpi)
        for rep, of_rep in due.items():
            yield self._groups["rep", rep], window, of_rep

    # Values

    def _refresh(self, ranking: Ranking, team: str, window: Window, kpi: CompiledKpi) -> None:
        """Bring a ranking up to date with everyone in the team now."""
        members = self._roster.reps_of(team)
        for rep in members:
            group = self._group("rep", rep)
            value, n = (None, -1) if group is None else self._known.look(group, window, kpi)
            if n >= 0 and group is not None:
                ranking.set(rep, value, self._at_start(group, window, kpi))
            elif rep in ranking:
                ranking.drop(rep)
        for rep in [rep for rep in ranking if rep not in members]:
            ranking.drop(rep)
        own, of_team = self._group("team", team), self._plan.named(("team",), window.name).get(kpi.id)
        if own is not None and of_team is not None:
            value, n = self._known.look(own, window, of_team)
            ranking.set_team(self._measure(team, kpi, value if n >= 0 else None))

    def _measure(self, team: str, kpi: CompiledKpi, value: Value) -> Value:
        return team_value(kpi.formula, value, self._roster.active_reps(team))

    def _at_start(self, group: Group, window: Window, kpi: CompiledKpi) -> Value:
        if window.name not in WITH_CHANGES or not isinstance(window, Period):
            return None
        if window.end_us is None or window.end_us <= self._known.now_us or not kpi.steady:
            return None
        return self._known.at_start(group, window).get(kpi.id)

    def _group(self, name: str, value: str) -> Group | None:
        group = self._groups.get((name, value))
        if group is None:
            group = self._panes.groups.get(dims_text({name: value}))
            if group is not None:
                self._groups[name, value] = group
        return group
