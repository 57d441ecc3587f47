"""The catalog as readers see it."""

from typing import get_args

from processors.serving.catalog_view import catalog_view
from schemas.catalog import load_catalog
from schemas.catalogs.kpi import Format

CATALOG = load_catalog()
VIEW = catalog_view(CATALOG)
KPIS = {kpi["id"]: kpi for kpi in VIEW["kpis"]}


def test_every_kpi_with_records_is_there() -> None:
    """And none that is only a part of others."""
    assert list(KPIS) == list(CATALOG.known)


def test_what_is_said_of_a_kpi() -> None:
    """Names, unit, direction, windows, and where it is kept."""
    calls = KPIS["calls"]

    assert (calls["unit"], calls["format"], calls["direction"]) == ("count", "number", "up")
    assert calls["dims"] == [[], ["team"], ["rep"], ["channel"]]
    assert {"rolling_24h", "day", "all_time"} <= {*calls["windows"]}
    assert KPIS["response_time_p90"]["direction"] == "down"
    assert KPIS["stage_conversion"]["dims"][0] == ["from_stage", "to_stage"]


def test_how_values_are_shown() -> None:
    """As the KPI says, else as its unit is."""
    formats = {name: kpi["format"] for name, kpi in KPIS.items()}

    assert {*formats.values()} <= {*get_args(Format)}
    assert (formats["won_revenue"], formats["win_rate"], formats["response_time_mean"]) == (
        "currency", "percent", "duration",
    )  # fmt: skip


def test_the_business_around_it() -> None:
    """Currency, time zone, stages in their order, pairs whose conversion is kept."""
    (sales,) = VIEW["pipelines"]

    assert (VIEW["currency"], VIEW["timezone"], VIEW["week_start"]) == ("EUR", "UTC", "monday")
    assert list(CATALOG.pipelines["sales"].stages) == sales["stages"]
    assert sales["conversions"][0] == sales["stages"][:2]
