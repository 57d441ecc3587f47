"""Every kind of fact that a catalog's KPIs may name: those of tracking, and those that the catalog defines."""

from collections import deque
from collections.abc import Iterable, Mapping

from schemas.catalogs.grammar import Catalog
from schemas.catalogs.kpi import Kpi
from schemas.fact import FACTS, FactKind

SPAN_DIMENSIONS = ("campaign", "channel", "product", "region", "segment")
"""The dimensions of facts that a catalog defines: what every type of event may carry."""


def base_fact(kpi: str) -> str:
    """Return the kind of fact that a conversion of one's own counts below the line."""
    return f"{kpi}.base"


def reached_fact(kpi: str) -> str:
    """Return the kind of fact that a conversion of one's own counts above the line."""
    return f"{kpi}.reached"


def catalog_facts(catalog: Catalog) -> dict[str, FactKind]:
    """Return every kind of fact by name: tracking's, the spans, and those of conversions of an `entity`."""
    facts = {**FACTS, **span_facts(catalog), **conversion_facts(catalog)}
    return {
        **facts,
        **{kind: facts[kind]._replace(now_only=False) for kind in aged(catalog) if kind in facts},
    }


def aged(catalog: Catalog) -> frozenset[str]:
    """Return the kinds of fact whose oldest a KPI tells: of these it must be kept when they were."""
    return frozenset(kind for kpi in catalog.kpis.values() if kpi.formula == "oldest" for kind in kpi.facts)


def span_facts(catalog: Catalog) -> dict[str, FactKind]:
    """Return the kinds of fact that the spans define."""
    return {
        name: FactKind(
            span.says or f"{span.to} came, so long after {span.from_} of the same {span.entity}.",
            SPAN_DIMENSIONS,
            "duration",
            completed_by=(span.to,),
        )
        for name, span in catalog.spans.items()
    }


def conversion_facts(catalog: Catalog) -> dict[str, FactKind]:
    """Return the kinds of fact that conversions with an `entity` define, by names that no KPI can say."""
    facts: dict[str, FactKind] = {}
    for name, kpi in catalog.kpis.items():
        found = kpi.conversion
        if found is not None and found.entity is not None:
            first = f"The first {found.base} of its {found.entity}"
            facts[base_fact(name)] = FactKind(f"{first}.", SPAN_DIMENSIONS, completed_by=(found.base,))
            facts[reached_fact(name)] = FactKind(
                f"{first}, which {found.reached} followed.", SPAN_DIMENSIONS, completed_by=(found.base,)
            )
    return facts


def kinds_of(name: str, catalog: Catalog) -> tuple[str, ...]:
    """Return the kinds of fact of a KPI's own formula, parts not included."""
    kpi = catalog.kpis[name]
    if kpi.conversion is not None and kpi.conversion.entity is not None:
        return base_fact(name), reached_fact(name)
    return kpi.facts


def all_kinds(name: str, catalog: Catalog) -> Mapping[str, None]:
    """Return the kinds of fact that a KPI is made of, those of its parts included; in their order."""
    return {kind: None for part in with_parts([name], catalog.kpis) for kind in kinds_of(part, catalog)}


def with_parts(names: Iterable[str], kpis: Mapping[str, Kpi]) -> Mapping[str, None]:
    """Return these KPIs and all that they are made of, each once."""
    found: dict[str, None] = {}
    waiting = deque(names)
    while waiting:
        name = waiting.popleft()
        if name not in found and name in kpis:
            found[name] = None
            waiting += kpis[name].parts
    return found
