"""Comparisons by hand: what applies, and what it says."""

import pytest

from processors.compare import (
    Comparison,
    attainment,
    attainment_share,
    baseline,
    baseline_days,
    expected,
    growth,
    team_value,
)
from processors.formulas import Value


@pytest.mark.parametrize(
    ("value", "target", "found"), [(42, 100, 0.42), (0, 100, 0.0), (150, 100, 1.5), (5, 0, None), (None, 9, None), (5, None, None)]
)  # fmt: skip
def test_attainment(value: Value, target: Value, found: Value) -> None:
    """Value by target; without either, or for a target of 0, there is none."""
    assert found == attainment(value, target)


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


def test_baseline() -> None:
    """The mean of the days that have a value; a day without any call is a 0, one without a mean is nothing."""
    assert 39.5 == baseline([42, 37, 40, 39])
    assert 2.0 == baseline([4, 0])
    assert 60.0 == baseline([None, 60.0, None, None])
    assert baseline([None, None]) is None
    assert baseline([]) is None


def test_days_before_the_first_have_no_baseline() -> None:
    """Who began two weeks ago is measured by two weeks."""
    days = [728, 721, 714, 707]

    assert [728, 721] == baseline_days(715, days)
    assert days == baseline_days(1, days)
    assert [] == baseline_days(None, days)


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


def test_attainment_share() -> None:
    """Of the reps with a target, those at it or over; a target of 0 is none."""
    assert (0.5, 4) == attainment_share([1.0, 0.99, 1.5, 0.0, None])
    assert (None, 0) == attainment_share([None])


def test_growth() -> None:
    """By how much there is more than before; none from nothing."""
    assert 0.5 == growth(15, 10)
    assert -1.0 == growth(0, 10)
    assert growth(5, 0) is None
    assert growth(5, None) is None
    assert growth(None, 5) is None


def test_only_what_applies_is_written() -> None:
    """A record has no field that does not apply."""
    assert "" == Comparison().json()
    assert (
        ',"target":100,"attainment":0.42,"rank":3,"of":12,"rank_change":-1'
        == Comparison(target=100, attainment=0.42, rank=3, of=12, rank_change=-1).json()
    )
