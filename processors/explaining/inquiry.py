"""Inquiry: of one value, the records of its parts, the facts that it looks at, and those that were taken back."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

import orjson

from processors.compile import Plan
from processors.entities.directory import UNASSIGNED
from processors.explaining.fact_ledger import FactLedger, Told
from processors.explaining.looked_at import as_looked_at, looked_at
from processors.planning.formulas import Shown
from processors.reading.event_time import decode_time
from processors.rollup import Rollup
from processors.valuing.earlier import same_elapsed
from processors.valuing.view import View
from processors.windows import Today
from schemas.catalogs.expression import Reference
from schemas.catalogs.facts import kinds_of
from schemas.catalogs.formula import Churn, Growth
from schemas.catalogs.kpi_groups import stand_in
from schemas.fact import PANE_US
from schemas.kpi import Dims, dims_text, kpi_key

FOREVER_US = 1 << 62
Bounds = tuple[int | None, int | None]
"""Start and end of a window, microseconds; None where it has none."""


class Question(NamedTuple):
    """A value of a KPI: in which window, which of its periods (None: the running one), and of whom."""

    kpi: str
    window: str
    period: str | None
    dims: Dims


class Part(NamedTuple):
    """A KPI's value, and what it is made of."""

    kpi: str
    key: str
    record: Mapping[str, Any] | None
    """Its KPI record; None where there is none."""
    facts: tuple[Told, ...]
    """In force, in the order of the time at which they count."""
    taken_back: tuple[Told, ...]
    """Given and taken back for good, in that order."""
    parts: tuple["Part", ...]
    """The KPIs that its formula names."""
    until_us: int | None = None
    """Where only a part of the period is looked at, and no record has its value: up to when."""
    unpublished: Shown | None = None
    """Of a KPI that is private, and so has no record: its value and sample size."""


class Inquiry:
    """Finds what a value is made of, among the facts told by then and the records of then."""

    def __init__(
        self,
        plan: Plan,
        records: Mapping[str, bytes],
        ledger: FactLedger,
        as_of_us: int,
        rollup: Rollup,
    ):
        self._plan = plan
        self._records = records
        self._told = ledger.told
        self._as_of_us = as_of_us
        self._pane = as_of_us // PANE_US
        self._rollup = rollup
        self._running = plan.calendar.periods_of(plan.calendar.day_of_pane(self._pane))

    def part(self, question: Question, bounds: Bounds | None = None) -> Part:
        """Return what a value is made of; `bounds` are those of the KPI that it is a part of."""
        kpi = self._plan.catalog.kpis[question.kpi]
        period = question.period or self._running_label(question.window)
        key = kpi_key(question.kpi, question.window, period, question.dims)
        body = self._records.get(key)
        record = None if body is None else orjson.loads(body)
        if bounds is None and record is not None:
            bounds = _us(record["start"]), _us(record["end"])
        if bounds is None:
            return Part(question.kpi, key, None, (), (), ())
        stand = stand_in(kpi, tuple(sorted(question.dims)))
        if stand is not None:
            given = []
        elif isinstance(kpi.body, Churn):
            given = [*self._active_at_start(kpi.body, question, bounds)]
        else:
            time = self._plan.business_time
            given = [as_looked_at(kpi, told, time) for told in self._given(question, bounds)]
        # What an event took back only to say it anew, such as a deal's owner, is no loss.
        renewed = {(told.kind, told.told_by or told.given_by) for told in given}
        lost = [told for told in given if told.taken_by and (told.kind, told.taken_by) not in renewed]
        own = question._replace(period=period)
        unpublished = self._value(own, stand or question.kpi) if kpi.private else None
        if stand is not None:
            parts = [self.part(own._replace(kpi=stand), bounds)]
        elif isinstance(kpi.body, Growth):
            parts = [*self._both_periods(kpi.body, own)]
        elif kpi.attainment_share is not None:
            parts = [*self._reps(kpi.attainment_share, own)]
        else:
            parts = [self._part_named(reference, own, bounds) for reference in kpi.terms]
        return Part(
            question.kpi,
            key,
            record,
            tuple(sorted((told for told in given if told.taken_by is None), key=_when)),
            tuple(sorted(lost, key=_when)),
            tuple(parts),
            unpublished=unpublished,
        )

    def _value(self, question: Question, source: str) -> Shown | None:
        """Return a value as those look at it of which it is a part; `source` is the KPI that has it there."""
        rollup, plan = self._rollup, self._plan
        group = rollup.panes.groups.get(dims_text(question.dims))
        period = question.period and plan.calendar.period(question.window, question.period)
        if group is None:
            return None
        view = View(rollup.panes, rollup.targets, rollup.roster)
        sums = view.aim(group, period or rollup.panes.window(question.window, self._pane), self._as_of_us)
        value, n = plan.compiled(question.kpi, source, question.window).evaluate(sums, view)
        return (value, n) if n >= 0 else None

    def _part_named(self, reference: Reference, whole: Question, bounds: Bounds) -> Part:
        if reference.window is None:
            return self.part(whole._replace(kpi=reference.kpi), bounds)
        # A window of its own is looked at as it is now, also by a period that is over.
        question = Question(reference.kpi, reference.window, None, whole.dims)
        return self.part(question, self._bounds_now(reference.window, whole.dims))

    def _both_periods(self, growth: Growth, question: Question) -> Iterator[Part]:
        """Yield the period, then the one before, of each as much as is compared."""
        calendar = self._plan.calendar
        period = calendar.period(question.window, question.period or "")
        assert period is not None
        cuts = same_elapsed(calendar, period, self._as_of_us) if growth.same_elapsed else None
        for place, one in enumerate((period, calendar.previous(period))):
            if one is not None:
                cut_us = None if cuts is None else cuts[place].until_us(calendar)
                asked = Question(growth.of, one.name, one.label, question.dims)
                part = self.part(asked, (one.start_us, one.end_us if cut_us is None else cut_us))
                yield (
                    part if cut_us is None else part._replace(record=None, until_us=cut_us, unpublished=None)
                )

    def _reps(self, kpi: str, question: Question) -> Iterator[Part]:
        """Yield the KPI of each rep who has a target on it."""
        window, period, team = question.window, question.period or "", question.dims.get("team")
        team_of = self._rollup.roster.directory_team
        for rep in self._rollup.targets.of_reps(kpi, window, period):
            if team is None or (team_of(rep) or UNASSIGNED) == team:
                yield self.part(Question(kpi, window, period, {"rep": rep}))

    def _bounds_now(self, window: str, dims: Dims) -> Bounds:
        for rolling in self._plan.rolling:
            if rolling.name == window:
                whose = (
                    self._rollup.panes.own_days.calendar(dims)
                    if isinstance(rolling, Today)
                    else self._plan.calendar
                )
                return rolling.bounds_us(self._pane, whose)
        running = (period for period in self._running if period.name == window)
        return next(((period.start_us, period.end_us) for period in running), (None, None))

    def _running_label(self, window: str) -> str | None:
        return next((period.label for period in self._running if period.name == window), None)

    def _active_at_start(self, churn: Churn, question: Question, bounds: Bounds) -> Iterator[Told]:
        """Yield who was active when the period began, and who left in it: what churn looks at."""
        start_us, end_us = bounds
        assert start_us is not None
        assert end_us is not None
        kept = self._kept(question)
        for told in self._told:
            if not told.is_of(question.dims, kept):
                continue
            if told.kind == churn.active:
                # Who ended later was active then, so the end is none for this question.
                if told.t_us < start_us and (told.end_us or FOREVER_US) >= start_us:
                    yield told if told.end_us is None else told._replace(taken_by=None, end_us=None)
            elif told.kind == f"{churn.left}_{question.window}" and start_us <= told.t_us < end_us:
                yield told

    def _given(self, question: Question, bounds: Bounds) -> Iterator[Told]:
        """Yield the facts that its own formula looks at, taken back or not."""
        kinds = set(kinds_of(question.kpi, self._plan.catalog))
        where = looked_at(self._plan.catalog.kpis[question.kpi])
        from_us, until_us = bounds
        kept = self._kept(question)
        for told in self._told:
            if (
                told.kind in kinds
                and (from_us is None or told.t_us >= from_us)
                and (until_us is None or told.t_us < until_us)
                and told.is_of(question.dims, kept)
                and (where is None or where.id in told.marks)
            ):
                yield told

    def _kept(self, question: Question) -> Collection[str] | None:
        """Return which values have groups of their own in groups like this one; None where there is no cap."""
        bits = self._plan.compiled(question.kpi, question.kpi, question.window).facts
        return self._rollup.routes.kept(bits, tuple(sorted(question.dims)))


def _us(time: str | None) -> int | None:
    return None if time is None else decode_time(time)


def _when(told: Told) -> tuple[int, str, str]:
    return told.t_us, told.given_by.source, told.given_by.id
