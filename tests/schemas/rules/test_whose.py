"""Whose alerts a rule asks for: only such as its KPI is kept of."""

import pytest

from schemas.catalog import load_catalog
from schemas.files.document import Faults
from schemas.rule import load_rules

CATALOG = load_catalog()


def load(text: str) -> list[str]:
    """Return the names of the rules in a file, or what is wrong with it, as for a worker."""
    try:
        return [*load_rules(CATALOG, text, "r.yaml")]
    except Faults as faults:
        return [str(fault) for fault in faults.faults]


@pytest.mark.parametrize(
    ("kpi", "for_each", "known"),
    [
        ("calls", "product", "product; it is by company, team, rep, channel"),
        ("calls", "[channel, product]", "channel and product; it is by company, team, rep, channel"),
        ("quota_attainment_share", "rep", "rep; it is by company, team"),
        ("stage_conversion", "from_stage", None),
        ("stage_conversion", "company", None),
    ],
)
def test_a_rule_that_could_never_fire_is_a_mistake(kpi: str, for_each: str, known: str | None) -> None:
    """Of whom there are no records there is no alert."""
    (said,) = load(f"rules:\n  r: {{kpi: {kpi}, window: month, above: 1, for_each: {for_each}}}\n")

    assert said.startswith(f"r.yaml:2: rules.r.for_each: {kpi} is not kept by {known or for_each}")


@pytest.mark.parametrize("for_each", ["[to_stage, from_stage]", "[team, to_stage, from_stage]"])
def test_dimensions_may_stand_in_any_order(for_each: str) -> None:
    """As they may in the rule."""
    assert ["r"] == load(
        f"rules: {{r: {{kpi: stage_conversion, window: month, below: 0.1, for_each: {for_each}}}}}"
    )


def test_what_is_no_dimension_is_told_once() -> None:
    """By the grammar."""
    (said,) = load("rules: {r: {kpi: calls, window: day, above: 1, for_each: tem}}")

    assert "did you mean 'team'?" in said


def test_a_standard_rule_about_groups_that_a_catalog_dropped_is_left_out() -> None:
    """A catalog need not repeat that for the rules."""
    no_teams = load_catalog(
        "catalog: mine\nextends: standard\nkpis: {calls: {levels: [company]}}\n", "c.yaml"
    )

    assert "quiet-rep" in load_rules(CATALOG)
    assert "quiet-rep" not in load_rules(no_teams)
