"""Limits in words."""

from typing import Any

import pytest

from processors.judging.limit_words import limit_words, shown_limit
from processors.judging.verdicts import Facts, judge
from schemas.rules.condition import Condition
from tests.processors.messages.told import alert
from tests.processors.rule_timeline import MINUTE_US, observation


@pytest.mark.parametrize(
    ("fields", "what", "bad", "good"),
    [
        ({"above": 3600, "recover": 1800}, 5400, "above 1 h", "at or below 30 min"),
        ({"below": 60}, 5, "below 1 min", "at or above 1 min"),
        ({"below": 0.5, "of": "target"}, {"value": 5, "target": 60},
         "below 30 s, 50 % of the target (1 min)", "at or above 30 s"),
        ({"above": 1.5, "of": "team", "recover": 1}, {"value": 5, "team_value": 60},
         "above 1 min 30 s, 150 % of the team (1 min)", "at or below 1 min"),
        ({"lower_than": "baseline", "by": "20 %"}, {"value": 5, "baseline": 60},
         "below 48 s, the baseline (1 min) less 20 %", "at or above 48 s"),
        ({"higher_than": "previous", "by": 30.0}, {"value": 5, "previous": 60},
         "above 1 min 30 s, the period before (1 min) and 30 s", "at or below 1 min 30 s"),
        ({"lower_than": "pace"}, {"value": 5, "target": 60, "expected": 1},
         "below 30 s, the pace", "at or above 30 s"),
        ({"lower_than": "baseline"}, 5, "below what the baseline allows", "at or above it"),
        ({"rank": {"in_last": 3, "recover": 5}}, {"value": 5, "rank": 9, "of": 10},
         "in the last 3, place 9 of 10", "out of the last 5, place 9 of 10"),
        ({"rank": {"not_in_first": 3}}, 5, "not in the first 3", "in the first 3"),
        ({"reached": 60}, 70, "at or over 1 min", "under 1 min"),
        ({"reached": 1, "of": "target"}, {"value": 70, "target": 60},
         "at or over 1 min, 100 % of the target (1 min)", "under 1 min"),
        ({"no_data": "90m"}, None, "without new data for 1 h 30 min", "with new data"),
        ({"any": [{"above": 90}, {"below": 10}]}, 5, "below 10 s", "at or above 10 s"),
    ],
)  # fmt: skip
def test_words(fields: dict[str, Any], what: Any, bad: str, good: str) -> None:
    """What is bad and what is well again, in the KPI's unit, with where the limit comes from."""
    seen = observation(50 * MINUTE_US, 1, what, 100 * MINUTE_US, 0)
    found = judge(Condition.model_validate(fields), Facts(seen, seen.at_us))

    assert limit_words(found, "seconds", seen.compared) == (bad, good)


@pytest.mark.parametrize(
    ("limit", "shown"),
    [
        ("", "3 EUR"),
        ("above 3 EUR, 50 % of the target (6 EUR)", "3 EUR"),
        ("below 3 EUR", "3 EUR"),
        ("at or over 3 EUR", "3 EUR"),
        ("in the last 3, place 9 of 9", "in the last 3, place 9 of 9"),
        ("not in the first 3", "not in the first 3"),
        ("without new data for 3 s", "without new data for 3 s"),
    ],
)
def test_a_place_and_a_silence_are_no_values(limit: str, shown: str) -> None:
    """Their number has another unit than the KPI: three places are not 3 EUR."""
    assert shown_limit(alert(limit=limit, threshold=3, unit="EUR")) == shown
