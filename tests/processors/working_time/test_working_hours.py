"""Working hours, asked for an instant."""

import pytest

from processors.working_time.working_hours import at_work
from schemas.catalogs.calendar_section import CalendarSection, Holidays

HOUR_US = 3_600_000_000
MONDAY_US = 1_795_392_000_000_000
"""2026-11-23, midnight UTC."""


@pytest.mark.parametrize(
    ("hour", "works", "why"),
    [
        (8.99, True, "ten o'clock in Amsterdam"),
        (7.99, False, "before nine there"),
        (8, True, "the first instant counts"),
        (17, False, "the last one does not"),
        (24 + 9, False, "a day of their own off"),
        (-24 + 9, False, "Sunday"),
    ],
)
def test_an_instant_is_working_time_or_not(hour: float, works: bool, why: str) -> None:
    """By the clock on the wall there."""
    section = CalendarSection(timezone="Europe/Amsterdam", holidays=Holidays(extra=("2026-11-24",)))

    assert at_work(section)(MONDAY_US + round(hour * HOUR_US)) == works, why
