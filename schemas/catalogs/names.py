"""The names in a catalog that must mean something, and fit together; the checks themselves are in `schemas.checks`."""

from collections.abc import Callable, Iterator, Sequence

from schemas.catalogs.grammar import Catalog
from schemas.catalogs.kpi import Kpi
from schemas.checks.caps import idle_caps
from schemas.checks.conditions import condition_faults
from schemas.checks.context import Context
from schemas.checks.conversions import odd_conversions
from schemas.checks.dimensions import dimension_faults
from schemas.checks.dropped import dropped_faults
from schemas.checks.facts import fact_faults
from schemas.checks.inherited import inherited
from schemas.checks.parts import cycle_faults, part_faults
from schemas.checks.sections import section_faults
from schemas.checks.units import odd_units
from schemas.checks.unused import unused
from schemas.checks.windows import rolling_faults, window_faults
from schemas.files.fault import PathMessage
from schemas.files.section import readable

Check = Callable[[str, Kpi, Context], Iterator[PathMessage]]


def name_faults(catalog: Catalog, dropped: frozenset[str] = frozenset()) -> Iterator[PathMessage]:
    """Yield where each wrong name stands and what is wrong with it, as far as the catalog can be read.

    `dropped` are KPIs of the standard catalog that it drops.
    """
    context = Context(catalog, dropped)
    yield from _of_each_kpi(context, (fact_faults, part_faults, condition_faults))
    yield from dropped_faults(context)
    circles = [*cycle_faults(context)]
    yield from ((circle.path, circle.message) for circle in circles if circle.message)
    # What follows goes from a KPI to its parts, and needs an end to come to.
    context.take_away(name for circle in circles for name in circle.kpis)
    yield from _of_each_kpi(context, (dimension_faults, window_faults))
    yield from rolling_faults(context)
    yield from section_faults(context)


def _of_each_kpi(context: Context, checks: Sequence[Check]) -> Iterator[PathMessage]:
    for name, kpi in context.catalog.kpis.items():
        for faults in checks:
            yield from readable(faults(name, kpi, context))


def name_warnings(catalog: Catalog) -> Iterator[PathMessage]:
    """Yield what is no mistake, but hardly meant: what nothing uses, units that values are not in, …"""
    context = Context(catalog)
    yield from unused(context)
    yield from odd_units(context)
    yield from odd_conversions(context)
    yield from inherited(context)
    yield from idle_caps(context)
