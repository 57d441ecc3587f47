"""Conditions on what the completing event may leave to others: no mistakes, but they may pass less than is meant.

Dimensions and values of facts are also known from earlier events of the same deal or conversation, and the team from
the directory. A condition sees the completing event alone.
"""

from collections.abc import Iterator

from schemas.catalogs.condition import Where
from schemas.checks.conditions import conditions
from schemas.checks.context import Context
from schemas.fact import FACTS
from schemas.files.fault import Path, PathMessage

_DEAL = frozenset({"product", "segment", "region", "rep", "amount"})
_EARLIER = {
    "crm.deal.stage_changed": ("deal", _DEAL),
    "crm.deal.won": ("deal", _DEAL),
    "crm.deal.lost": ("deal", _DEAL),
    "crm.deal.canceled": ("deal", _DEAL),
    "crm.inquiry.answered": ("conversation", frozenset({"channel"})),
    "crm.inquiry.resolved": ("conversation", frozenset({"channel"})),
    "crm.lead.qualified": ("lead", frozenset({"campaign", "channel"})),
    "crm.lead.converted": ("lead", frozenset({"campaign", "channel"})),
    "crm.lead.lost": ("lead", frozenset({"campaign", "channel"})),
    "crm.quote.sent": ("quote", frozenset({"product"})),
    "crm.order.refunded": ("order", frozenset({"product", "channel", "campaign", "segment"})),
}
"""By type of event: whose earlier events say for it what, where it does not say so itself."""
_LATER = {"open_deal": _DEAL | {"stage"}}
"""By kind of fact: what later events than the one that completes it change."""


def inherited(context: Context) -> Iterator[PathMessage]:
    """Yield each field of a condition that facts may have from elsewhere."""
    for name, kpi in context.catalog.kpis.items():
        for path, where in conditions(kpi):
            for field, place in _fields(where, ("kpis", name, kpi.formula, *path)):
                said = dict.fromkeys(_said(field, kind) for kind in kpi.facts if kind in FACTS)
                yield from ((place, one) for one in said if one is not None)


def _fields(where: Where, path: Path) -> Iterator[tuple[str, Path]]:
    for name in where.tests:
        yield name, (*path, name)
    for word, branches in (("any", where.any_), ("all", where.all_)):
        for index, branch in enumerate(branches or ()):
            yield from _fields(branch, (*path, word, index))
    if where.not_:
        yield from _fields(where.not_, (*path, "not"))


def _said(field: str, kind: str) -> str | None:
    """Say what a condition on a field of such facts does not see; None where it sees all there is."""
    fact = FACTS[kind]
    if field == "team":
        return "sees the team that an event names itself, not that of the directory"
    if field in _LATER.get(kind, ()):
        return f"sees the {field} of {' or '.join(fact.completed_by)}, not what it became later"
    for type_ in fact.completed_by:
        whose, fields = _EARLIER.get(type_, ("", frozenset()))
        if field in fields and (field != "amount" or fact.value == "money"):
            return (
                f"sees the {field} that {type_} names itself, not one that only earlier events of the {whose} "
                f"name{'; by sees that too' if field in fact.dimensions else ''}"
            )
    return None
