"""Caps that have no effect, since KPIs made of the same facts keep the most values that one of them asks for."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from schemas.catalogs.facts import kinds_of
from schemas.catalogs.formula import Distinct
from schemas.catalogs.kpi import Kpi
from schemas.catalogs.kpi_groups import Signature, signatures, words
from schemas.checks.context import Context
from schemas.fact import WHOSE
from schemas.files.fault import PathMessage


class _Shared(NamedTuple):
    """KPIs that share facts in groups of some dimensions, and the one that keeps the most values."""

    facts: frozenset[str]
    kpis: tuple[str, ...]
    most: str


def idle_caps(context: Context) -> Iterator[PathMessage]:
    """Yield each `max_values` that is less than that of a KPI with which it shares facts, by what it is so."""
    kpis = context.catalog.kpis
    by_signature: defaultdict[Signature, list[str]] = defaultdict(list)
    for name, kpi in kpis.items():
        for signature in signatures(kpi) if not kpi.private and kpi.predicted is None else ():
            if not set(signature) <= {*WHOSE}:
                by_signature[signature].append(name)
    over: defaultdict[str, dict[Signature, str | None]] = defaultdict(dict)
    for signature, names in by_signature.items():
        for shared in _joined(names, context):
            for name in shared.kpis:
                idle = kpis[name].max_values < kpis[shared.most].max_values
                over[name][signature] = shared.most if idle else None
    for name, found in over.items():
        if "max_values" in kpis[name].model_fields_set:
            yield from ((("kpis", name, "max_values"), said) for said in _idle(found, kpis))


def _idle(found: Mapping[Signature, str | None], kpis: Mapping[str, Kpi]) -> Iterator[str]:
    everywhere = None not in found.values()
    for signature, most in found.items():
        if most is not None:
            where = "" if everywhere else f" by {words(signature)}"
            kept = f"{kpis[most].max_values:,}"
            yield f"has no effect{where}: {most}, made of the same facts, keeps {kept}; say it there too"
            if everywhere:
                return


def _joined(names: list[str], context: Context) -> list[_Shared]:
    kpis = context.catalog.kpis
    found: list[_Shared] = []
    for name in names:
        own = _Shared(_facts(name, context), (name,), name)
        apart = [one for one in found if not one.facts & own.facts]
        for other in (one for one in found if one.facts & own.facts):
            most = max(own.most, other.most, key=lambda each: kpis[each].max_values)
            own = _Shared(own.facts | other.facts, own.kpis + other.kpis, most)
        found = [*apart, own]
    return found


def _facts(name: str, context: Context) -> frozenset[str]:
    """Return what a KPI is made of, through all its parts; accounts that have a fact are another matter than facts."""
    kpi = context.catalog.kpis[name]
    if isinstance(kpi.body, Distinct):
        where = "" if kpi.body.where is None else kpi.body.where.id
        return frozenset({f"accounts of {' or '.join(sorted(kpi.body.kinds))} {where}"})
    inner = (fact for part in kpi.terms for fact in _facts(part.kpi, context))
    return frozenset({*kinds_of(name, context.catalog), *inner})
