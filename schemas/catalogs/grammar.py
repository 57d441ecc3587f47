"""The catalog's grammar: the sections of the file. `schemas.catalog` reads one and checks its names."""

from collections.abc import Set as AbstractSet
from typing import Annotated, Literal

from pydantic import Field

from schemas.catalogs.calendar_section import CalendarSection
from schemas.catalogs.kpi import Kpi
from schemas.catalogs.kpi_groups import Groups, signatures
from schemas.catalogs.kpi_windows import usual_windows
from schemas.catalogs.sections import Export, Pipeline, Span, Target
from schemas.files.document import Section, unknown
from schemas.files.section import UnreadError

Id = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,59}$")]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]


_WHOSE = {"levels", "by", "only_by"}
"""The fields of a KPI that say for whom it is kept."""


class _Anything(frozenset[str]):
    """A set that contains whatever it is asked for."""

    def __contains__(self, _: object) -> bool:
        return True


class Catalog(Section):
    """A catalog file."""

    catalog: str
    """Its name, which records carry."""
    extends: Literal["standard"] | None = None
    """Lay this file over the standard catalog."""
    calendar: CalendarSection = CalendarSection()
    """Time zone, weeks, fiscal year, working time, holidays."""
    currency: Currency = "EUR"
    """Of every amount, cost and price; ISO 4217."""
    rates: dict[Currency, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    """What one unit of another currency is worth in that of the catalog."""
    rolling: tuple[str, ...] = ("rolling_24h", "rolling_7d", "rolling_30d", "rolling_365d")
    """Windows that move with the clock: `rolling_<n>h`, `rolling_<n>d`; `today`, a rep's own day."""
    pipelines: dict[str, Pipeline]
    """The stages of deals, by the pipeline's name."""
    spans: dict[Id, Span] = Field(default_factory=dict)
    """Facts of your own: the time from one type of event to another."""
    targets: tuple[Target, ...] = ()
    """What is to be reached; a `crm.target.set` of the same goes before it."""
    prometheus: Export = Export()
    """What Prometheus sees."""
    kpis: Annotated[dict[Id, Kpi], Field(min_length=1)]
    """The KPIs, by their ids."""

    @property
    def stage_pairs(self) -> tuple[tuple[str, str], ...]:
        """Every pair of stages whose conversion is kept, of all pipelines."""
        return tuple(dict.fromkeys(pair for line in self.pipelines.values() for pair in line.pairs))

    def windows_of(self, kpi: Kpi) -> tuple[str, ...]:
        """The windows in which a KPI is kept."""
        return kpi.windows if kpi.windows is not None else usual_windows(self.kpis, self.rolling, kpi)

    @property
    def known(self) -> dict[str, AbstractSet[str]]:
        """The windows of each KPI that has records, by its id; of one that can't be read it may be any."""
        public = self.public
        return {name: self._windows_if_read(kpi) for name, kpi in self.kpis.items() if name in public}

    def _windows_if_read(self, kpi: Kpi) -> AbstractSet[str]:
        try:
            return set(self.windows_of(kpi))
        except UnreadError:
            return _Anything()

    def unknown_kpi(self, name: str) -> str:
        """Say that a KPI has no records: it is unknown, or private."""
        if name in self.kpis:
            return f"{name} is private, it has no records; private: false gives it some"
        return unknown("KPI", name, self.public)

    @property
    def public(self) -> frozenset[str]:
        """The KPIs that have records, by what can be read of them."""
        return frozenset(
            name for name, kpi in self.kpis.items() if not kpi.if_read("private", otherwise=False)
        )

    @property
    def groups(self) -> Groups:
        """The groups that there are records of, by the KPI's id, where they can be read."""
        public = self.public
        return {
            name: signatures(kpi)
            for name, kpi in self.kpis.items()
            if name in public and not kpi.unread & _WHOSE
        }
