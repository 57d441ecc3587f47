"""What the checks of a catalog share: the catalog, its facts, and how a mistake is told."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any

from schemas.catalogs.calendar_section import CalendarSection
from schemas.catalogs.facts import catalog_facts, kinds_of
from schemas.catalogs.grammar import Catalog
from schemas.catalogs.kpi import FORMULAS, Kpi
from schemas.catalogs.kpi_windows import ANY, Windows, possible_windows
from schemas.catalogs.rolling import TODAY
from schemas.catalogs.sections import Export
from schemas.fact import FACTS, FactKind
from schemas.files.section import UnreadError, is_whole

_UNREAD: Mapping[str, Any] = {
    "catalog": "", "extends": None, "calendar": CalendarSection(), "currency": "", "rates": {}, "rolling": (),
    "pipelines": {}, "spans": {}, "targets": (), "prometheus": Export(), "kpis": {},
}  # fmt: skip
"""What stands for sections that can't be read, so that the others are checked."""

DIMENSIONS = frozenset(name for fact in FACTS.values() for name in fact.dimensions)
"""Of every fact there is; those of one's own have no others."""
PREDICTED_FOR = frozenset({"account", "segment"})
"""For whom a model says something, beside the company."""


class Context:
    """A catalog under check, of which some may not be readable: what it lacks for that is no mistake of its own.

    `dropped` are KPIs of the standard catalog that the file drops.
    """

    def __init__(self, catalog: Catalog, dropped: frozenset[str] = frozenset()) -> None:
        self.unread_sections = catalog.unread
        self.catalog = catalog.model_copy(update={name: _UNREAD[name] for name in catalog.unread})
        self.dropped = dropped
        self.condition_texts: dict[str, str] = {}
        """The text of each condition so far, by its id."""
        self.windows_in_doubt: set[str] = set()
        """The KPIs of which one listed window is none: which is meant is not known."""
        self._dimensions: dict[str, frozenset[str] | None] = {}
        self._windows: dict[int, Windows] = {}

    @cached_property
    def facts(self) -> Mapping[str, FactKind]:
        """Every kind of fact, as far as the definitions of one's own can be read."""
        spans = {name: span for name, span in self.catalog.spans.items() if is_whole(span)}
        kpis = {name: kpi for name, kpi in self.catalog.kpis.items() if _has_formula(kpi)}
        return catalog_facts(self.catalog.model_copy(update={"spans": spans, "kpis": kpis}))

    @cached_property
    def nameable_facts(self) -> list[str]:
        """The kinds of fact that a formula may name."""
        return [kind for kind in {**self.facts, **self.catalog.spans} if "." not in kind]

    def may_be_fact(self, kind: str) -> bool:
        """Say whether there may be such a fact: it is known, or its definition could not be read."""
        return kind in self.facts or kind in self.catalog.spans or "spans" in self.unread_sections

    def may_be_window(self, window: str) -> bool:
        """Say whether there may be such a window, because the rolling ones could not be read."""
        return (window.startswith("rolling_") or window == TODAY) and "rolling" in self.unread_sections

    def take_away(self, kpis: Iterable[str]) -> None:
        """Know no more of these KPIs than their names."""
        kept = {**self.catalog.kpis, **{name: Kpi.nothing() for name in kpis}}
        self.catalog = self.catalog.model_copy(update={"kpis": kept})

    def parts(self, name: str) -> tuple[str, ...]:
        """Return the KPIs that one names, if they can be read."""
        try:
            return self.catalog.kpis[name].parts
        except UnreadError:
            return ()

    def windows(self, name: str) -> Windows:
        """Return the windows that a KPI can have; any, where its formula can't be read."""
        try:
            return possible_windows(self.catalog.kpis, self.catalog.kpis[name], self._windows)
        except UnreadError:
            return ANY

    def dimensions(self, name: str) -> frozenset[str] | None:
        """Return the dimensions that all facts have of which a KPI is made; None where one of them is unknown."""
        if name not in self._dimensions:
            self._dimensions[name] = None  # what a cycle sees of itself
            with suppress(UnreadError):
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


def _has_formula(kpi: Kpi) -> bool:
    return not kpi.unread & {*FORMULAS, "n"} and is_whole(kpi.body)
