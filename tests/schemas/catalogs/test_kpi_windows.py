"""Which windows a KPI can have."""

import pytest

from schemas.catalog import load_catalog
from schemas.catalogs.kpi_windows import ALL_TIME, ANY, BY_DAY, NOW, PERIODS, USUAL, possible_windows

CATALOG = load_catalog(
    "catalog: own\nextends: standard\nkpis:\n"
    "  pinned: {label: P, unit: number, expression: calls@day / open_deals@now, n: calls@day}\n"
    "  half: {label: H, unit: number, expression: calls@day / emails_sent, n: emails_sent}\n"
    "  buyers: {label: B, unit: ratio, growth: active_customers}\n"
    "  buyers_so_far: {label: S, unit: ratio, growth: {of: active_customers, same_elapsed: true}}\n",
    "own.yaml",
)


@pytest.mark.parametrize(
    ("kpi", "windows"),
    [("calls", USUAL), ("open_deals", NOW), ("oldest_open_inquiry_s", NOW), ("churn_rate", PERIODS), ("sales_growth", PERIODS),
     ("clv", ALL_TIME), ("ltv_of_latest_segment", ALL_TIME), ("own_price", NOW), ("price_index", NOW), ("half", USUAL), ("pinned", ANY),
     ("buyers", PERIODS), ("buyers_so_far", BY_DAY)],
)  # fmt: skip
def test_by_formula_and_parts(kpi: str, windows: object) -> None:
    """Gauges now, comparisons in periods, the state of accounts for all time; parts narrow it, pinned ones don't.

    Distinct accounts are counted by the day, and so are compared with the same elapsed part only where that is of days.
    """
    found = possible_windows(CATALOG.kpis, CATALOG.kpis[kpi])
    assert isinstance(windows, type(found))
    assert (windows.named, windows.rolling) == (found.named, found.rolling)


def test_rolling_windows_of_any_length() -> None:
    """Where rolling windows can be, any can, whether the catalog lists it or not."""
    assert "rolling_90d" in USUAL
    assert "rolling_90d" not in PERIODS
    assert "rolling_9000d" not in USUAL
    assert "today" in USUAL
    assert "today" not in PERIODS
