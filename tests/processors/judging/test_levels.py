"""Which level a record deserves, given the one that the alert has."""

from typing import Any

import pytest

from processors.judging.levels import condition_of, decide, order, reason_of
from processors.judging.observation import Observation
from processors.judging.verdicts import Facts, Verdict
from schemas.alert import Reason
from schemas.rule import Rule
from schemas.rules.condition import Condition

LEVELS = Rule.model_validate(
    {
        "kpi": "k",
        "window": "day",
        "warning": {"above": 10, "recover": 5},
        "critical": {"above": 20, "recover": 15},
    }
)
B, W, C = Verdict.BREACH, Verdict.BETWEEN, Verdict.CLEAR


@pytest.mark.parametrize(
    ("value", "held", "wanted"),
    [
        (25, None, (B, "critical")),
        (18, None, (B, "warning")),
        (8, None, (W, "warning")),
        (3, None, (C, "warning")),
        (25, "warning", (B, "critical")),
        (18, "critical", (W, "critical")),
        (18, "warning", (B, "warning")),
        (12, "critical", (B, "warning")),
        (8, "critical", (W, "warning")),
        (3, "critical", (C, "warning")),
        (None, "critical", (Verdict.NO_VALUE, "critical")),
    ],
)
def test_levels(value: float | None, held: str | None, wanted: tuple[Verdict, str]) -> None:
    """An alert keeps its level until that has recovered; one that isn't there has none to keep."""
    assert decide(LEVELS, Facts(Observation(0, 1, value, 9), 0), held)[:2] == wanted


def test_the_next_turn_is_the_soonest_within_the_period() -> None:
    """What would turn after the period's end never does."""
    rule = Rule.model_validate(
        {"kpi": "k", "window": "day", "any": [{"no_data": "1h"}, {"no_data": "2h"}, {"above": 5}]}
    )
    hour_us = 3_600_000_000

    def turns_us(end_us: int | None) -> int | None:
        seen = Observation(0, 1, 3, 9, end_us=end_us)
        return decide(rule, Facts(seen, 0, silent_us=0)).turns_us

    assert turns_us(None) == hour_us
    assert turns_us(2 * hour_us) == hour_us
    assert turns_us(hour_us) is None


def test_order() -> None:
    """From mild to severe; a word of an older file is milder than all."""
    assert sorted(["critical", "info", "odd", "warning"], key=order) == ["odd", "info", "warning", "critical"]


def test_the_condition_of_a_level() -> None:
    """A level that the rule has no more is the mildest."""
    assert condition_of(LEVELS, "critical").above == 20
    assert condition_of(LEVELS, "info").above == 10


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"above": 1}, Reason.ABOVE_THRESHOLD),
        ({"below": 1}, Reason.BELOW_THRESHOLD),
        ({"below": 1, "of": "target"}, Reason.OFF_TARGET),
        ({"lower_than": "pace"}, Reason.OFF_PACE),
        ({"higher_than": "previous"}, Reason.OFF_PREVIOUS),
        ({"above": 1, "of": "baseline"}, Reason.OFF_BASELINE),
        ({"lower_than": "team"}, Reason.OFF_TEAM),
        ({"rank": {"in_last": 1}}, Reason.LOW_RANK),
        ({"reached": 1, "of": "target"}, Reason.MILESTONE_REACHED),
        ({"no_data": "1h"}, Reason.NO_NEW_DATA),
    ],
)
def test_reasons(fields: dict[str, Any], reason: Reason) -> None:
    """Every kind of condition has its word."""
    assert reason_of(Condition.model_validate(fields)) is reason
