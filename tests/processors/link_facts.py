"""Spans and conversions by definition: over all events in their order, with nothing kept and nothing let go."""

from collections.abc import Iterator, Sequence
from typing import Any

from processors.activity import Activity
from processors.compile import Plan
from processors.entities.timeline import Fact
from schemas.catalogs.facts import SPAN_DIMENSIONS, base_fact, reached_fact
from schemas.catalogs.formula import Conversion
from schemas.catalogs.sections import Span
from schemas.event import Event

CATALOG = """
calendar: {timezone: Europe/Berlin, working_hours: "09:00-18:00"}
spans:
  answered: {from: crm.inquiry.received, to: crm.inquiry.answered, entity: conversation}
  worked: {from: crm.inquiry.received, to: crm.inquiry.answered, entity: conversation, business: true}
  demo: {from: crm.meeting.scheduled, to: crm.meeting.held, entity: meeting, start: latest}
  mailed: {from: crm.email.sent, to: crm.order.placed, entity: account}
  sold: {from: crm.deal.created, to: crm.deal.won, entity: deal}
  sold_to: {from: crm.deal.created, to: crm.deal.won, entity: account, start: latest}
  lost_with: {from: crm.deal.stage_changed, to: crm.deal.lost, entity: product}
kpis:
  answered: {label: X, unit: count, count: answered}
  worked: {label: X, unit: count, count: worked}
  demo: {label: X, unit: count, count: {of: demo, where: {channel: web}}}
  demos: {label: X, unit: count, count: demo}
  mailed: {label: X, unit: count, count: mailed}
  sold: {label: X, unit: count, count: sold}
  sold_to: {label: X, unit: count, count: sold_to}
  lost_with: {label: X, unit: count, count: lost_with}
  trial: {label: X, unit: ratio,
    conversion: {base: crm.lead.created, reached: crm.order.placed, entity: account, within: 3d}}
  again: {label: X, unit: ratio, conversion: {base: crm.order.placed, reached: crm.order.placed, entity: account}}
  won: {label: X, unit: ratio, conversion: {base: crm.deal.created, reached: crm.deal.won, entity: deal}}
  won_again: {label: X, unit: ratio,
    conversion: {base: crm.deal.won, reached: crm.deal.won, entity: account, within: 2d}}
"""
"""Spans and conversions of all sorts."""


def own_kinds(plan: Plan) -> set[str]:
    """Return the kinds of fact that the catalog defines."""
    kinds = {*plan.catalog.spans}
    for name, kpi in plan.catalog.kpis.items():
        if isinstance(kpi.body, Conversion) and kpi.body.entity is not None:
            kinds |= {base_fact(name), reached_fact(name)}
    return kinds


def expected(plan: Plan, events: Sequence[Event]) -> Iterator[Fact]:
    """Yield the facts, each without its sign, of distinct events in their order."""
    tell = _Teller(plan, events)
    for name, span in plan.catalog.spans.items():
        yield from tell.span(name, span)
    for name, kpi in plan.catalog.kpis.items():
        if isinstance(kpi.body, Conversion) and kpi.body.entity is not None:
            yield from tell.conversion(name, kpi.body)


class _Teller:
    def __init__(self, plan: Plan, events: Sequence[Event]) -> None:
        self._plan = plan
        self._events = events
        self._activity = Activity(plan, 1)  # for the directory only
        for event in events:
            if event.type == "crm.rep.updated":
                self._activity.learn(event, -1)

    def span(self, name: str, span: Span) -> Iterator[Fact]:
        for mine in self._by_entity(span.entity):
            ends = [place for place, event in enumerate(mine) if event.type == span.to]
            for before, end in zip([-1, *ends], ends, strict=False):
                starts = [event for event in mine[before + 1 : end] if event.type == span.from_]
                if starts:
                    start = starts[-1 if span.start == "latest" else 0]
                    took_us = mine[end].t_us - start.t_us
                    if span.business:
                        took_us = self._plan.business_time.business_us(start.t_us, mine[end].t_us)
                    yield self._fact(name, mine[end], took_us)

    def conversion(self, name: str, body: Conversion) -> Iterator[Fact]:
        assert body.entity is not None
        for mine in self._by_entity(body.entity):
            first = next((place for place, event in enumerate(mine) if event.type == body.base), None)
            if first is None:
                continue
            yield self._fact(base_fact(name), mine[first], None)
            waits = [
                event.t_us - mine[first].t_us for event in mine[first + 1 :] if event.type == body.reached
            ]
            if waits and (body.within_us is None or min(waits) <= body.within_us):
                yield self._fact(reached_fact(name), mine[first], None)

    def _by_entity(self, entity: str) -> Iterator[list[Event]]:
        found: dict[tuple[str, str], list[Event]] = {}
        for event in self._events:
            value = getattr(event.data, entity, None)
            if value is not None and event.data.account is not None:
                found.setdefault((event.data.account, value), []).append(event)
        yield from found.values()

    def _fact(self, kind: str, event: Event, value: int | None) -> Fact:
        data: Any = event.data
        rep = data.rep
        if rep is None and event.type.startswith("crm.deal."):
            rep = self._owner(event)
        team = data.team or self._activity._context.directory.team(rep, event.t_us, 0)
        marks = self._plan.marks(event)
        return (kind, event.t_us, value, rep, team, marks, *[getattr(data, name) for name in SPAN_DIMENSIONS])

    def _owner(self, event: Event) -> str | None:
        data: Any = event.data
        owner = None
        for other in self._events:
            if (other.t_us, other.source, other.id) > (event.t_us, event.source, event.id):
                break
            same = getattr(other.data, "deal", None) == data.deal and other.data.account == data.account
            if other.type in ("crm.deal.created", "crm.deal.owner_changed") and same:
                owner = other.data.rep or owner
        return owner
