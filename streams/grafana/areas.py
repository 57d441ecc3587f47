"""Which part of the business a KPI is about: what its first fact is of. So a new KPI finds its place by itself."""

from typing import Final

from schemas.catalogs.facts import catalog_facts, kinds_of
from schemas.catalogs.grammar import Catalog
from schemas.facts.lead import LEAD_FACTS

#: Title of each area, in the order in which dashboards show them.
AREAS: Final = {
    "activity": "Activity",
    "service": "Inquiries and quotes",
    "leads": "Leads",
    "deals": "Deals",
    "revenue": "Purchases and revenue",
    "customers": "Customers",
    "satisfaction": "Satisfaction",
    "market": "Marketing and market",
}
#: Second part of an event type, such as `call` of `crm.call.logged`: area.
_AREA_OF_EVENT: Final = {
    "call": "activity", "email": "activity", "meeting": "activity", "content": "activity",
    "inquiry": "service", "quote": "service", "lead": "leads", "deal": "deals", "order": "revenue",
    "customer": "customers", "survey": "satisfaction", "feedback": "satisfaction",
    "cost": "market", "price": "market",
}  # fmt: skip
#: Facts that are about something else than the event that completes them.
_AREA_OF_FACT: Final = {
    **dict.fromkeys(LEAD_FACTS, "leads"), "sentiment": "satisfaction", "customer_active": "customers",
    "customer_span": "customers",
}  # fmt: skip


def area_of(name: str, catalog: Catalog, above: frozenset[str] = frozenset()) -> str:
    """Return the area of a KPI: of its own facts, else of the first KPI that it is made of.

    `above` are the KPIs on the way here.
    """
    kinds = kinds_of(name, catalog)
    if kinds:
        return _area_of_fact(kinds[0], catalog)
    for part in catalog.kpis[name].parts:
        if part in catalog.kpis and part not in above:
            return area_of(part, catalog, above | {name})
    return next(iter(AREAS))


def _area_of_fact(kind: str, catalog: Catalog) -> str:
    if kind in _AREA_OF_FACT:
        return _AREA_OF_FACT[kind]
    fact = catalog_facts(catalog).get(kind)
    event = fact.completed_by[0] if fact and fact.completed_by else ""
    return _AREA_OF_EVENT.get(event.split(".")[1] if event.count(".") else "", next(iter(AREAS)))
