"""The catalog as readers need it: what each KPI is called, what its values are and where it is kept."""

from typing import Any

from processors.serving.board_document import kpi_meta
from schemas.catalog import Catalog
from schemas.catalogs.kpi import Kpi
from schemas.catalogs.kpi_groups import signatures


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


def _kpi(catalog: Catalog, name: str, kpi: Kpi) -> dict[str, Any]:
    return {
        "id": name,
        **kpi_meta(catalog, name),
        "owner": kpi.owner,
        "windows": list(catalog.windows_of(kpi)),
        "dims": [list(names) for names in signatures(kpi)],
    }
