"""The standard catalog has every KPI of the contract, with its dimensions, levels, windows and sources."""

import pytest

from schemas.catalog import Kpi, check_catalog
from schemas.catalogs.kpi_groups import entries

CHECKED = check_catalog()
KPIS = CHECKED.catalog.kpis

_PAIR = (("from_stage", "to_stage"),)
_LEAD = (("campaign",), ("channel",))
_DEAL = (("product",), ("segment",))
_ORDER = (("product",), ("channel",), ("campaign",))
_CHANNEL, _CAMPAIGN, _SEGMENT, _STAGE = (("channel",),), (("campaign",),), (("segment",),), (("stage",),)

ALERT_TIMES = [
    f"alert_{what}_time_{kind}" for what in ("acknowledge", "resolve") for kind in ("mean", "p50", "p90")
]
"""Beside the contract's."""

BY: dict[str, tuple[tuple[str, ...], ...]] = {
    **dict.fromkeys(["calls", "emails_sent", "meetings_scheduled", "meetings_held"], _CHANNEL),
    **dict.fromkeys(["activities", "value_added_calls", "value_added_share", "recontactable_customers"], ()),
    "call_duration_mean": (),
    **dict.fromkeys(["replies", "reply_rate", "positive_reply_rate"], _CAMPAIGN),
    **dict.fromkeys(["response_time_mean", "response_time_p50", "response_time_p90"], _CHANNEL),
    **dict.fromkeys(["response_within_1h", "response_within_24h"], _CHANNEL),
    "response_time_per_customer": (),
    **dict.fromkeys(["open_inquiries", "oldest_open_inquiry_s"], _CHANNEL),
    "first_contact_resolution": (),
    **dict.fromkeys(["quote_turnaround_mean", "quote_turnaround_p50", "quote_turnaround_p90"], ()),
    **dict.fromkeys(
        ["leads_created", "leads_converted", "lead_conversion_rate", "lead_conversion_cohort"], _LEAD
    ),
    "lead_quality": _CHANNEL,
    "lead_response_time_mean": (),
    **dict.fromkeys(["deals_created", "deals_won", "deals_lost", "deals_canceled"], _DEAL),
    **dict.fromkeys(["win_rate", "win_rate_decided"], _DEAL),
    "win_rate_cohort": (),
    **dict.fromkeys(["won_revenue", "average_deal_size"], (*_DEAL, ("region",))),
    **dict.fromkeys(["open_pipeline_value", "open_deals", "time_in_stage_mean"], _STAGE),
    **dict.fromkeys(["stage_transitions", "stage_conversion"], _PAIR),
    **dict.fromkeys(["sales_cycle_mean", "sales_cycle_p50"], _SEGMENT),
    **dict.fromkeys(["sales_growth", "quota_attainment", "quota_attainment_share"], ()),
    **dict.fromkeys(["purchases", "revenue"], _ORDER),
    **dict.fromkeys(["average_purchase_value", "arpu"], ()),
    **dict.fromkeys(
        ["active_customers", "purchase_frequency", "customer_lifetime_years", "clv", "ltv"], _SEGMENT
    ),
    "clv_predicted": (("account",), ("segment",)),
    "margin_per_customer": _SEGMENT,
    **dict.fromkeys(["registrations", "activations", "cancellations", "activation_rate"], _SEGMENT),
    **dict.fromkeys(["customers", "churn_rate", "retention_rate"], _SEGMENT),
    **dict.fromkeys(["nps", "csat_mean", "sentiment_score"], ()),
    **dict.fromkeys(["campaign_cost", "cost_per_lead", "campaign_return"], _CAMPAIGN),
    "price_index": (("product",),),
    **dict.fromkeys(ALERT_TIMES, (("alert_rule",),)),
    **dict.fromkeys(["content_shared", "content_win_rate"], (("content",),)),
}
"""Every KPI of the contract, and its dimensions beyond company, team and rep."""

LEVELS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        [
            "clv",
            "clv_predicted",
            "customer_lifetime_years",
            "campaign_cost",
            "cost_per_lead",
            "campaign_return",
        ],
        ("company",),
    ),
    "quota_attainment_share": ("company", "team"),
    "price_index": (),
}
"""Those that are not kept for company, team and rep."""

_NOW = [
    "open_inquiries",
    "oldest_open_inquiry_s",
    "open_deals",
    "open_pipeline_value",
    "customers",
    "price_index",
    "clv_predicted",
]
_ALL_TIME = ["clv", "ltv", "customer_lifetime_years"]
_PERIODS = ["churn_rate", "retention_rate", "sales_growth", "quota_attainment", "quota_attainment_share"]
WINDOWS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(_NOW, ("now",)),
    **dict.fromkeys(_ALL_TIME, ("all_time",)),
    **dict.fromkeys(_PERIODS, ("day", "week", "month", "quarter", "year")),
}
USUAL = (
    "rolling_24h", "rolling_7d", "rolling_30d", "rolling_365d", "day", "week", "month", "quarter", "year", "all_time",
)  # fmt: skip


def test_every_kpi_of_the_contract_and_no_other() -> None:
    """What has records is the contract's list and the times of alerts; anything else is private."""
    assert set(BY) == {name for name, kpi in KPIS.items() if not kpi.private}


@pytest.mark.parametrize("name", BY)
def test_dimensions_levels_and_windows(name: str) -> None:
    """Each is kept by the contract's dimensions, for its levels, in its windows."""
    kpi = KPIS[name]

    assert BY[name] == entries(kpi)
    assert LEVELS.get(name, ("company", "team", "rep")) == kpi.levels
    assert WINDOWS.get(name, USUAL) == CHECKED.catalog.windows_of(kpi)
    assert (name == "stage_conversion") == kpi.only_by


@pytest.mark.parametrize(("name", "kpi"), KPIS.items(), ids=KPIS)
def test_each_is_described(name: str, kpi: Kpi) -> None:
    """A label, a sentence, and for what has records the source of its definition with a year."""
    assert kpi.label
    assert kpi.description.endswith(".")
    assert kpi.private or any(
        f" {year}" in kpi.source or f":{year}" in kpi.source for year in range(1961, 2025)
    )


def test_nothing_in_it_is_unused() -> None:
    """Every private KPI is a part of one that has records."""
    assert () == CHECKED.warnings


@pytest.mark.parametrize(
    ("name", "n"),
    [("nps", "nps_answers"), ("clv", "customer_lifetime_years"), ("customer_lifetime_years", "customer_lifetime"),
     ("ltv", "active_customers"), ("margin_per_customer", "active_customers"), ("price_index", "competitor_price_mean")],
)  # fmt: skip
def test_whose_n_an_expression_has(name: str, n: str) -> None:
    """The denominator's; of customer values the accounts, of the price index the competitors."""
    assert n == KPIS[name].n
