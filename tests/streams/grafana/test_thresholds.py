"""A rule's limits as colours on an axis."""

from typing import Any

import pytest

from schemas.rules.grammar import Rule
from streams.grafana.thresholds import as_json, steps_for, steps_of


def rule(**fields: Any) -> Rule:
    """Return a rule about calls of a day."""
    return Rule.model_validate({"kpi": "calls", "window": "day", **fields})


@pytest.mark.parametrize(
    ("fields", "steps"),
    [
        ({"above": 50}, (("green", None), ("orange", 50))),
        (
            {"above": 50, "recover": 30, "severity": "critical"},
            (("green", None), ("yellow", 30), ("dark-red", 50)),
        ),
        ({"below": 5, "severity": "info"}, (("blue", None), ("green", 5))),
        ({"below": 5, "recover": 10}, (("orange", None), ("yellow", 5), ("green", 10))),
        (
            {"warning": {"below": 90, "recover": 95}, "critical": {"below": 60, "recover": 70}},
            (("dark-red", None), ("orange", 60), ("yellow", 90), ("green", 95)),
        ),
        (
            {"warning": {"above": 10}, "critical": {"above": 20}},
            (("green", None), ("orange", 10), ("dark-red", 20)),
        ),
        ({"no_data": "1h"}, None),
        ({"rank": {"in_last": 3}, "for_each": "rep"}, None),
        ({"below": "80 %", "of": "pace"}, None),
        ({"all": [{"below": 5}, {"below": "80 %", "of": "pace"}]}, None),
        ({"reached": 100}, None),
    ],
)
def test_limits_are_colours(fields: dict[str, Any], steps: Any) -> None:
    """Between recovery and limit nothing changes; what is no limit for the value has no place."""
    assert steps_of(rule(**fields)) == steps


def test_shares_are_colours_of_the_share() -> None:
    """`of: pace` colours value ÷ pace."""
    share = rule(below="80 %", of="pace")

    assert steps_of(share, "pace") == (("orange", None), ("green", 0.8))
    assert steps_of(share, "target") is None


def test_a_rule_colours_its_own_window_and_level_only() -> None:
    """What is much for a team is little for the company."""
    rules = {"piling-up": rule(above=50, for_each="team")}

    assert steps_for(rules, "calls", "day", ("team",)) == (("green", None), ("orange", 50))
    assert steps_for(rules, "calls", "day", ()) is None
    assert steps_for(rules, "calls", "week", ("team",)) is None
    assert as_json((("green", None), ("orange", 50)))["steps"][1] == {"color": "orange", "value": 50}
