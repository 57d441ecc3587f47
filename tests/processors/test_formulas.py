"""From sums to a value and its sample size; the catalog's formulas are in test_compile.py."""

import pytest

from processors.formulas import (
    Value,
    at_most_slot,
    count_slot,
    counted,
    histogram_slot,
    percentile,
    ratio,
    sum_slot,
    total,
)
from processors.histogram import bucket
from processors.vector import Vector


def test_slots_are_apart() -> None:
    """Count, sum, histogram and each limit of a kind have slots of their own."""
    slots = [count_slot("x"), sum_slot("x"), histogram_slot("x"), at_most_slot("x", 1), at_most_slot("x", 2)]

    assert 5 == len({slot >> 12 for slot in slots})


@pytest.mark.parametrize(
    ("slots", "vector", "expected"),
    [
        ([1], {}, (0, 0)),
        ([1], {1: 3, 2: 9}, (3, 3)),
        ([1, 2], {2: 4}, (4, 4)),
        ([1, 2], {1: 1, 2: 4}, (5, 5)),
    ],
)
def test_counted(slots: list[int], vector: Vector, expected: tuple[Value, int]) -> None:
    """The sum of the counts, which is its own sample size."""
    assert expected == counted(slots)(vector)


@pytest.mark.parametrize(
    ("micros", "value"),
    [
        (0, 0),
        (5_000_000, 5),
        (5_500_000, 5.5),
        (-5_000_000, -5),
        (-500_000, -0.5),
        (10**26, 10**20),
        (10**26 + 1, 1e20),
    ],
)
def test_total(micros: int, value: Value) -> None:
    """Whole amounts stay whole numbers of any size, others are the nearest float."""
    found, n = total(1, 2)({1: micros, 2: 7})

    assert (value, type(value), 7) == (found, type(found), n)


@pytest.mark.parametrize(
    ("vector", "expected"),
    [
        ({}, (None, 0)),
        ({1: 5}, (None, 0)),
        ({1: 5, 2: 0}, (None, 0)),
        ({2: 4}, (0.0, 4)),
        ({1: 1, 2: 2, 3: 1}, (1 / 3, 3)),
        ({1: 10**30, 2: 10**30}, (1.0, 10**30)),
    ],
)
def test_ratio(vector: Vector, expected: tuple[Value, int]) -> None:
    """A denominator of 0 is null with n 0; otherwise one division, rounded once."""
    assert expected == ratio([1], [2, 3])(vector)


def test_ratio_scaled() -> None:
    """Sums in millionths give a mean in units."""
    assert (1.5, 2) == ratio([1], [2], 1_000_000)({1: 3_000_000, 2: 2})


def test_percentile() -> None:
    """Of the histogram's buckets, other slots aside; null of nothing, also when all was taken back."""
    base, count = histogram_slot("x"), count_slot("x")
    median = percentile(base, count, 0.5)
    vector = {count: 3, sum_slot("x"): 1, **{base + bucket(s * 1_000_000): 1 for s in (1, 2, 30)}}

    assert (pytest.approx(2, rel=0.01), 3) == median(vector)
    assert (None, 0) == median({})
    assert (None, 0) == median({count: 0, base + 5: 0})
