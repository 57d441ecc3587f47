"""Values as people write them."""

import pytest

from processors.alerts.measured import duration, number, shown


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "seconds", "unknown"),
        (5400, "seconds", "1 h 30 min"),
        (0.1234, "ratio", "12.34 %"),
        (34.5, "percent", "34.5 %"),
        (1234567, "count", "1,234,567"),
        (1234.5, "currency", "1,234.50"),
        (1234.5, "EUR", "1,234.50 EUR"),
        (-0.001, "EUR", "0 EUR"),
        (1200, "EUR", "1,200 EUR"),
        (1.5, "number", "1.5"),
        (1.5, "index", "1.5"),
        (1.5, "years", "1.5 years"),
    ],
)
def test_units(value: float | None, unit: str, text: str) -> None:
    """A value is shown in its KPI's unit."""
    assert shown(value, unit) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"), (0.04, "0.04 s"), (9.5, "9.5 s"), (42.4, "42 s"), (60, "1 min"), (90, "1 min 30 s"),
        (3600, "1 h"), (5400, "1 h 30 min"), (3601, "1 h"), (86_400, "1 d"), (90_000, "1 d 1 h"), (86_460, "1 d"),
        (-90, "-1 min 30 s"),
    ],
)  # fmt: skip
def test_durations(seconds: float, text: str) -> None:
    """Two units at most, and none that is zero."""
    assert duration(seconds) == text


def test_numbers() -> None:
    """Two decimals at most, but small numbers keep two digits."""
    assert [number(value) for value in (0, 1, 1000, 2.50, 2.125, 0.00123, -3)] == [
        "0", "1", "1,000", "2.5", "2.12", "0.0012", "-3",
    ]  # fmt: skip
