"""What a KPI needs to have been added up: its measures, by the groups in which they are kept.

A measure is a name for what a fact adds: a kind of fact, the filter that it passed, and what is kept of
it (its count, its sum, a histogram, how many are under a limit). State keeps measures, not KPIs, so two
catalogs are compared by them.
"""

from schemas.catalogs.condition import Where
from schemas.catalogs.facts import kinds_of
from schemas.catalogs.formula import Distinct, Measure, Percentile, Selection, Share
from schemas.catalogs.grammar import Catalog
from schemas.catalogs.kpi import Kpi
from schemas.catalogs.kpi_groups import Signature, signatures, stand_in
from schemas.fact import FACTS

GroupMeasure = tuple[Signature, str]


def measures(name: str, catalog: Catalog) -> frozenset[GroupMeasure]:
    """Return the measures of a KPI and its parts, in the groups in which it is kept."""
    kpi = catalog.kpis[name]
    return frozenset(
        (signature, measure)
        for signature in signatures(kpi)
        for measure in _of_group(name, signature, catalog)
    )


def measures_of_all(catalog: Catalog) -> frozenset[GroupMeasure]:
    """Return the measures of every KPI that has records."""
    found: set[GroupMeasure] = set()
    for name, kpi in catalog.kpis.items():
        if not kpi.private:
            found |= measures(name, catalog)
    return frozenset(found)


def _of_group(name: str, signature: Signature, catalog: Catalog) -> set[str]:
    """Return the measures that a KPI needs in groups of a signature; another KPI may stand in there."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        part = waiting.pop()
        kpi = catalog.kpis[part]
        other = stand_in(kpi, signature)
        if other is not None and other not in seen:
            waiting.append(other)
            continue
        if part not in seen:
            seen.add(part)
            found |= _own(part, kpi, catalog)
            waiting += {one.kpi for one in kpi.terms}
    return found


def _own(name: str, kpi: Kpi, catalog: Catalog) -> set[str]:
    match kpi.body:
        case Distinct(kinds=kinds, where=where):
            return {f"accounts of {' or '.join(sorted(kinds))}{_passing(where)}"}
        case Share(of=kind, among=among, part=part, at_most_s=limit, business=business):
            if limit is None:
                return {_count(kind, among), _count(kind, part)}
            return {
                _count(kind, among),
                f"{kind} under {_seconds(limit)} s{_working(business)}{_passing(among)}",
            }
        case Percentile(of=kind, where=where, business=business):
            return {_count(kind, where), f"histogram of {kind}{_working(business)}{_passing(where)}"}
        case Measure(of=kind, where=where, business=business):
            return {_count(kind, where), f"sum of {kind}{_working(business)}{_passing(where)}"}
        case Selection(kinds=kinds, where=where):
            # Of what is asked for as of now only, it is not kept when it was, unless its oldest is told.
            ages = {f"age of {kind}" for kind in kinds if kpi.formula == "oldest" and FACTS[kind].now_only}
            return ages | {_count(kind, where) for kind in kinds}
    return {_count(kind, None) for kind in kinds_of(name, catalog)}


def _count(kind: str, where: Where | None) -> str:
    return f"count of {kind}{_passing(where)}"


def _seconds(limit: float) -> str:
    """Write a limit to the microsecond, as it is counted."""
    return f"{limit:.6f}".rstrip("0").rstrip(".")


def _passing(where: Where | None) -> str:
    return "" if where is None else f" where {where.canonical}"


def _working(business: bool) -> str:
    return " in working time" if business else ""
