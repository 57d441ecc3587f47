"""Formulas and conditions in words."""

from typing import Any

import pytest

from schemas.catalog import load_catalog
from schemas.catalogs.condition import Where
from schemas.generators.formula_words import condition, formula, sample

HEAD = "catalog: own\nextends: standard\nkpis:\n  x: {label: X, unit: number, "
STANDARD = load_catalog()


@pytest.mark.parametrize(
    ("kpi", "words", "n"),
    [
        ("calls", "count of `call`", "the value"),
        ("activities", "count of `call` + `email_sent` + `meeting_held`", "the value"),
        ("value_added_share", "share of `call` where `value_added` is true", "count of `call`"),
        ("response_time_mean", "sum of `response` ÷ count of those with a value", "`response` with a value"),
        ("response_time_p90", "the value that 90 % of `response` do not exceed", "`response` with a value"),
        ("response_within_1h", "share of `response` of at most 3600 s", "count of `response`"),
        ("open_inquiries", "count of `inquiry_open` that hold now", "the value"),
        ("oldest_open_inquiry_s", "age of the oldest of `inquiry_open` that holds now", "count of `inquiry_open`"),
        ("open_pipeline_value", "sum of `open_deal` that hold now", "count of `open_deal`"),
        ("won_revenue", "sum of `deal_won`", "count of `deal_won`"),
        ("active_customers", "distinct accounts of `order_placed`", "the value"),
        ("win_rate_decided", "`deals_won` ÷ (`deals_won` + `deals_lost` + `deals_canceled`)",
         "that of (`deals_won` + `deals_lost` + `deals_canceled`)"),
        ("lead_conversion_rate", "`leads_converted` ÷ `leads_created` × 100", "that of `leads_created`"),
        ("stage_conversion", "count of `stage_reached` ÷ count of `stage_entered`", "count of `stage_entered`"),
        ("nps", "`100 * (promoters - detractors) / nps_answers`", "that of `nps_answers`"),
        ("sales_growth", "`won_revenue` of the period ÷ that of the period before − 1", "that of `won_revenue` in the period before"),
        ("quota_attainment", "`won_revenue` ÷ its target for the period", "that of `won_revenue`"),
        ("quota_attainment_share", "reps whose `won_revenue` has reached its target ÷ reps with a target on it", "the reps with a target"),
        ("retention_rate", "1 − count of `customer_churned` in the period ÷ count of `customer_active` at its start",
         "count of `customer_active` at the start"),
        ("ltv", "`(revenue - order_costs - account_costs) / active_customers`; by `segment` the value of `ltv_of_latest_segment`",
         "that of `active_customers`"),
    ],
)  # fmt: skip
def test_each_kind_of_formula(kpi: str, words: str, n: str) -> None:
    """Of each kind one KPI, told as a person would, and what its n is."""
    assert (words, n) == (formula(STANDARD.kpis[kpi]), sample(STANDARD.kpis[kpi]))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ("percentile: {of: response, q: 0.5, business: true}", "the value that 50 % of `response` do not exceed in working time"),
        ("growth: {of: calls, same_elapsed: true}", "`calls` of the period ÷ that of the same elapsed part of the period before − 1"),
        ("conversion: {base: crm.lead.created, reached: crm.order.placed, entity: account, within: 14d}",
         "of each `account`'s first `crm.lead.created`, the share that a `crm.order.placed` follows within 14 days"),
        ("share: {of: response, at_most_s: 5, among: {channel: web}}", "share of `response` where `channel` is web of at most 5 s"),
    ],
)  # fmt: skip
def test_what_the_standard_catalog_does_not_use(fields: str, words: str) -> None:
    """The rest of the grammar."""
    assert words == formula(load_catalog(f"{HEAD}{fields}}}\n", "own.yaml").kpis["x"])


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ({"a": "x"}, "`a` is x"),
        ({"a": ("x", "y"), "b": 5.0}, "`a` is one of x, y and `b` is 5"),
        ({"a": {"at_least": 1, "below": 2.5}}, "`a` ≥ 1 and `a` < 2.5"),
        ({"a": {"present": False}}, "`a` is not there"),
        ({"any": ({"a": True}, {"not": {"b": {"present": True}}})}, "(`a` is true or not (`b` is there))"),
        ({"all": ({"a": 1}, {"b": {"above": 0, "at_most": 9}})}, "`a` is 1 and `b` ≤ 9 and `b` > 0"),
    ],
)
def test_conditions(where: dict[str, Any], words: str) -> None:
    """Values, choices, limits, and, or, not."""
    assert words == condition(Where.model_validate(where))
