"""Values as people read them."""

import pytest

from streams.cli.units import counted, duration, humanise, to_the_second


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0s"),
        (4.26, "4.3s"),
        (9.96, "10s"),
        (42, "42s"),
        (59.6, "1m 00s"),
        (754.2, "12m 34s"),
        (3_599.6, "1h 00m"),
        (11_100, "3h 05m"),
        (367_200, "4d 06h"),
        (-90, "-1m 30s"),
    ],
)
def test_durations_show_the_two_units_that_matter(seconds: float, expected: str) -> None:
    """A duration is given in the unit that fits, and rounding never gives 60 of a unit."""
    assert duration(seconds) == expected


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (None, "count", "–"),
        (12_345, "count", "12,345"),
        (2.5, "count", "2.5"),
        (2.0, "count", "2"),
        (340, "seconds", "5m 40s"),
        (0.4231, "ratio", "42.3 %"),
        (42.31, "percent", "42.3 %"),
        (950.4, "currency", "950"),
        (12_400, "EUR", "12.4k EUR"),
        (3_210_000, "currency", "3.21M"),
        (-20_000, "currency", "-20.0k"),
        (7, None, "7"),
    ],
)
def test_a_value_is_written_by_its_unit(value: float | None, unit: str | None, expected: str) -> None:
    """Every unit of the catalog has a form of its own; no value is a dash."""
    assert humanise(value, unit) == expected


def test_times_are_told_to_the_second() -> None:
    """A table has room for no more."""
    assert "2026-11-21T09:03:10Z" == to_the_second("2026-11-21T09:03:10.500564Z")
    assert "2026-11-21T09:03:10+01:00" == to_the_second("2026-11-21T09:03:10+01:00")


def test_how_many_there_are_of_what() -> None:
    """One is one; thousands are parted."""
    assert ["0 events", "1 event", "1,204 events"] == [counted(count, "event") for count in (0, 1, 1204)]
