"""Dimensions of KPIs: those that all facts have of which a KPI is made."""

from collections.abc import Iterator

from schemas.catalogs.kpi import Kpi
from schemas.catalogs.kpi_groups import Signature, entries, signatures, stand_in
from schemas.checks.context import DIMENSIONS, PREDICTED_FOR, Context
from schemas.fact import WHOSE
from schemas.files.fault import PathMessage, unknown
from schemas.files.section import readable

_LEVELS = frozenset(WHOSE)


def dimension_faults(name: str, kpi: Kpi, context: Context) -> Iterator[PathMessage]:
    """Yield each dimension that a KPI can't have, and KPIs that are kept for nobody."""
    for faults in (_whose_faults, _level_faults, _predicted_faults, _instead_faults):
        yield from readable(faults(name, kpi))
    yield from _by_faults(name, kpi, context)


def _whose_faults(name: str, kpi: Kpi) -> Iterator[PathMessage]:
    if kpi.only_by and not kpi.by:
        yield ("kpis", name, "only_by"), "needs 'by'"
    elif not signatures(kpi) and not kpi.private:
        yield ("kpis", name, "levels"), "kept for nobody: expected levels or 'by'"


def _level_faults(name: str, kpi: Kpi) -> Iterator[PathMessage]:
    if kpi.formula == "attainment_share" and "levels" in kpi.model_fields_set and "rep" in kpi.levels:
        said = "a share of the reps is kept for company and team; expected [company, team]"
        yield ("kpis", name, "levels"), said


def _predicted_faults(name: str, kpi: Kpi) -> Iterator[PathMessage]:
    """A model is about accounts: reps and teams have no part in it, and nothing stands beside it."""
    if kpi.predicted is None:
        return
    if kpi.levels not in ((), ("company",)):
        yield ("kpis", name, "levels"), "a prediction is kept for the company; expected [company] or []"
    for index, entry in enumerate(entries(kpi)):
        if len(entry) > 1 or entry in (("team",), ("rep",)):
            yield ("kpis", name, "by", index), "a prediction is kept by account or segment, each alone"


def _by_faults(name: str, kpi: Kpi, context: Context) -> Iterator[PathMessage]:
    seen: set[frozenset[str]] = set()
    for index, entry in enumerate(entries(kpi)):
        path = ("kpis", name, "by", index)
        if len({*entry}) < len(entry):
            yield path, "the same dimension twice"
        elif frozenset(entry) in seen:
            yield path, f"{' and '.join(entry)} stand here twice"
        seen.add(frozenset(entry))
        group = tuple(sorted(entry))
        source = name if "instead" in kpi.unread else stand_in(kpi, group) or name
        known = None if "instead" in kpi.unread else context.dimensions(source)
        # Of facts that are not known, which is said already, it may be any.
        what = "dimension" if known is None else "dimension of its facts"
        choice = (DIMENSIONS | PREDICTED_FOR if known is None else known) | _LEVELS
        for one in entry:
            if one not in choice:
                yield path, unknown(what, one, choice)
        replaced = _replaced_part(source, group, context)
        if replaced is not None:
            other = stand_in(context.catalog.kpis[replaced], group)
            yield (
                path,
                f"there {replaced!r}, a part of it, has the value of {other!r}; say 'instead' here too",
            )


def _replaced_part(name: str, group: Signature, context: Context) -> str | None:
    """Return a part in whose place another KPI stands in such groups: the whole would be made of the wrong one."""
    kpis = context.catalog.kpis
    seen = {name}
    waiting = [term.kpi for term in kpis[name].terms] if name in kpis else []
    while waiting:
        part = waiting.pop()
        if part not in seen and part in kpis:
            seen.add(part)
            if stand_in(kpis[part], group) is not None:
                return part
            waiting += [term.kpi for term in kpis[part].terms]
    return None


def _instead_faults(name: str, kpi: Kpi) -> Iterator[PathMessage]:
    for dimension in kpi.instead:
        if all(dimension not in entry for entry in entries(kpi)):
            names = [one for entry in entries(kpi) for one in entry]
            yield ("kpis", name, "instead", dimension), unknown("dimension under 'by'", dimension, names)
