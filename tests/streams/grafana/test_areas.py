"""Each KPI finds its row by what it counts."""

from schemas.catalog import load_catalog
from streams.grafana.areas import AREAS, area_of

OWN = """\
catalog: own
extends: standard
spans:
  demo_wait: {from: crm.meeting.scheduled, to: crm.meeting.held, entity: meeting}
kpis:
  demo_wait_mean: {label: D, unit: seconds, mean: demo_wait}
  lead_to_order: {label: L, unit: ratio, conversion: {base: crm.lead.created, reached: crm.order.placed, entity: account}}
  per_call: {label: P, unit: currency, ratio: {numerator: won_revenue, denominator: calls}}
"""


def test_areas_of_the_standard_catalog() -> None:
    """By the fact, also through other KPIs."""
    catalog = load_catalog()
    expected = {
        "calls": "activity", "response_time_per_customer": "service", "quote_turnaround_p50": "service",
        "lead_response_time_mean": "leads", "win_rate": "deals", "sales_growth": "deals",
        "quota_attainment": "deals", "clv": "revenue", "churn_rate": "customers", "customers": "customers",
        "nps": "satisfaction", "sentiment_score": "satisfaction", "cost_per_lead": "market",
        "price_index": "market",
    }  # fmt: skip

    assert {name: area_of(name, catalog) for name in expected} == expected
    assert {area_of(name, catalog) for name in catalog.kpis} == set(AREAS)


def test_areas_of_facts_of_ones_own() -> None:
    """A span is of what ends it, a conversion of what it begins with, a ratio of what is above the line."""
    catalog = load_catalog(OWN, "own.yaml")

    assert [area_of(name, catalog) for name in ("demo_wait_mean", "lead_to_order", "per_call")] == [
        "activity", "leads", "deals",
    ]  # fmt: skip
