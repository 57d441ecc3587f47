"""Deadlines are where the working time that has passed says they are."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.working_time.business_time import BusinessTime
from processors.working_time.working_deadline import elapsed_deadline_us, elapsed_us, working_deadline_us
from schemas.catalogs.working_hours import working_week
from schemas.duration import DAY_US

HOUR_US = 3_600_000_000
WORK = BusinessTime("Europe/Amsterdam", working_week(), {date(2026, 12, 25)})
NIGHTS = BusinessTime("UTC", working_week(["friday"], ["22:00-06:00"]))
NEVER = BusinessTime("UTC", {})
THURSDAY_US = 1_795_651_200_000_000
"""2026-11-26T00:00Z"""
CLOCKS_BACK_US = 1_792_800_000_000_000
"""2026-10-24T00:00Z: the night after, clocks in Amsterdam are set back."""


@pytest.mark.parametrize(
    ("start_h", "work_h", "wanted_h"),
    [
        (8, 0, 8),  # 9 o'clock in Amsterdam
        (7, 0, 8),
        (8, 1, 9),
        (3, 1, 9),
        (16, 1, 17),
        (16, 2, 24 + 9),
        (24 + 17, 0, 4 * 24 + 8),  # Friday's end: Monday
        (24 + 16, 2, 4 * 24 + 9),
    ],
)
def test_deadlines(start_h: int, work_h: int, wanted_h: int) -> None:
    """An hour of work from the evening on ends next morning; no work at all waits for the opening."""
    found = working_deadline_us(WORK, THURSDAY_US + start_h * HOUR_US, work_h * HOUR_US)

    assert found == THURSDAY_US + wanted_h * HOUR_US


def test_where_nobody_works() -> None:
    """There is no deadline."""
    assert working_deadline_us(NEVER, THURSDAY_US, 0) is None
    assert working_deadline_us(NEVER, THURSDAY_US, 1) is None


@given(
    st.sampled_from([WORK, NIGHTS]),
    st.integers(0, 40 * DAY_US),
    st.integers(1, 60 * HOUR_US) | st.sampled_from([HOUR_US, 9 * HOUR_US]),
)
def test_it_is_the_first_instant(time: BusinessTime, after_us: int, work_us: int) -> None:
    """By then so much working time has passed, and a microsecond before it had not."""
    start_us = CLOCKS_BACK_US + after_us

    found = working_deadline_us(time, start_us, work_us)

    assert found is not None
    assert time.business_us(start_us, found) == work_us
    assert time.business_us(start_us, found - 1) == work_us - 1


@given(st.sampled_from([WORK, NIGHTS]), st.integers(0, 40 * DAY_US))
def test_no_time_is_the_next_instant_of_work(time: BusinessTime, after_us: int) -> None:
    """Nothing is worked until then, and then work goes on."""
    start_us = CLOCKS_BACK_US + after_us

    found = working_deadline_us(time, start_us, 0)

    assert found is not None
    assert found >= start_us
    assert time.business_us(start_us, found) == 0
    assert time.business_us(found, found + 1) == 1


def test_elapsed() -> None:
    """A period without working time elapses as the clock goes, as does every period without a calendar."""
    end_us = THURSDAY_US + DAY_US
    assert elapsed_us(None, THURSDAY_US, end_us, THURSDAY_US + HOUR_US) == (HOUR_US, DAY_US)
    assert elapsed_us(None, THURSDAY_US, end_us, end_us + HOUR_US) == (DAY_US, DAY_US)
    assert elapsed_us(WORK, THURSDAY_US, end_us, THURSDAY_US + 9 * HOUR_US) == (HOUR_US, 9 * HOUR_US)
    assert elapsed_deadline_us(None, THURSDAY_US, end_us, HOUR_US) == THURSDAY_US + HOUR_US
    assert elapsed_deadline_us(NEVER, THURSDAY_US, end_us, HOUR_US) == THURSDAY_US + HOUR_US
    assert elapsed_deadline_us(WORK, THURSDAY_US, end_us, HOUR_US) == THURSDAY_US + 9 * HOUR_US
