"""The catalog's grammar: which KPIs there are, and how facts become them.

`load_catalog` reads a file, lays it over the standard catalog when it says `extends: standard`, and
checks what a model of fields can't: names of facts, KPIs, dimensions, windows, stages.
"""

from importlib.resources import files
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, model_validator

from schemas.catalog_names import name_faults
from schemas.document import Document, Faults, Section, check, parse

STANDARD = "schemas/standard.yaml"
Names = Annotated[tuple[str, ...], Field(min_length=1)]
OneOrMore = str | Names


class Ratio(Section):
    """One KPI divided by another, or by the sum of several; both are counts or sums."""

    numerator: str
    denominator: OneOrMore

    @property
    def denominators(self) -> tuple[str, ...]:
        """The KPIs below the line."""
        return _several(self.denominator)


class Share(Section):
    """Of the facts of a kind, the share whose value is at most a limit."""

    of: str
    at_most_s: Annotated[float, Field(ge=0)]


class Conversion(Section):
    """Of the facts `base`, the share that has its fact `reached`."""

    base: str
    reached: str


class Percentile(Section):
    """The value under or at which the share `q` of the facts lies (nearest rank)."""

    of: str
    q: Annotated[float, Field(gt=0, lt=1)]


class Kpi(Section):
    """A KPI: exactly one formula, and the dimensions and windows in which it is kept."""

    label: str
    description: str = ""
    unit: Literal["count", "seconds", "ratio", "currency"]
    direction: Literal["up", "down"] = "up"
    source: str = ""
    count: OneOrMore | None = None
    sum: str | None = None
    mean: str | None = None
    percentile: Percentile | None = None
    share: Share | None = None
    ratio: Ratio | None = None
    conversion: Conversion | None = None
    gauge: str | None = None
    by: tuple[str | Names, ...] = ()
    """Dimensions beside company, team and rep: each alone, those in a list together."""
    only_by: bool = False
    """Not by company, team and rep alone, but each entry of `by` crossed with them."""
    windows: tuple[str, ...] | None = None

    @model_validator(mode="after")
    def _one_formula(self) -> "Kpi":
        given = [name for name in FORMULAS if getattr(self, name) is not None]
        if len(given) != 1:
            found = " and ".join(given) or "none"
            raise ValueError(f"expected exactly one of {', '.join(FORMULAS)}, found {found}")
        return self

    @property
    def formula(self) -> str:
        """Which of the formulas it has."""
        return next(name for name in FORMULAS if getattr(self, name) is not None)

    @property
    def facts(self) -> tuple[str, ...]:
        """The kinds of fact that its formula names itself."""
        match self.formula:
            case "count":
                return _several(self.count)
            case "percentile" | "share":
                part = self.percentile or self.share
                assert part is not None
                return (part.of,)
            case "conversion":
                assert self.conversion is not None
                return (self.conversion.base, self.conversion.reached)
            case "ratio":
                return ()
            case name:
                return (getattr(self, name),)

    @property
    def parts(self) -> tuple[str, ...]:
        """The KPIs that its formula names."""
        return (self.ratio.numerator, *self.ratio.denominators) if self.ratio else ()


FORMULAS = ("count", "sum", "mean", "percentile", "share", "ratio", "conversion", "gauge")


class Export(Section):
    """Which values Prometheus sees as `crm_kpi_value`."""

    kpis: tuple[str, ...] | Literal["all"] = "all"
    windows: tuple[str, ...] = ("rolling_24h", "day", "month", "now")
    levels: tuple[Literal["company", "team", "rep"], ...] = ("company", "team", "rep")


class CalendarSection(Section):
    """The business calendar."""

    timezone: str = "UTC"
    fiscal_year_start_month: Annotated[int, Field(ge=1, le=12)] = 1

    @model_validator(mode="after")
    def _known_zone(self) -> "CalendarSection":
        try:
            ZoneInfo(self.timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(
                f"unknown time zone {self.timezone!r}; expected one like Europe/Amsterdam"
            ) from None
        return self


class Pipeline(Section):
    """The stages of a deal in their order; won, lost and canceled are decisions, not stages."""

    stages: Names
    conversions: tuple[tuple[str, str], ...] = ()
    """Pairs of stages whose conversion is kept beside that of neighbours."""

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every pair of stages whose conversion is kept."""
        neighbours = tuple(zip(self.stages, self.stages[1:], strict=False))
        return tuple(dict.fromkeys((*neighbours, *self.conversions)))


class Catalog(Section):
    """A catalog file."""

    catalog: str
    extends: Literal["standard"] | None = None
    calendar: CalendarSection = CalendarSection()
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "EUR"
    """Of every amount, cost and price; ISO 4217."""
    rolling: tuple[str, ...] = ("rolling_24h", "rolling_7d", "rolling_30d", "rolling_365d")
    pipelines: dict[str, Pipeline]
    prometheus: Export = Export()
    kpis: Annotated[dict[str, Kpi], Field(min_length=1)]

    @property
    def stage_pairs(self) -> tuple[tuple[str, str], ...]:
        """Every pair of stages whose conversion is kept, of all pipelines."""
        return tuple(dict.fromkeys(pair for line in self.pipelines.values() for pair in line.pairs))

    def windows_of(self, kpi: Kpi) -> tuple[str, ...]:
        """The windows in which a KPI is kept."""
        if kpi.windows is not None:
            return kpi.windows
        if kpi.gauge is not None:
            return ("now",)
        return (*self.rolling, *PERIOD_WINDOWS)

    @property
    def known(self) -> dict[str, set[str]]:
        """Each KPI's windows, by id."""
        return {name: set(self.windows_of(kpi)) for name, kpi in self.kpis.items()}


PERIOD_WINDOWS = ("day", "week", "month", "quarter", "year", "all_time")


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
        standard = {name: value for name, value in standard.items() if name not in FORMULAS}
    return {**standard, **own}


def _several(names: OneOrMore | None) -> tuple[str, ...]:
    return () if names is None else (names,) if isinstance(names, str) else names
