"""The sections of formulas: what each may say, and their short forms written out."""

from typing import Any

import pytest

from schemas.catalog import load_catalog
from schemas.catalogs.expression import Reference
from schemas.catalogs.formula import (
    Churn,
    Conversion,
    Distinct,
    Growth,
    Measure,
    Percentile,
    Ratio,
    Selection,
    Share,
)
from schemas.catalogs.kpi import Arithmetic, Attainment, Kpi
from schemas.files.document import Faults

HEAD = "catalog: own\nextends: standard\nkpis:\n  x: {label: X, unit: number, "


def kpi(fields: str) -> Kpi:
    """Return a KPI with these fields."""
    return load_catalog(f"{HEAD}{fields}}}\n", "own.yaml").kpis["x"]


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ("count: call", Selection(of="call")),
        ("count: [call, email_sent]", Selection(of=("call", "email_sent"))),
        ("sum: deal_won", Measure(of="deal_won")),
        ("mean: {of: response, business: true}", Measure(of="response", business=True)),
        ("percentile: {of: response, q: 0.9}", Percentile(of="response", q=0.9)),
        ("share: {of: response, at_most_s: 60}", Share(of="response", at_most_s=60)),
        ("distinct: {accounts: [call, email_sent]}", Distinct(accounts=("call", "email_sent"))),
        ("ratio: {numerator: [calls, emails_sent], denominator: deals_won}", Ratio(numerator=("calls", "emails_sent"), denominator="deals_won")),
        ("growth: calls", Growth(of="calls")),
        ("growth: {of: calls, same_elapsed: true}", Growth(of="calls", same_elapsed=True)),
        ("conversion: {base: stage_entered, reached: stage_reached}, by: [[from_stage, to_stage]]", Conversion(base="stage_entered", reached="stage_reached")),
        ("gauge: inquiry_open", Selection(of="inquiry_open")),
        ("oldest: inquiry_open", Selection(of="inquiry_open")),
        ("attainment: won_revenue", Attainment("won_revenue")),
        ("attainment_share: won_revenue", Attainment("won_revenue")),
    ],
)  # fmt: skip
def test_bodies(fields: str, body: Any) -> None:
    """A short form means the same as the long one."""
    assert body == kpi(fields).body


def test_a_share_of_the_reps_is_for_those_who_have_reps() -> None:
    """It can have no other levels, so none need be said; a catalog that says them means the same."""
    said = kpi("attainment_share: won_revenue, levels: [company, team]")

    assert said == kpi("attainment_share: won_revenue")
    assert said.model_dump_json() == kpi("attainment_share: won_revenue").model_dump_json()


def test_the_body_of_an_expression() -> None:
    """It is read, and says whose n it has."""
    body = kpi("expression: calls@day / 2, n: calls@day").body

    assert isinstance(body, Arithmetic)
    assert ((Reference("calls", "day"),), Reference("calls", "day")) == (body.expression.references, body.n)
    assert 2.5 == body.expression.evaluate([5])


def test_within() -> None:
    """How soon something must follow is a duration; written out and read again it is the same."""
    found = Conversion.model_validate_json(
        '{"base": "crm.lead.created", "reached": "crm.deal.won", "entity": "account", "within": "14d"}',
        strict=True,
    )

    assert 14 * 86_400_000_000 == found.within_us
    assert found == Conversion.model_validate_json(found.model_dump_json(by_alias=True), strict=True)


def test_churn_names_a_fact_of_each_period() -> None:
    """Who left is counted by period, so there is a kind of fact for each."""
    churn = Kpi(label="X", unit="ratio", churn=Churn(active="customer_active", left="customer_churned"))

    assert (
        "customer_active", "customer_churned_day", "customer_churned_week", "customer_churned_month",
        "customer_churned_quarter", "customer_churned_year",
    ) == churn.facts  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ("share: {of: response}", "kpis.x.share: expected exactly one of at_most_s and where"),
        ("share: {of: response, at_most_s: 5, where: {channel: web}}", "kpis.x.share: expected exactly one of"),
        ("share: {of: response, where: {channel: web}, business: true}", "kpis.x.share.business: business needs at_most_s"),
        ("conversion: {base: a, reached: b, within: 5d}", "kpis.x.conversion.within: within needs entity"),
        ("conversion: {base: a, reached: b, entity: lead, within: 5}", "kpis.x.conversion.within: expected a duration"),
        ("conversion: {base: a, reached: b, entity: lead, within: 5w}", "kpis.x.conversion.within: expected a duration"),
        ("conversion: {base: a, reached: b, entity: lead, within: 999d}", "kpis.x.conversion.within: may be 792 days"),
        ("expression: calls", "kpis.x.n: an expression needs 'n'"),
        ("count: call, n: calls", "kpis.x.n: only an expression has 'n'"),
        ("ratio: {numerator: calls, denominator: calls, scale: 0}", "kpis.x.ratio.scale: must be above 0"),
        ("percentile: {of: response}", "kpis.x.percentile.q: missing"),
    ],
)  # fmt: skip
def test_what_a_section_refuses(fields: str, message: str) -> None:
    """Fields that contradict each other, and limits that make no sense."""
    with pytest.raises(Faults) as raised:
        kpi(fields)
    assert any(message in str(fault) for fault in raised.value.faults), str(raised.value)
