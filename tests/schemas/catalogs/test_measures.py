"""What KPIs need to have been added up."""

from schemas.catalog import load_catalog
from schemas.catalogs.measures import measures, measures_of_all

STANDARD = load_catalog()


def of(name: str, *signature: str) -> set[str]:
    """Return the measures that a standard KPI needs in groups of a signature."""
    return {measure for group, measure in measures(name, STANDARD) if group == signature}


def test_each_formula() -> None:
    """Counts, sums, histograms, limits, filters, accounts; of ratios and expressions those of the parts."""
    assert {"count of call"} == of("calls")
    assert {"count of deal_won", "sum of deal_won"} == of("won_revenue", "region")
    assert {"count of response", "histogram of response"} == of("response_time_p90")
    assert {"count of response", "response under 3600 s"} == of("response_within_1h")
    assert {"count of call", 'count of call where {"value_added":true}'} == of("value_added_share")
    assert {"accounts of order_placed"} == of("active_customers", "segment")
    assert {"accounts of order_placed", "count of order_placed"} == of("purchase_frequency", "segment")
    assert {"count of deal_won", "sum of deal_won"} == of("sales_growth", "team")
    assert {"count of stage_entered", "count of stage_reached"} == of(
        "stage_conversion", "from_stage", "rep", "to_stage"
    )
    assert set() == of("stage_conversion")
    assert 3 == len(of("nps"))


def test_where_another_kpi_stands_in() -> None:
    """In the groups of a dimension under `instead` its measures are needed, elsewhere the formula's own."""
    assert {"count of customer_span", "sum of account_margin", "count of account_margin"} == of(
        "ltv", "segment"
    )
    assert {"accounts of order_placed", "sum of order_cost", "sum of revenue"} <= of("ltv", "team")
    assert not any("customer_span" in measure for measure in of("ltv", "team"))


def test_of_all() -> None:
    """Everything that a catalog's KPIs with records need; private ones only as parts."""
    found = measures_of_all(STANDARD)

    assert all(measures(name, STANDARD) <= found for name, kpi in STANDARD.kpis.items() if not kpi.private)
    assert ((), "sum of account_margin") not in found
