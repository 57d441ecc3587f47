"""What is told of rules that are good, but hardly meant."""

import pytest

from schemas.catalog import load_catalog
from schemas.rule import load_rules
from schemas.rules.absence import load_absences
from schemas.rules.warnings import rule_warnings

CATALOG = load_catalog()


def warnings(text: str) -> list[str]:
    """Return what is said of a good file."""
    rules, absences = load_rules(CATALOG, text, "r.yaml"), load_absences(text, "r.yaml")
    return [str(fault) for fault in rule_warnings(text, "r.yaml", rules, absences, CATALOG)]


@pytest.mark.parametrize(
    ("rule", "limits"),
    [
        ("{kpi: response_within_1h, window: day, below: 80}", ["80"]),
        ("{kpi: response_within_1h, window: day, below: 0.8, recover: 1}", []),
        ("{kpi: response_within_1h, window: day, warning: {below: 80}, critical: {below: 50, recover: 80}}", ["80", "50"]),
        ("{kpi: churn_rate, window: month, any: [{above: 5}, {higher_than: previous, by: 10 %}]}", ["5"]),
        ("{kpi: quota_attainment, window: month, reached: 1.5}", []),
        ("{kpi: quota_attainment, window: month, below: 90}", ["90"]),
        ("{kpi: won_revenue, window: month, below: 90 %, of: target}", []),
        ("{kpi: lead_conversion_rate, window: month, below: 20}", []),
        ("{kpi: calls, window: day, below: 20}", []),
    ],
)  # fmt: skip
def test_limits_of_shares_in_percent(rule: str, limits: list[str]) -> None:
    """80 of a share is 8,000 %: `below: 80` fires for ever, `above: 80` never. Percents and targets are others."""
    found = warnings(f"rules: {{a: {rule}}}")

    said = (
        f"{limit} is {int(limit) * 100:,} %; {limit} % is written {int(limit) / 100:g}" for limit in limits
    )
    assert [*said] == [one.partition(" is a share, of which ")[2] for one in found]
    assert all(one.startswith("r.yaml:1: rules.a: ") for one in found)


def test_stages_that_no_pipeline_has() -> None:
    """Deals may have them, but it may be a slip of the pen, and the rule would never fire."""
    text = "absences: {a: {kind: deal, limits: {warning: 7d}, where: {stage: [proposal, negotation]}}}"

    assert [
        "r.yaml:1: absences.a.where.stage: unknown stage of the pipelines 'negotation', did you mean 'negotiation'?"
    ] == warnings(text)


def test_nothing_is_said_of_the_standard_rules_below() -> None:
    """Nor of a file that has neither."""
    assert [] == warnings("extends: standard\nrules: {quiet-rep: null}\n")
