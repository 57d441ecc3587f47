"""What the checks of a catalog share: the catalog, its facts, and how a mistake is told."""

from collections.abc import Mapping
from functools import cached_property

from schemas.catalogs.facts import catalog_facts, kinds_of
from schemas.catalogs.grammar import Catalog
from schemas.catalogs.kpi_windows import Windows, possible_windows
from schemas.catalogs.rolling import TODAY
from schemas.fact import FactKind

PREDICTED_FOR = frozenset({"account", "segment"})
"""For whom a model says something, beside the company."""


class Context:
    """A catalog under check.

    `unread` are KPIs that the file has, but with mistakes, `unread_sections` its sections of that kind: what the
    catalog lacks for that is no mistake of its own. `dropped` are KPIs of the standard catalog that the file drops.
    """

    def __init__(
        self,
        catalog: Catalog,
        unread: frozenset[str] = frozenset(),
        unread_sections: frozenset[str] = frozenset(),
        dropped: frozenset[str] = frozenset(),
        targets: tuple[int, ...] | None = None,
    ) -> None:
        self.catalog = catalog
        self.unread = unread
        self.unread_sections = unread_sections
        self.dropped = dropped
        self.target_places = tuple(range(len(catalog.targets))) if targets is None else targets
        """Where in the file's list each target stands."""
        self._dimensions: dict[str, frozenset[str] | None] = {}
        self._windows: dict[int, Windows] = {}

    @cached_property
    def facts(self) -> Mapping[str, FactKind]:
        """Every kind of fact."""
        return catalog_facts(self.catalog)

    @cached_property
    def nameable_facts(self) -> list[str]:
        """The kinds of fact that a formula may name."""
        return [kind for kind in self.facts if "." not in kind]

    @cached_property
    def kpi_names(self) -> frozenset[str]:
        """Every KPI that the file has."""
        return frozenset(self.catalog.kpis) | self.unread

    def may_be_fact(self, kind: str) -> bool:
        """Say whether there may be such a fact: it is known, or the spans could not be read."""
        return kind in self.facts or "spans" in self.unread_sections

    def may_be_window(self, window: str) -> bool:
        """Say whether there may be such a window, because the rolling ones could not be read."""
        return (window.startswith("rolling_") or window == TODAY) and "rolling" in self.unread_sections

    def windows(self, name: str) -> Windows:
        """Return the windows that a KPI can have."""
        return possible_windows(self.catalog.kpis, self.catalog.kpis[name], self._windows)

    def dimensions(self, name: str) -> frozenset[str] | None:
        """Return the dimensions that all facts have of which a KPI is made; None where one of them is unknown."""
        if name not in self._dimensions:
            self._dimensions[name] = None  # what a cycle sees of itself
            self._dimensions[name] = self._shared_dimensions(name)
        return self._dimensions[name]

    def _shared_dimensions(self, name: str) -> frozenset[str] | None:
        if name not in self.catalog.kpis:
            return None
        kpi = self.catalog.kpis[name]
        if kpi.predicted is not None:
            return PREDICTED_FOR
        shared: list[frozenset[str]] = []
        for kind in kinds_of(name, self.catalog):
            if kind not in self.facts:
                return None
            shared.append(frozenset(self.facts[kind].dimensions))
        for part in {part.kpi for part in kpi.terms}:
            found = self.dimensions(part)
            if found is None:
                return None
            shared.append(found)
        return frozenset.intersection(*shared) if shared else frozenset()
