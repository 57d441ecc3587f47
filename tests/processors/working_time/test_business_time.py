"""Working time between two instants, held to a count minute by minute."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.working_time.business_time import BusinessTime
from processors.working_time.public_holidays import PublicHolidays
from schemas.catalogs.working_hours import DAY_MINUTES, WorkingWeek, working_week
from schemas.duration import DAY_US, MINUTE_US
from tests.oracle.moments import HOUR_US, instant

OFFICE = working_week()
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def works(zone: ZoneInfo, week: WorkingWeek, holidays: Collection[date], t_us: int) -> bool:
    """Say whether an instant is working time, by the clock on the wall."""
    local = (EPOCH + timedelta(microseconds=t_us)).astimezone(zone)
    minute = local.hour * 60 + local.minute
    for back in (0, 1):
        begun = local.date() - timedelta(days=back)
        at = minute + back * DAY_MINUTES
        if begun not in holidays and any(start <= at < end for start, end in week.get(begun.weekday(), ())):
            return True
    return False


def counted(
    time: BusinessTime, week: WorkingWeek, holidays: Collection[date], start_us: int, end_us: int
) -> int:
    """Count the working minutes between two full minutes one by one; microseconds."""
    return sum(
        MINUTE_US for t_us in range(start_us, end_us, MINUTE_US) if works(time.zone, week, holidays, t_us)
    )


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-11-20T17:50:00+01:00", "2026-11-23T09:10:00+01:00", 20.0),  # Friday evening to Monday morning
        ("2026-11-20T18:30:00+01:00", "2026-11-22T12:00:00+01:00", 0.0),
        ("2026-11-20T09:00:00+01:00", "2026-11-20T09:00:01.5+01:00", 0.025),
        ("2026-11-20T08:00:00+01:00", "2026-11-20T20:00:00+01:00", 540.0),
        ("2026-12-31T17:00:00+01:00", "2027-01-04T10:00:00+01:00", 120.0),  # New Year's Day is a Friday
        ("2026-03-27T17:00:00+01:00", "2026-03-30T10:00:00+02:00", 120.0),  # the clocks went forward
        ("2026-11-23T09:10:00+01:00", "2026-11-20T17:50:00+01:00", -20.0),
    ],
)
def test_by_hand(start: str, end: str, minutes: float) -> None:
    """Nine to six, Monday to Friday, in Amsterdam, with the public holidays."""
    time = BusinessTime("Europe/Amsterdam", OFFICE, PublicHolidays("NL"))

    assert round(minutes * MINUTE_US) == time.business_us(instant(start), instant(end))


@pytest.mark.parametrize(
    ("zone", "day", "hours", "expected"),
    [
        ("Europe/Amsterdam", "2026-10-25", "01:00-04:00", 4),  # the hour from two to three comes twice
        ("Europe/Amsterdam", "2026-03-29", "01:00-04:00", 2),  # and once not at all
        ("Europe/Amsterdam", "2026-03-29", "02:00-03:00", 0),
        ("America/Santiago", "2026-04-04", "22:00-24:00", 3),
        ("Australia/Lord_Howe", "2026-10-04", "00:00-24:00", 23.5),
        (
            "America/St_Johns",
            "2010-11-06",
            "23:00-24:00",
            59 / 60 + 1,
        ),  # at 00:01 back to 23:01 of the day before
    ],
)
def test_clock_changes(zone: str, day: str, hours: str, expected: float) -> None:
    """What the clock on the wall shows twice is worked twice; what it skips is not worked."""
    at = date.fromisoformat(day)
    week = {at.weekday(): working_week(["monday"], [hours])[0]}
    start_us = instant(f"{day}T00:00:00Z") - DAY_US

    assert round(expected * HOUR_US) == BusinessTime(zone, week).business_us(start_us, start_us + 3 * DAY_US)


def test_a_night_belongs_to_the_day_it_begins_in() -> None:
    """The shift of New Year's Eve is worked to its end; that of New Year's Day is off, also after its midnight."""
    week = working_week(["thursday", "friday"], ["22:00-06:00"])
    time = BusinessTime("UTC", week, [date(2027, 1, 1)])

    assert 8 * HOUR_US == time.business_us(instant("2026-12-31T00:00:00Z"), instant("2027-01-04T00:00:00Z"))
    assert 6 * HOUR_US == time.business_us(instant("2027-01-01T00:00:00Z"), instant("2027-01-04T00:00:00Z"))


def test_a_decade_is_the_sum_of_its_days() -> None:
    """Long ranges are exact, in both directions from where it was first asked."""
    holidays = PublicHolidays("NL")
    time = BusinessTime("Europe/Amsterdam", OFFICE, holidays)
    days = [
        date.fromordinal(day) for day in range(date(2016, 1, 1).toordinal(), date(2027, 1, 1).toordinal())
    ]
    worked = sum(9 * HOUR_US for day in days if day.weekday() < 5 and day not in holidays)
    midst, start, end = map(instant, ("2021-06-01T12:00:00Z", "2015-12-31T23:00:00Z", "2026-12-31T23:00:00Z"))

    assert time.business_us(midst, midst + 1) == 1
    assert worked == time.business_us(start, end)
    assert worked == time.business_us(start, midst) + time.business_us(midst, end)


def test_far_from_any_calendar() -> None:
    """Times that no business has cost nothing, and count for nothing."""
    time = BusinessTime("America/New_York", OFFICE)
    start, end = instant("0001-01-01T00:00:00Z"), instant("9999-12-31T23:59:59Z")

    assert 0 == time.business_us(start, instant("1899-12-31T23:59:59Z"))
    assert 0 == time.business_us(instant("2200-01-01T00:00:00Z"), end)


WEEKS = [
    OFFICE,
    working_week(["monday", "wednesday", "sunday"], ["00:00-02:30", "03:15-03:45", "22:10-24:00"]),
    working_week(hours=["22:00-06:00", "12:00-13:00"]),
    working_week(
        ["saturday", "sunday"], {"saturday": ["00:00-24:00"], "sunday": ["00:00-03:00", "23:30-01:30"]}
    ),
    {},
]
ZONES = [
    "UTC", "Europe/Amsterdam", "America/Santiago", "America/Havana", "Asia/Kathmandu", "Australia/Lord_Howe",
    "America/St_Johns", "Pacific/Apia", "Africa/Casablanca",
]  # fmt: skip
CHANGES = [
    "2026-10-25T01:00:00Z", "2026-03-29T01:00:00Z", "2026-04-05T03:00:00Z", "2026-11-01T05:00:00Z",
    "2026-10-03T15:30:00Z", "2010-11-07T02:31:00Z", "2011-12-30T10:00:00Z", "2026-02-15T02:00:00Z",
    "2026-01-01T00:00:00Z", "1999-12-31T12:00:00Z",
]  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(ZONES), st.sampled_from(WEEKS), st.sampled_from(CHANGES),
    st.integers(-2_000, 2_000), st.integers(0, 3_500), st.sets(st.integers(-3, 3)),
)  # fmt: skip
def test_equals_a_count_of_minutes(
    zone: str, week: WorkingWeek, change: str, start: int, length: int, off: set[int]
) -> None:
    """About clock changes, over midnights and holidays: as many minutes as one counts on the wall."""
    near = instant(change)
    day = (EPOCH + timedelta(microseconds=near)).date()
    holidays = {day + timedelta(days=days) for days in off}
    time = BusinessTime(zone, week, holidays)
    start_us = near + start * MINUTE_US
    end_us = start_us + length * MINUTE_US

    assert counted(time, week, holidays, start_us, end_us) == time.business_us(start_us, end_us)
    assert time.business_us(end_us, start_us) == -time.business_us(start_us, end_us)


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(ZONES),
    st.sampled_from(WEEKS),
    st.lists(st.integers(0, 60 * 365 * DAY_US), min_size=3, max_size=3),
)
def test_parts_add_up(zone: str, week: WorkingWeek, moments: list[int]) -> None:
    """Whatever is asked first, the time of two stretches is that of both together."""
    time = BusinessTime(zone, week, [date(1999, 12, 31)])
    one, two, three = moments

    assert time.business_us(one, three) == time.business_us(one, two) + time.business_us(two, three)
    assert abs(time.business_us(one, two)) <= abs(two - one)


def test_what_has_elapsed_of_a_day() -> None:
    """At half past one, half of nine to six is gone; before and after work it is nothing and all."""
    time = BusinessTime("Europe/Amsterdam", OFFICE)
    start, end = instant("2026-11-19T23:00:00Z"), instant("2026-11-20T23:00:00Z")
    times = [start - 1, *(instant(f"2026-11-20T{at}:00Z") for at in ("07:00", "12:30", "18:00")), end + 1]

    assert [(hours * HOUR_US, 9 * HOUR_US) for hours in (0, 0, 4.5, 9, 9)] == [
        time.elapsed_us(start, end, at_us) for at_us in times
    ]


def test_what_has_elapsed_of_a_sunday() -> None:
    """A period without working time elapses as the clock goes."""
    start, end = instant("2026-11-22T00:00:00Z"), instant("2026-11-23T00:00:00Z")

    assert (6 * HOUR_US, 24 * HOUR_US) == BusinessTime("UTC", OFFICE).elapsed_us(
        start, end, instant("2026-11-22T06:00:00Z")
    )


@given(
    at_us=st.integers(0, 120 * DAY_US),
    business_us=st.integers(1, 300 * HOUR_US),
    week=st.sampled_from([OFFICE, working_week(("monday", "friday"), ["22:00-06:00", "12:00-12:01"])]),
    zone=st.sampled_from(["UTC", "Europe/Amsterdam", "America/New_York"]),
)
def test_after(at_us: int, business_us: int, week: WorkingWeek, zone: str) -> None:
    """The instant after so much working time is the first at which so much has passed, weekends or not."""
    time, start_us = BusinessTime(zone, week, [date(2026, 12, 25)]), instant("2026-09-20T00:00:00Z") + at_us

    found = time.after_us(start_us, business_us)

    assert found is not None
    assert business_us == time.business_us(start_us, found)
    assert business_us - 1 == time.business_us(start_us, found - 1)


def test_never_after() -> None:
    """Where nobody works, no working time ever passes."""
    assert BusinessTime("UTC", {}).after_us(instant("2026-11-20T00:00:00Z"), 1) is None
