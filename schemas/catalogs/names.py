"""The names in a catalog that must mean something, and fit together; the checks themselves are in `schemas.checks`."""

from collections.abc import Iterator

from schemas.catalogs.grammar import Catalog
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
from schemas.checks.windows import window_faults
from schemas.files.fault import PathMessage

_CHECKS = (fact_faults, part_faults, dropped_faults, condition_faults)
_CHECKS_OF_TREES = (section_faults, dimension_faults, window_faults)
"""These follow a KPI's parts down, so that they need an end to come to."""


def name_faults(
    catalog: Catalog,
    unread: frozenset[str] = frozenset(),
    sections: frozenset[str] = frozenset(),
    dropped: frozenset[str] = frozenset(),
    targets: tuple[int, ...] | None = None,
) -> Iterator[PathMessage]:
    """Yield where each wrong name stands and what is wrong with it.

    `unread` are KPIs, `sections` sections that the file has too, but with mistakes: what the catalog lacks
    for that is not said. `dropped` are KPIs of the standard catalog that it drops. `targets` says at which place of the
    file each target stands, where some can't be read.
    """
    context = Context(catalog, unread, sections, dropped, targets)
    for faults in _CHECKS:
        yield from faults(context)
    circles = [*cycle_faults(context)]
    yield from circles
    for faults in _CHECKS_OF_TREES if not circles else ():
        yield from faults(context)


def name_warnings(catalog: Catalog) -> Iterator[PathMessage]:
    """Yield what is no mistake, but hardly meant: what nothing uses, units that values are not in, …"""
    context = Context(catalog)
    yield from unused(context)
    yield from odd_units(context)
    yield from odd_conversions(context)
    yield from inherited(context)
    yield from idle_caps(context)
