"""Panes, days and periods of the calendar, as the counting of accounts looks at them."""

import pytest

from processors.calendar import Calendar
from processors.tracking.account_days import Days
from schemas.catalogs.distinct import DAY, MONTH, QUARTER, WEEK, YEAR
from schemas.fact import PANE_US
from tests.oracle.moments import instant


def pane(moment: str) -> int:
    """Return the pane of a moment."""
    return instant(moment) // PANE_US


@pytest.mark.parametrize(
    ("one", "other", "bits"),
    [
        ("2026-03-04T12:00:00Z", "2026-03-04T22:59:00Z", 0),
        ("2026-03-04T12:00:00Z", "2026-03-04T23:00:00Z", DAY),
        ("2026-03-31T12:00:00Z", "2026-04-01T12:00:00Z", DAY | MONTH | QUARTER),
        ("2026-12-31T12:00:00Z", "2027-01-01T12:00:00Z", DAY | MONTH | QUARTER | YEAR),
        ("2026-03-08T12:00:00Z", "2026-03-09T12:00:00Z", DAY | WEEK),
    ],
)
def test_in_which_periods_two_panes_differ(one: str, other: str, bits: int) -> None:
    """By the local calendar, whichever comes first."""
    days = Days(Calendar("Europe/Berlin"))

    assert (bits, bits) == (days.differ(pane(one), pane(other)), days.differ(pane(other), pane(one)))


@pytest.mark.parametrize(
    "zone", ["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/Sao_Paulo", "Australia/Lord_Howe"]
)
@pytest.mark.parametrize("moment", ["2026-03-29T01:30:00Z", "2026-10-03T15:29:00Z", "2018-11-04T03:10:00Z"])
def test_periods_hold_the_panes_that_the_calendar_says(zone: str, moment: str) -> None:
    """First and last pane of the day lie in it, the panes around it don't; so do the panes that stand for others."""
    calendar = Calendar(zone)
    days, at = Days(calendar), pane(moment)
    day = calendar.day_of_pane(at)
    _, first, after = days.spans(at)[0]

    assert [False, True, True, False] == [
        calendar.day_of_pane(p) is day for p in (first - 1, first, after - 1, after)
    ]
    assert {DAY, WEEK, MONTH, QUARTER, YEAR} == {span[0] for span in days.spans(at)}
    assert day is calendar.day_of_pane(days.first_of_hour(at)) is calendar.day_of_pane(days.first_of_day(at))
    assert days.first_of_hour(at) <= at
