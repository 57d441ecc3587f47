"""Periods of the calendar windows."""

import pytest

from schemas.events.directory import PERIODS, is_period


@pytest.mark.parametrize(
    ("window", "period"),
    [
        *((window, example) for window, (_, example) in PERIODS.items()),
        ("day", "2028-02-29"),
        ("week", "2026-W01"),
        ("week", "2026-W53"),
        ("week", "2027-W53"),  # of weeks that start on Friday, say
        ("month", "0001-01"),
        ("year", "9999"),
    ],
)
def test_periods(window: str, period: str) -> None:
    """Each window has its own way of writing a period."""
    assert is_period(window, period)


@pytest.mark.parametrize(
    ("window", "period"),
    [
        ("day", "2026-02-29"),
        ("day", "20261121"),
        ("day", "2026-11"),
        ("week", "2027-W54"),
        ("week", "2026-W00"),
        ("week", "2026-47"),
        ("month", "2026-13"),
        ("month", "2026-11-21"),
        ("quarter", "2026-Q5"),
        ("quarter", "2026-11"),
        ("year", "0000"),
        ("year", "26"),
        ("year", "٢٠٢٦"),
        ("year", "2026\n"),
        ("rolling_24h", "2026"),
    ],
)
def test_what_is_no_period(window: str, period: str) -> None:
    """What another window writes, and what no calendar has, is no period."""
    assert not is_period(window, period)
