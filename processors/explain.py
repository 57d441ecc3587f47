"""Explain: where a KPI's value is from: its parts, their facts, the events that gave them or took them back."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import orjson

from processors.activity import Activity
from processors.compile import Plan
from processors.decode import decode
from processors.event_time import decode_time
from processors.fact_ledger import FactLedger, Told
from processors.own_days import OwnDays
from processors.replay import UPDATE, Replay
from processors.windows import Today
from schemas.catalog import Catalog
from schemas.catalog_facts import kinds_of
from schemas.catalog_kpi import Kpi
from schemas.condition import Where
from schemas.expression import Reference
from schemas.fact import PANE_US
from schemas.formula import Churn, Distinct, Growth, Measure, Selection, Share
from schemas.kpi import Dims, kpi_key

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


class Explainer:
    """Takes events as `Replay` does, and keeps them, to say of one value what it is made of."""

    def __init__(self, plan: Plan, *, arrival_us: int, dedup_horizon_us: int, as_of_us: int | None = None):
        self._plan = plan
        self.replay = Replay(
            plan, arrival_us=arrival_us, dedup_horizon_us=dedup_horizon_us, as_of_us=as_of_us
        )
        self._used: list[tuple[int, str, str, bytes, str]] = []
        """Time, source, id, the event, and where it was read; of events that count."""

    def learn(self, value: bytes) -> None:
        """Learn from an update of the directory ahead of the activity that it explains."""
        self.replay.learn(value)

    def take(self, value: bytes, where: str) -> None:
        """Digest an event. Raises Unusable when it can't be used."""
        before = self.replay.used
        self.replay.take(value)
        if self.replay.used > before:
            event = decode(value)
            self._used.append((event.t_us, event.source, event.id, value, where))

    def explain(self, question: Question) -> Part | None:
        """Return what the value is made of; None when there was no event at all."""
        as_of_us = self.replay.as_of_us
        if as_of_us is None:
            return None
        records = {
            record.key.decode(): record.body
            for record in self.replay.records("all", emptied=True)
            if record.body is not None
        }
        kinds = _kinds(self._plan.catalog, question.kpi)
        inquiry = _Inquiry(self._plan, records, self._ledger(kinds), as_of_us, self.replay.own_days)
        return inquiry.part(question)

    def keys(self, kpi: str) -> list[str]:
        """Return the keys of the records of a KPI."""
        return [
            record.key.decode()
            for record in self.replay.records("all", emptied=True)
            if record.kpi == kpi and record.body is not None
        ]

    def _ledger(self, kinds: set[str]) -> FactLedger:
        activity = Activity(self._plan, FOREVER_US)
        events = [(decode(value), where) for *_, value, where in sorted(self._used)]
        for event, _ in events:
            if event.type == UPDATE:
                activity.learn(event, -1)
        ledger = FactLedger(activity, {kind: self._plan.kinds[kind] for kind in kinds})
        for event, where in events:
            ledger.take(event, where)
        return ledger


class _Inquiry:
    def __init__(
        self,
        plan: Plan,
        records: Mapping[str, bytes],
        ledger: FactLedger,
        as_of_us: int,
        own_days: OwnDays,
    ):
        self._plan = plan
        self._records = records
        self._told = ledger.told
        self._pane = as_of_us // PANE_US
        self._own_days = own_days
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
        if isinstance(kpi.body, Churn):
            given = [*self._active_at_start(kpi.body, question, bounds)]
        else:
            given = [*self._given(question, bounds)]
        # What an event took back only to say it anew, such as a deal's owner, is no loss.
        renewed = {(told.kind, told.told_by or told.given_by) for told in given}
        lost = [told for told in given if told.taken_by and (told.kind, told.taken_by) not in renewed]
        own = question._replace(period=period)
        parts = [self._part_named(reference, own, bounds) for reference in kpi.references]
        if isinstance(kpi.body, Growth):
            parts += self._period_before(kpi.body.of, own)
        return Part(
            question.kpi,
            key,
            record,
            tuple(sorted((told for told in given if told.taken_by is None), key=_when)),
            tuple(sorted(lost, key=_when)),
            tuple(parts),
        )

    def _part_named(self, reference: Reference, whole: Question, bounds: Bounds) -> Part:
        if reference.window is None:
            return self.part(whole._replace(kpi=reference.kpi), bounds)
        # A window of its own is looked at as it is now, also by a period that is over.
        question = Question(reference.kpi, reference.window, None, whole.dims)
        return self.part(question, self._bounds_now(reference.window, whole.dims))

    def _period_before(self, kpi: str, question: Question) -> Iterator[Part]:
        calendar = self._plan.calendar
        period = calendar.period(question.window, question.period or "")
        before = None if period is None else calendar.previous(period)
        if before is not None:
            asked = Question(kpi, before.name, before.label, question.dims)
            yield self.part(asked, (before.start_us, before.end_us))

    def _bounds_now(self, window: str, dims: Dims) -> Bounds:
        for rolling in self._plan.rolling:
            if rolling.name == window:
                whose = self._own_days.calendar(dims) if isinstance(rolling, Today) else self._plan.calendar
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
        for told in self._told:
            if not told.is_of(question.dims):
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
        where = _looked_at(self._plan.catalog.kpis[question.kpi])
        from_us, until_us = bounds
        for told in self._told:
            if (
                told.kind in kinds
                and (from_us is None or told.t_us >= from_us)
                and (until_us is None or told.t_us < until_us)
                and told.is_of(question.dims)
                and (where is None or where.id in told.marks)
            ):
                yield told


def _looked_at(kpi: Kpi) -> Where | None:
    """Return the condition without which a formula looks at no fact; that of a share's part is none."""
    match kpi.body:
        case Selection(where=where) | Measure(where=where) | Distinct(where=where) | Share(among=where):
            return where
    return None


def _us(time: str | None) -> int | None:
    return None if time is None else decode_time(time)


def _kinds(catalog: Catalog, kpi: str) -> set[str]:
    """Return the kinds of fact that a KPI is made of, its parts' too."""
    kinds: set[str] = set()
    names = [kpi]
    for name in names:
        kinds |= set(kinds_of(name, catalog))
        names += [part for part in catalog.kpis[name].parts if part not in names]
    return kinds


def _when(told: Told) -> tuple[int, str, str]:
    return told.t_us, told.given_by.source, told.given_by.id
