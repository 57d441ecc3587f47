"""Comparing: what a record says beside its value: target, pace, earlier periods, the team, the other reps."""

from processors.adding.group import Group, Window
from processors.calendar import Period
from processors.compare import expected
from processors.comparing.baselines import Baselines, Days
from processors.comparing.ranking_table import Table
from processors.comparing.rankings import Rankings
from processors.compile import CompiledKpi, Plan
from processors.panes import Panes
from processors.planning.formulas import Shown, Value, attained
from processors.roster import Roster
from processors.targets import Targets
from processors.valuing.known import Known
from schemas.catalogs.kpi_groups import REP

NO_TARGETS: frozenset[str] = frozenset()


class Comparing:
    """Compares the values of one group and window; aimed anew for each. Only what applies is said."""

    def __init__(
        self, panes: Panes, targets: Targets, roster: Roster, known: Known, rankings: Rankings
    ) -> None:
        self._panes = panes
        self._plan: Plan = panes.plan
        self._targets = targets
        self._roster = roster
        self._known = known
        self._rankings = rankings
        self._baselines = Baselines(panes, targets, roster, known)
        self._elapsed: dict[Period, tuple[int, tuple[int, int]]] = {}

    def aim(self, group: Group, window: Window) -> bool:
        """Look at a group in a window; say whether anything can be said of it beside its values."""
        self._group, self._window = group, window
        self._target_of: frozenset[str] | set[str] = NO_TARGETS
        self._before: Period | None = None
        self._days: Days | None = None
        self._means: dict[str, Value] | None = None
        self._table: Table | None = None
        if isinstance(window, Period) and window.label is not None:
            self._target_of = self._targets.kpis_of(group.text) or NO_TARGETS
            before = self._panes.calendar.previous(window)
            if before in group.periods or group.signature in self._plan.looking_signatures:
                self._before = before
            if before in group.periods:
                assert before is not None
                self._values = self._known.values(group, before).of
            else:
                self._values = {}
            if window.name == "day":
                assert window.end_us is not None
                if window.end_us > self._known.now_us:
                    self._means = self._baselines.of_running(group, window)
                else:
                    self._days = self._baselines.days(group, window)
        if group.signature == REP:
            rep = group.dims["rep"]
            assert rep is not None
            team = self._roster.team_of(rep)
            if team is not None:
                self._rep = rep
                self._table = self._rankings.table(team, window)
        return (
            self._before is not None
            or self._means is not None
            or self._days is not None
            or self._table is not None
            or bool(self._target_of)
        )

    def text(self, kpi: CompiledKpi, value: Value, stands: bool = True) -> str:
        """Return what applies to a KPI's value as part of a record's JSON, `,"target":100,…`, or nothing.

        A rep without facts `stands` nowhere in the team.
        """
        text = ""
        group = self._group
        if kpi.id in self._target_of:
            text = self._target(kpi, value)
        before = self._before
        if before is not None:
            shown: Shown | None = self._values.get(kpi.id)
            if shown is None:
                shown = self._known.look(group, before, kpi)
            if shown[0] is not None and shown[1] >= 0:
                text = f'{text},"previous":{shown[0]!r}'
        mean: Value = None
        if self._means is not None:
            mean = self._means.get(kpi.id)
        elif self._days is not None:
            mean = self._baselines.mean(group, kpi, self._days)
        if mean is not None:
            text = f'{text},"baseline":{mean!r}'
        table = self._table
        if table is not None and stands:
            text += self._rankings.stand(table, self._rep, kpi, value)
        elif not stands:
            self.gone(kpi)
        return text

    def gone(self, kpi: CompiledKpi) -> None:
        """Take that a KPI has no record any more, or one without facts."""
        if self._table is not None:
            self._rankings.drop(self._table, self._rep, kpi)

    def _target(self, kpi: CompiledKpi, value: Value) -> str:
        window = self._window
        assert isinstance(window, Period)
        target = self._targets.of(kpi.id, window.name, window.label, self._group.text)
        if target is None:
            return ""
        text = f',"target":{target!r}'
        reached, pace = attained(value, target), expected(kpi.formula, target, *self._elapsed_us(window))
        if reached is not None:
            text += f',"attainment":{reached!r}'
        return text if pace is None else f'{text},"expected":{pace!r}'

    def _elapsed_us(self, window: Period) -> tuple[int, int]:
        now_us = self._known.now_us
        known = self._elapsed.get(window)
        if known is None or known[0] != now_us:
            assert window.start_us is not None
            assert window.end_us is not None
            elapsed = self._plan.business_time.elapsed_us(window.start_us, window.end_us, now_us)
            known = self._elapsed[window] = (now_us, elapsed)
        return known[1]
