"""What a catalog links by a field that events share: its spans, and its conversions between types of event."""

from collections.abc import Callable, Iterator
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from processors.compile import Plan
from processors.entities import conversion, span
from processors.entities.conversion import Conversion, ConversionRule
from processors.entities.linked import CLOSES, OPENS, OWNS
from processors.entities.span import Span, SpanRule
from processors.entities.timeline import Event as Said
from schemas.catalogs.facts import SPAN_DIMENSIONS, base_fact, reached_fact
from schemas.catalogs.formula import Conversion as ConversionFormula

DEAL = "crm.deal."
_OWNING = ("crm.deal.created", "crm.deal.owner_changed")
_ENDING = frozenset({"conversation", "deal", "lead", "meeting", "order", "quote"})
"""Fields of what comes to an end. Of others, such as accounts, a first event stays the first for good."""

dims_of = attrgetter(*SPAN_DIMENSIONS)
"""Gives the dimensions of an event's data."""


class Link(NamedTuple):
    """One span or conversion, as tracking needs to know it."""

    name: str
    """Its own in the changelog."""
    entity: str
    """The field that says which events belong together."""
    roles: dict[str, int]
    """By type of event: what it does."""
    counts: int
    """The role of the event at whose time, and for whose rep, the facts are."""
    whole: bool
    """Whether all events of an account share one timeline, whatever their entity: where an event of a deal counts
    for the deal's owner, and they belong together by something else than the deal."""
    new: Callable[[], Span | Conversion]
    fold: Callable[[list[Said], int], list[Said]]
    ended: Callable[[list[Said]], bool]


def links(plan: Plan) -> Iterator[Link]:
    """Yield the spans and conversions of the catalog that a KPI is made of."""
    for name, one in plan.catalog.spans.items():
        if name in plan.used:
            took_us = plan.business_time.business_us if one.business else _wall_us
            rule = SpanRule(name, one.start == "latest", took_us)
            whole = _is_whole(one.to, one.entity)
            yield Link(
                name, one.entity, _roles(one.from_, one.to, CLOSES), CLOSES, whole,
                partial(Span, rule), partial(span.folded, rule), partial(_ended, whole, span.is_over),
            )  # fmt: skip
    for name, kpi in plan.catalog.kpis.items():
        body, base = kpi.body, base_fact(name)
        if isinstance(body, ConversionFormula) and body.entity is not None and base in plan.used:
            known = ConversionRule(base, reached_fact(name), body.within_us)
            whole = _is_whole(body.base, body.entity)
            ended = partial(conversion.is_over, known) if body.entity in _ENDING else _never
            yield Link(
                base, body.entity, _roles(body.base, body.reached, OPENS), OPENS, whole,
                partial(Conversion, known), partial(conversion.folded, known), partial(_ended, whole, ended),
            )  # fmt: skip


def _roles(opens: str, closes: str, counts: int) -> dict[str, int]:
    roles = {opens: OPENS}
    roles[closes] = roles.get(closes, 0) | CLOSES
    if (opens if counts == OPENS else closes).startswith(DEAL):
        for type_ in _OWNING:
            roles[type_] = roles.get(type_, 0) | OWNS
    return roles


def _is_whole(counting: str, entity: str) -> bool:
    return counting.startswith(DEAL) and entity != "deal"


def _wall_us(start_us: int, end_us: int) -> int:
    return end_us - start_us


def _ended(whole: bool, is_over: Callable[[list[Said]], bool], events: list[Said]) -> bool:
    """Say whether a timeline may be forgotten; a whole account's not while it knows owners of deals."""
    return is_over(events) and not (whole and any(event[3] & OWNS for event in events))


def _never(events: list[Said]) -> bool:
    return False
