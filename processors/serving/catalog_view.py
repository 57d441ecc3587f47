"""The catalog as readers need it: what each KPI is called, what its values are and where it is kept."""

from typing import Any, Final

from schemas.catalog import Catalog
from schemas.catalog_kpi import Format, Kpi, Unit
from schemas.kpi_groups import signatures

FORMATS: Final[dict[Unit, Format]] = {
    "seconds": "duration",
    "ratio": "percent",
    "currency": "currency",
}
"""How values of a unit are shown where the KPI doesn't say; others are numbers. A `ratio` of 0.42 is shown as 42 %, a
`percent` is 0–100 already."""


def catalog_view(catalog: Catalog) -> dict[str, Any]:
    """Return the document of `GET /catalog`."""
    section = catalog.calendar
    return {
        "catalog": catalog.catalog,
        "currency": catalog.currency,
        "timezone": section.timezone,
        "week_start": section.week_start,
        "fiscal_year_start_month": section.fiscal_year_start_month,
        "pipelines": [
            {
                "id": name,
                "stages": list(pipeline.stages),
                "conversions": [list(pair) for pair in pipeline.pairs],
            }
            for name, pipeline in catalog.pipelines.items()
        ],
        "kpis": [_kpi(catalog, name, kpi) for name, kpi in catalog.kpis.items() if not kpi.private],
    }


def format_of(kpi: Kpi) -> Format:
    """Return how a KPI's values are shown."""
    return kpi.format or FORMATS.get(kpi.unit, "number")


def _kpi(catalog: Catalog, name: str, kpi: Kpi) -> dict[str, Any]:
    return {
        "id": name,
        "label": kpi.label,
        "description": kpi.description,
        "unit": kpi.unit,
        "format": format_of(kpi),
        "direction": kpi.direction,
        "owner": kpi.owner,
        "min_sample": kpi.min_sample,
        "windows": list(catalog.windows_of(kpi)),
        "dims": [list(names) for names in signatures(kpi)],
    }
