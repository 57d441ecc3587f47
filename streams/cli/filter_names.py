"""Names in filters that nobody has heard of are wrong use: an empty answer would read as "nothing there".

Known is what stands in the configured files, though there may be no record of it yet, and what records have, since
another catalog or other rules may have written them.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Self

from schemas.catalog import Catalog
from schemas.catalogs.kpi_groups import signatures
from schemas.events.directory import PERIODS, is_period
from schemas.files.fault import unknown
from streams.cli.failure import CommandError
from streams.config_files import read_absences, read_catalog, read_rules
from streams.settings import Settings


@dataclass
class KpiNames:
    """Names of KPIs, windows and dimensions."""

    kpis: set[str] = field(default_factory=set)
    windows: set[str] = field(default_factory=set)
    dims: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, catalog: Catalog) -> Self:
        """Return those that records under a catalog may have."""
        public = [kpi for kpi in catalog.kpis.values() if not kpi.private]
        return cls(
            {*catalog.known},
            {window for windows in catalog.known.values() for window in windows},
            {name for kpi in public for signature in signatures(kpi) for name in signature},
        )

    def note(self, kpi: str, window: str, dims_text: str) -> None:
        """Take the names in a record's key."""
        self.kpis.add(kpi)
        self.windows.add(window)
        if dims_text:
            self.dims.update(pair.partition("=")[0] for pair in dims_text.split(","))


def check_kpi_filters(
    settings: Settings, seen: KpiNames, kpis: Iterable[str], window: str | None, dims: Iterable[str]
) -> None:
    """Raise CommandError for a name that neither records nor the configured catalog have, or a wrong period."""
    name, colon, period = (window or "").partition(":")
    asked = KpiNames({*kpis}, {name} if window is not None else set(), {*dims})
    if asked.kpis - seen.kpis or asked.windows - seen.windows or asked.dims - seen.dims:
        known = KpiNames.of(read_catalog(settings.catalog))
        _check("KPI", asked.kpis, seen.kpis | known.kpis)
        _check("window", asked.windows, seen.windows | known.windows)
        _check("dimension", asked.dims, seen.dims | known.dims)
    if colon and name not in PERIODS:
        raise CommandError(f"--window {window}: {name} has no periods")
    if colon and not is_period(name, period):
        raise CommandError(f"--window {window}: expected a period as in {name}:{PERIODS[name][1]}")


@dataclass
class AlertNames:
    """Names of rules and dimensions."""

    rules: set[str] = field(default_factory=set)
    dims: set[str] = field(default_factory=set)

    def note(self, rule: str, dims: Iterable[str]) -> None:
        """Take the names in an alert."""
        self.rules.add(rule)
        self.dims.update(dims)


def check_alert_filters(
    settings: Settings, seen: AlertNames, rules: Collection[str], dims: Iterable[str]
) -> None:
    """Raise CommandError for a rule or dimension that neither alerts nor the configured files have."""
    if not seen.rules.issuperset(rules):
        configured = read_rules(settings.rules, read_catalog(settings.catalog))
        _check("rule", rules, {*seen.rules, *configured, *read_absences(settings.rules)})
    strange = {*dims} - seen.dims
    if strange:
        _check("dimension", strange, seen.dims | KpiNames.of(read_catalog(settings.catalog)).dims)


def _check(what: str, names: Iterable[str], known: set[str]) -> None:
    for name in sorted(names):
        if name not in known:
            raise CommandError(unknown(what, name, known))
