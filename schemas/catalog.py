"""The catalog's grammar: which KPIs there are, and how facts become them.

`load_catalog` reads a file, lays it over the standard catalog when it says `extends: standard`, and
checks what a model of fields can't: names of facts, KPIs, dimensions, windows, stages.
"""

from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import Field

from schemas.calendar_section import CalendarSection
from schemas.catalog_kpi import FORMULAS, PERIOD_WINDOWS, Kpi
from schemas.catalog_names import name_faults
from schemas.catalog_sections import Export, Pipeline, Span, Target
from schemas.document import Document, Faults, Section, check, parse
from schemas.kpi_windows import usual_windows

__all__ = [
    "FORMULAS",
    "PERIOD_WINDOWS",
    "STANDARD",
    "CalendarSection",
    "Catalog",
    "Export",
    "Kpi",
    "Pipeline",
]

STANDARD = "schemas/standard.yaml"

Id = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,59}$")]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]


class Catalog(Section):
    """A catalog file."""

    catalog: str
    """Its name, which records carry."""
    extends: Literal["standard"] | None = None
    """Lay this file over the standard catalog."""
    calendar: CalendarSection = CalendarSection()
    """The business calendar."""
    currency: Currency = "EUR"
    """Of every amount, cost and price; ISO 4217."""
    rates: dict[Currency, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    """What one unit of another currency is worth in that of the catalog."""
    rolling: tuple[str, ...] = ("rolling_24h", "rolling_7d", "rolling_30d", "rolling_365d")
    """Rolling windows: `rolling_<n>h` or `rolling_<n>d`."""
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
        return kpi.windows if kpi.windows is not None else usual_windows(self, kpi)

    @property
    def known(self) -> dict[str, set[str]]:
        """The windows of each KPI that has records, by its id."""
        return {name: set(self.windows_of(kpi)) for name, kpi in self.kpis.items() if not kpi.private}


def standard_text() -> str:
    """Return the standard catalog's YAML."""
    return files("schemas").joinpath("standard.yaml").read_text("utf-8")


def load_catalog(text: str | None = None, file: str = STANDARD) -> Catalog:
    """Return the catalog in `text`, the standard one by default. Raises `Faults` with every mistake."""
    document = parse(standard_text() if text is None else text, file)
    if document.data.get("extends") == "standard":
        _lay_over_standard(document)
    catalog = check(Catalog, document)
    faults = [document.fault(path, message) for path, message in name_faults(catalog)]
    if faults:
        raise Faults(faults)
    return catalog


def _lay_over_standard(document: Document) -> None:
    """Put what the file says over the standard catalog: a KPI's fields one by one, `null` drops the KPI."""
    base: dict[str, Any] = parse(standard_text(), STANDARD).data
    own = document.data
    kpis = own.get("kpis", {})
    merged = {**base, **own}
    if isinstance(kpis, dict):
        merged["kpis"] = {
            name: _overlaid(base["kpis"].get(name, {}), kpis[name]) if name in kpis else standard
            for name, standard in {**base["kpis"], **kpis}.items()
            if not (name in kpis and kpis[name] is None)
        }
    document.data = merged


def _overlaid(standard: dict[str, Any], own: Any) -> Any:
    if not isinstance(own, dict):
        return own
    if any(name in own for name in FORMULAS):
        standard = {
            name: value for name, value in standard.items() if name not in (*FORMULAS, "n", "instead")
        }
    return {**standard, **own}
