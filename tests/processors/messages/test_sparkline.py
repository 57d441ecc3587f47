"""Bars for the latest values."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.messages.sparkline import BARS, VALUES_MAX, sparkline


@pytest.mark.parametrize(
    ("values", "bars"),
    [
        pytest.param((), "", id="nothing of nothing"),
        pytest.param((5,), "", id="one value is no line"),
        pytest.param((1, 2), "▁█", id="the least is the lowest, the most the highest"),
        pytest.param((0, 1, 2, 3, 4, 5, 6, 7), "▁▂▃▄▅▆▇█", id="even steps are even"),
        pytest.param((3, 3, 3), "▄▄▄", id="what doesn't move lies in the middle"),
        pytest.param((-2, 0, -1), "▁█▅", id="values below zero"),
        pytest.param((1, nan, 2, inf), "▁█", id="what is no number is left out"),
    ],
)
def test_bars(values: tuple[float, ...], bars: str) -> None:
    """Each value has the bar that it should have."""
    assert sparkline(values) == bars


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False) | st.integers(), min_size=2))
def test_any_numbers(values: list[float]) -> None:
    """Whatever the numbers, there is a bar for each of the newest, and the extremes have theirs."""
    bars = sparkline(values)
    newest = values[-VALUES_MAX:]

    assert len(bars) == len(newest)
    assert set(bars) <= set(BARS)
    assert bars[newest.index(max(newest))] == max(bars)
