"""The sections of a catalog beside its KPIs and its calendar: pipelines, spans, targets, what is exported."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from schemas.catalogs.formula import Names
from schemas.catalogs.kpi import LEVELS, Level
from schemas.events.directory import PERIODS, is_period
from schemas.events.fields import NUMBER_MAX
from schemas.files.document import Section, together
from schemas.files.fault import PathMessage
from schemas.files.period_name import Period

EXPORTED_DIMENSIONS = ("stage", ("from_stage", "to_stage"), "channel", "segment", "product", "campaign")
"""What dashboards show beside company, teams and reps."""

PeriodWindow = Literal["day", "week", "month", "quarter", "year"]


class Export(Section):
    """Which values Prometheus sees as `crm_kpi_value` and `crm_kpi_dimension_value`."""

    kpis: tuple[str, ...] | Literal["all"] = "all"
    """Ids of KPIs, or `all`."""
    windows: tuple[str, ...] = ("rolling_24h", "day", "month", "now")
    """In which windows."""
    levels: tuple[Level, ...] = LEVELS
    """For whom."""
    dimensions: tuple[str | Names, ...] = EXPORTED_DIMENSIONS
    """By which dimensions beside these levels, each alone, those in a list together."""


class Pipeline(Section):
    """The stages of a deal in their order; won, lost and canceled are decisions, not stages."""

    stages: Names
    """In their order."""
    conversions: tuple[tuple[str, str], ...] = ()
    """Pairs of stages whose conversion is kept beside that of neighbours."""

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every pair of stages whose conversion is kept."""
        neighbours = tuple(zip(self.stages, self.stages[1:], strict=False))
        return tuple(dict.fromkeys((*neighbours, *self.conversions)))


class Span(Section):
    """A fact of your own: the time from an event of one type to the next of another, of the same entity."""

    says: str = ""
    """What it says, in a sentence."""
    from_: str = Field(alias="from", description="The type of event that begins it.")
    to: str
    """The type of event that ends it. Its rep, team, dimensions and time are the fact's."""
    entity: str
    """The field that says which events belong together: `conversation`, `deal`, `meeting`, `account`, …"""
    start: Literal["earliest_open", "latest"] = "earliest_open"
    """Where several begin before one ends: from the earliest that is open, or from the latest."""
    business: bool = False
    """Count working time only, as the calendar has it."""


class Target(Section):
    """What is to be reached of a KPI, in one calendar period or in each."""

    kpi: str
    """The KPI."""
    window: PeriodWindow
    """The calendar window."""
    period: Period = None
    """`2026-11-21`, `2026-W47`, `2026-11`, `2026-Q4` or `2026`; default: each period of the window."""
    dims: dict[str, str] = Field(default_factory=dict)
    """For whom or what: `{team: north}`; default: the company."""
    value: Annotated[float, Field(ge=0, le=NUMBER_MAX)]
    """What is to be reached, in the KPI's unit."""

    @together
    def _is_a_period(self) -> Iterator[PathMessage]:
        if self.period is not None and not is_period(self.window, self.period):
            example = PERIODS[self.window][1]
            yield ("period",), f"there is no {self.window} {self.period!r}; one is written {example!r}"

    @property
    def what(self) -> tuple[str, str, str | None, tuple[tuple[str, str], ...]]:
        """What it is a target of: two of the same contradict each other."""
        return self.kpi, self.window, self.period, tuple(sorted(self.dims.items()))
