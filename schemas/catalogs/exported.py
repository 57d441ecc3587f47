"""Which records Prometheus sees: per KPI the windows, and the dimensions beside company, team and rep.

Worker and dashboards ask the same function, so that no dashboard looks for what no worker exports.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from schemas.catalogs.grammar import Catalog
from schemas.catalogs.kpi import Level
from schemas.catalogs.kpi_groups import Signature, signatures
from schemas.rules.grammar import Rule


class Exported(NamedTuple):
    """What becomes series."""

    windows: Mapping[str, tuple[str, ...]]
    """Of each exported KPI, in the order in which the catalog has them."""
    levels: tuple[Level, ...]
    """For whom."""
    dimensions: tuple[Signature, ...]
    """The names of dimensions, alone or together, whose values have series as well, in alphabetical order each."""


def exported(catalog: Catalog, rules: Iterable[Rule] = ()) -> Exported:
    """Return what a worker with this catalog and these rules exports.

    A KPI has series in the windows that the catalog chooses, and in those in which a rule or a target of the
    catalog looks at it: a threshold needs its line. One that is kept in none of them has series in its own.
    """
    choice = catalog.prometheus
    watched = {(rule.kpi, rule.window) for rule in rules}
    watched |= {(target.kpi, target.window) for target in catalog.targets}
    windows = {}
    for name, kpi in catalog.kpis.items():
        if kpi.predicted is not None:
            continue  # workers do not have it: accounts and segments are no labels of theirs
        if kpi.private or (choice.kpis != "all" and name not in choice.kpis):
            continue
        kept = catalog.windows_of(kpi)
        chosen = tuple(one for one in kept if one in choice.windows or (name, one) in watched)
        windows[name] = chosen or kept
    named = ((one,) if isinstance(one, str) else tuple(sorted(one)) for one in choice.dimensions)
    return Exported(windows, choice.levels, tuple(dict.fromkeys(named)))


def exported_dimensions(catalog: Catalog, kpi: str, choice: Exported) -> tuple[Signature, ...]:
    """Return the dimensions by which a KPI has series."""
    kept = signatures(catalog.kpis[kpi])
    return tuple(names for names in choice.dimensions if names in kept)
