"""All rankings of a roll-up: by team, window and KPI, with the reps' teams as of now.

A rep's new value moves the others of the team, and the team's value moves all of its reps. A record that is
published anyway says so at once; the others are due later, a team at most once a minute, whatever came in
between.
"""

from collections.abc import Iterable, Iterator

from processors.adding.group import NOW, Group, Window
from processors.calendar import Period
from processors.compare import team_value
from processors.comparing.ranking_table import Kept, Moved, Table
from processors.comparing.ranking_upkeep import Upkeep
from processors.compile import CompiledKpi
from processors.forgetting import forget_oldest
from processors.panes import Panes
from processors.planning.formulas import Value
from processors.roster import Roster
from processors.valuing.known import Known
from schemas.catalogs.kpi_groups import REP
from schemas.duration import HOUR_US, MINUTE_US

PAUSE_US = MINUTE_US
"""So long at least between two publications of a team's records for others' sake."""
TABLES_MAX = 3_000
"""Teams' windows whose rankings are kept; beyond, the oldest are made anew when they are asked for."""
LATELY_US = HOUR_US
"""A period that ended so lately is as good as running."""


class Rankings:
    """Compares reps as records are made, and knows whose records are due for others' sake."""

    def __init__(self, panes: Panes, roster: Roster, known: Known):
        self._panes = panes
        self._plan = panes.plan
        self._roster = roster
        self._known = known
        self._tables: dict[tuple[str, Window], Table] = {}
        self._upkeep = Upkeep(panes, roster, known, self._tables)
        self._moved: dict[str, Moved] = {}
        self._told_us: dict[str, int] = {}
        """By team: when its records were last published for others' sake."""
        self.published = -1
        """The offset up to which everything was published by the last whole tick."""

    def table(self, team: str, window: Window) -> Table:
        """Return the rankings of a team and window, to be asked by `stand`."""
        table = self._tables.get((team, window))
        if table is None:
            for _, old in forget_oldest(self._tables, TABLES_MAX):
                old.leave()
            table = self._tables[team, window] = Table(team, window, self._plan)
        return table

    def forget_ended(self, until_us: int) -> None:
        """Let go of the rankings of periods that ended by then; they are made anew for who corrects one."""
        for key in [key for key in self._tables if isinstance(key[1], Period) and _ended(key[1], until_us)]:
            self._tables.pop(key).leave()

    def stand(self, table: Table, rep: str, kpi: CompiledKpi, value: Value) -> str:
        """Return what a rep's record says of the rep's place with this value."""
        ranking = self._kept(table, kpi).ranking
        if ranking.take(rep, value):
            self._note(table.team, table.window, kpi.id)
        return ranking.say(rep)

    def take_team(self, team: str, window: Window, kpi: CompiledKpi, value: Value) -> None:
        """Take the value of a team's own record."""
        if kpi.id not in self._plan.named(REP, window.name):
            return
        table = self._tables.get((team, window))
        kept = None if table is None else table.of.get(kpi.id)
        if kept is None or kept.ranking.measure(self._measure(team, kpi, value)):
            self._note(team, window, kpi.id)

    def drop(self, table: Table, rep: str, kpi: CompiledKpi) -> None:
        """Take that a rep's record is no more."""
        kept = table.of.get(kpi.id)
        # Without a ranking it is not known whether others were told of the rep, before a restart for instance.
        if kept is None or kept.ranking.drop(rep):
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

    def joined(self, rep: str, team: str) -> None:
        """Take that a rep came to a team from another, whose rankings have spoken since the rep was here before."""
        for (name, _), table in self._tables.items():
            if name == team:
                for kept in table.of.values():
                    kept.ranking.unsay(rep)

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
            moved = self._moved[team] = Moved({}, self.published)
        if kpi is None:
            moved.windows[window] = None
        else:
            kpis = moved.windows.setdefault(window, {})
            if kpis is not None:
                kpis[kpi] = None

    @property
    def waiting(self) -> list[str]:
        """The teams that have records due, the one that moved first before others."""
        return [*self._moved]

    def published_of(self, flushed: int) -> int:
        """Return up to which offset everything is published, what moved in periods long over included.

        Of those that run, `waiting` tells.
        """
        running = {*self.running()}
        return min(
            (moved.published for moved in self._moved.values() if not running.issuperset(moved.windows)),
            default=flushed,
        )

    def due(self, team: str) -> Iterator[tuple[Group, Window, list[CompiledKpi]]]:
        """Yield whose records of which KPIs in a team are to be published for others' sake, if its time has come."""
        now_us, told_us = self._known.now_us, self._told_us.get(team)
        if team not in self._moved or (told_us is not None and now_us < told_us + PAUSE_US):
            return
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
            # Whatever moved in it by now is told with what is due: it is no reason to tell it once more.
            kept, _ = self._upkeep.kept(table, kpi)
            for rep in kept.ranking.due():
                due.setdefault(rep, []).append(kpi)
        for rep, of_rep in due.items():
            group = self._upkeep.group("rep", rep)
            assert group is not None  # who has a value has facts
            yield group, window, of_rep

    # Values

    def new_turn(self) -> None:
        """Begin a whole tick."""
        self._upkeep.turn += 1

    def new_slice(self, live: bool = False, some_wait: bool = False) -> None:
        """Begin a slice of records, of a `live` tick or a whole one: within it no value changes.

        In a live one, `some_wait` who changed: they are told later.
        """
        self._upkeep.slice += 1
        self._upkeep.live, self._upkeep.some_wait = live, some_wait

    def _kept(self, table: Table, kpi: CompiledKpi) -> Kept:
        kept, moved = self._upkeep.kept(table, kpi)
        if moved:
            self._note(table.team, table.window, kpi.id)
        return kept

    def _measure(self, team: str, kpi: CompiledKpi, value: Value) -> Value:
        return team_value(kpi.formula, value, self._roster.active_reps(team))


def _ended(period: Period, by_us: int) -> bool:
    return period.end_us is not None and period.end_us <= by_us
