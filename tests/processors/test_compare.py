"""Comparisons by hand: what applies, and what it says."""

import pytest

from processors.compare import expected, team_value
from processors.planning.formulas import Value


@pytest.mark.parametrize(
    ("formula", "target", "elapsed", "found"),
    [
        ("count", 100, 38, 38.0),
        ("sum", 1_000.5, 50, 500.25),
        ("distinct", 10, 0, 0.0),
        ("mean", 100, 38, None),
        ("ratio", 0.3, 38, None),
        ("gauge", 10, 38, None),
        ("count", None, 38, None),
    ],
)
def test_expected(formula: str, target: Value, elapsed: int, found: Value) -> None:
    """What grows with time is expected by share of the business time; what does not has no pace."""
    assert found == expected(formula, target, elapsed, 100)


@pytest.mark.parametrize(
    ("formula", "value", "reps", "found"),
    [
        ("count", 100, 8, 12.5),
        ("sum", 0, 8, 0.0),
        ("gauge", 12, 8, 1.5),
        ("count", 100, 0, None),
        ("mean", 340.5, 8, 340.5),
        ("ratio", 0.4, 0, 0.4),
        ("ratio", None, 3, None),
        ("count", None, 3, None),
    ],
)
def test_team_value(formula: str, value: Value, reps: int, found: Value) -> None:
    """Counts and sums are shared among the active reps; means and ratios are the team's own."""
    assert found == team_value(formula, value, reps)
