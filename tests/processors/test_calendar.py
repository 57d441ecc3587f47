"""Local days and the periods they belong to."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.calendar import Calendar
from schemas.catalogs.working_hours import WEEKDAYS
from schemas.events.directory import CALENDAR_WINDOWS
from schemas.fact import PANE_US
from tests.oracle.moments import instant

HOUR_US = 3_600_000_000


def labels(calendar: Calendar, moment: str) -> dict[str, str | None]:
    """Return the label of each calendar period that a moment lies in."""
    day = calendar.day_of_pane(instant(moment) // PANE_US)
    return {period.name: period.label for period in calendar.periods_of(day)}


def test_every_window_once_and_all_time_last() -> None:
    """A day belongs to one period of each calendar window, and to all time, which has no bounds."""
    calendar = Calendar()
    periods = calendar.periods_of(calendar.day(date(2026, 11, 21).toordinal()))

    assert [*CALENDAR_WINDOWS, "all_time"] == [period.name for period in periods]
    assert (None, None, None) == (periods[-1].label, periods[-1].start_us, periods[-1].end_us)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-21T12:00:00Z", ("2026-11-21", "2026-W47", "2026-11", "2026-Q4", "2026")),
        ("2026-12-31T22:59:59Z", ("2026-12-31", "2026-W53", "2026-12", "2026-Q4", "2026")),
        ("2026-12-31T23:00:00Z", ("2027-01-01", "2026-W53", "2027-01", "2027-Q1", "2027")),
        ("2027-01-03T22:59:59Z", ("2027-01-03", "2026-W53", "2027-01", "2027-Q1", "2027")),
        ("2027-01-03T23:00:00Z", ("2027-01-04", "2027-W01", "2027-01", "2027-Q1", "2027")),
        ("2024-12-30T12:00:00Z", ("2024-12-30", "2025-W01", "2024-12", "2024-Q4", "2024")),
    ],
)
def test_periods_of_the_business_time_zone(moment: str, expected: tuple[str, ...]) -> None:
    """Days turn at local midnight, weeks on Monday by ISO, also about New Year."""
    found = labels(Calendar("Europe/Amsterdam"), moment)

    assert dict(zip(CALENDAR_WINDOWS, expected, strict=True)) | {"all_time": None} == found


@pytest.mark.parametrize(
    ("zone", "day", "start", "hours"),
    [
        ("Europe/Amsterdam", "2026-03-28", "2026-03-27T23:00:00Z", 24),
        ("Europe/Amsterdam", "2026-03-29", "2026-03-28T23:00:00Z", 23),
        ("Europe/Amsterdam", "2026-10-25", "2026-10-24T22:00:00Z", 25),
        ("Asia/Kolkata", "2026-10-25", "2026-10-24T18:30:00Z", 24),
        ("Asia/Kathmandu", "2026-10-25", "2026-10-24T18:15:00Z", 24),
        ("Australia/Lord_Howe", "2026-10-04", "2026-10-03T13:30:00Z", 23.5),
        # clocks go from 24:00 to 01:00: the day begins with the change
        ("America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z", 23),
        # clocks go from 24:00 back to 23:00: the day before has the hour twice
        ("America/Santiago", "2026-04-04", "2026-04-04T03:00:00Z", 25),
        # clocks go from 01:00 back to 00:00: the day begins with the first midnight
        ("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z", 25),
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z", 24),
    ],
)
def test_days_of_clock_changes(zone: str, day: str, start: str, hours: float) -> None:
    """A day lasts from its midnight to the next, 23 to 25 hours, wherever the clock is changed."""
    calendar = Calendar(zone)
    period = calendar.day(date.fromisoformat(day).toordinal())

    assert (instant(start), hours) == (period.start_us, ((period.end_us or 0) - instant(start)) / HOUR_US)
    assert period is calendar.day_of_pane(instant(start) // PANE_US)
    assert period is not calendar.day_of_pane(instant(start) // PANE_US - 1)
    assert period is calendar.day_of_pane((period.end_us or 0) // PANE_US - 1)
    assert period is not calendar.day_of_pane((period.end_us or 0) // PANE_US)


@pytest.mark.parametrize(
    ("moment", "start_month", "quarter", "year"),
    [
        ("2026-03-31T12:00:00Z", 4, ("2026-Q4", "2026-01-01", "2026-04-01"), ("2026", "2025-04-01")),
        ("2026-04-01T12:00:00Z", 4, ("2027-Q1", "2026-04-01", "2026-07-01"), ("2027", "2026-04-01")),
        ("2026-12-01T12:00:00Z", 4, ("2027-Q3", "2026-10-01", "2027-01-01"), ("2027", "2026-04-01")),
        ("2026-12-01T12:00:00Z", 12, ("2027-Q1", "2026-12-01", "2027-03-01"), ("2027", "2026-12-01")),
        ("2026-11-30T12:00:00Z", 12, ("2026-Q4", "2026-09-01", "2026-12-01"), ("2026", "2025-12-01")),
        ("2026-12-01T12:00:00Z", 1, ("2026-Q4", "2026-10-01", "2027-01-01"), ("2026", "2026-01-01")),
    ],
)
def test_fiscal_years(
    moment: str, start_month: int, quarter: tuple[str, str, str], year: tuple[str, str]
) -> None:
    """Quarter and year count from the fiscal start, by the name of the year that it ends in; months don't."""
    calendar = Calendar("UTC", start_month)
    periods = {p.name: p for p in calendar.periods_of(calendar.day_of_pane(instant(moment) // PANE_US))}

    found = periods["quarter"]
    assert (quarter[0], instant(f"{quarter[1]}T00:00:00Z"), instant(f"{quarter[2]}T00:00:00Z")) == (
        found.label,
        found.start_us,
        found.end_us,
    )
    assert (year[0], instant(f"{year[1]}T00:00:00Z")) == (periods["year"].label, periods["year"].start_us)
    assert moment[:7] == periods["month"].label


@settings(max_examples=50, deadline=None)
@given(
    st.integers(instant("2001-01-01T00:00:00Z") // PANE_US, instant("2037-12-31T00:00:00Z") // PANE_US),
    st.sampled_from(["UTC", "Europe/Amsterdam", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia"]),
    st.integers(1, 12),
)
def test_a_pane_lies_in_its_periods(pane: int, zone: str, start_month: int) -> None:
    """Every pane is inside the bounds of all its periods, and a day begins at a local midnight or a change."""
    calendar = Calendar(zone, start_month)
    day = calendar.day_of_pane(pane)

    assert ZoneInfo(zone) == calendar.zone
    for period in calendar.periods_of(day)[:-1]:
        assert period.start_us is not None
        assert period.end_us is not None
        assert period.start_us <= pane * PANE_US < period.end_us
        assert period.start_us % (900 * 1_000_000) == 0


def test_periods_are_made_once() -> None:
    """The days of a month share one period, so that it can be a key by identity."""
    calendar = Calendar()
    first, last = (calendar.periods_of(calendar.day(date(2026, 2, day).toordinal())) for day in (1, 28))

    assert first[2] is last[2]
    assert first[1] is not last[1]
    assert calendar.day(first[0].ordinal) is first[0]


def test_an_hour_with_midnight_inside_has_no_day() -> None:
    """In a zone half an hour off, the hour about midnight belongs to two days."""
    split = instant("2026-10-24T18:00:00Z") // HOUR_US

    assert Calendar("Asia/Kolkata").day_of_hour(split) is None
    assert "2026-10-25" == getattr(Calendar("Asia/Kolkata").day_of_hour(split + 1), "label", None)
    assert "2026-10-24" == getattr(Calendar("UTC").day_of_hour(split), "label", None)


@pytest.mark.parametrize(
    ("start", "moment", "label", "first"),
    [
        ("sunday", "2025-12-27T12:00:00Z", "2025-W52", "2025-12-21"),
        ("sunday", "2025-12-28T12:00:00Z", "2025-W53", "2025-12-28"),  # ISO has no such week
        ("sunday", "2026-01-04T12:00:00Z", "2026-W01", "2026-01-04"),
        ("saturday", "2027-01-01T12:00:00Z", "2026-W52", "2026-12-26"),
        ("saturday", "2027-01-02T12:00:00Z", "2027-W01", "2027-01-02"),
        ("monday", "2026-12-31T12:00:00Z", "2026-W53", "2026-12-28"),
    ],
)
def test_weeks_that_start_on_another_day(start: str, moment: str, label: str, first: str) -> None:
    """A week has the year of its fourth day, and its number among the weeks that have that year."""
    calendar = Calendar("UTC", 1, start)
    week = calendar.periods_of(calendar.day_of_pane(instant(moment) // PANE_US))[1]

    assert (label, instant(f"{first}T00:00:00Z")) == (week.label, week.start_us)
    assert week.end_us == instant(f"{first}T00:00:00Z") + 7 * 24 * HOUR_US
    assert week is calendar.period("week", label)


def test_weeks_from_monday_are_those_of_iso() -> None:
    """Over decades, label and number agree with ISO 8601."""
    calendar = Calendar()
    for ordinal in range(date(1999, 1, 1).toordinal(), date(2031, 1, 1).toordinal()):
        iso = date.fromordinal(ordinal).isocalendar()
        assert f"{iso.year}-W{iso.week:02}" == calendar.periods_of(calendar.day(ordinal))[1].label


@pytest.mark.parametrize("start", WEEKDAYS)
def test_every_week_has_a_label_of_its_own(start: str) -> None:
    """Whatever day weeks start on, labels rise with the weeks and none comes twice."""
    calendar = Calendar("UTC", 1, start)
    first = date(1999, 12, 31).toordinal()
    weeks = dict.fromkeys(calendar.periods_of(calendar.day(first + day))[1] for day in range(0, 30 * 366, 3))

    labels = [week.label or "" for week in weeks]
    assert sorted(set(labels)) == labels


@pytest.mark.parametrize(
    ("window", "label", "start"),
    [
        ("day", "2026-03-29", "2026-03-29"),
        ("week", "2026-W53", "2026-12-28"),
        ("month", "2026-11", "2026-11-01"),
        ("quarter", "2027-Q3", "2026-10-01"),
        ("year", "2027", "2026-04-01"),
    ],
)
def test_periods_by_label(window: str, label: str, start: str) -> None:
    """A label leads to the one period that has it."""
    calendar = Calendar("UTC", 4)
    found = calendar.period(window, label)

    assert found is not None
    assert (window, label, instant(f"{start}T00:00:00Z")) == (found.name, found.label, found.start_us)
    assert found in calendar.periods_of(calendar.day(found.ordinal))


@pytest.mark.parametrize(
    ("window", "label"),
    [
        ("week", "2027-W53"), ("week", "2026-47"), ("day", "2026-02-29"), ("year", "0001"), ("month", "9999-12"),
        ("all_time", ""), ("rolling_24h", "2026"), ("now", ""),
    ],
)  # fmt: skip
def test_labels_of_no_period(window: str, label: str) -> None:
    """What no calendar has, or has at its very ends only, is None."""
    assert Calendar("UTC", 4).period(window, label) is None


@pytest.mark.parametrize(
    ("window", "label", "before"),
    [
        ("day", "2026-03-01", "2026-02-28"),
        ("week", "2027-W01", "2026-W53"),
        ("month", "2026-01", "2025-12"),
        ("quarter", "2027-Q1", "2026-Q4"),
        ("year", "2027", "2026"),
    ],
)
def test_the_period_before(window: str, label: str, before: str) -> None:
    """The period before ends where the period starts."""
    calendar = Calendar("Europe/Amsterdam", 4)
    period = calendar.period(window, label)
    assert period is not None
    found = calendar.previous(period)

    assert found is not None
    assert (before, period.start_us) == (found.label, found.end_us)
    assert found is calendar.period(window, before)


def test_all_time_has_none_before() -> None:
    """Nothing is before all time."""
    calendar = Calendar()

    assert calendar.previous(calendar.all_time) is None


@settings(max_examples=50, deadline=None)
@given(
    st.integers(date(2001, 1, 1).toordinal(), date(2037, 12, 31).toordinal()),
    st.sampled_from(WEEKDAYS),
    st.integers(1, 12),
)
def test_labels_lead_back(ordinal: int, week_start: str, start_month: int) -> None:
    """Each period is found by its label, and periods follow each other without a gap."""
    calendar = Calendar("America/Santiago", start_month, week_start)
    for period in calendar.periods_of(calendar.day(ordinal))[:-1]:
        assert calendar.period(period.name, period.label or "") is period
        before = calendar.previous(period)
        assert before is not None
        assert before.end_us == period.start_us


def test_the_periods_around_days() -> None:
    """Each once, whichever of the days it is around."""
    calendar = Calendar()
    first = date(2026, 3, 1).toordinal()

    found = [f"{one.name}:{one.label}" for one in calendar.periods_around(first, first + 1)]

    assert found == [
        "day:2026-03-01", "week:2026-W09", "month:2026-03", "quarter:2026-Q1", "year:2026",
        "day:2026-03-02", "week:2026-W10",
    ]  # fmt: skip
    assert [] == [*calendar.periods_around(first, first - 1)]


@settings(max_examples=100, deadline=None)
@given(
    st.integers(date(2010, 1, 1).toordinal(), date(2037, 12, 31).toordinal()),
    st.integers(0, 1_500),
    st.sampled_from(CALENDAR_WINDOWS),
    st.integers(1, 12),
)
def test_spans_after(ordinal: int, more: int, window: str, start_month: int) -> None:
    """They follow the period and each other up to the last day, and years take few of them."""
    calendar = Calendar("Pacific/Apia", start_month)  # without the 30th of December 2011
    found = calendar.periods_of(calendar.day(ordinal))
    period = next(one for one in found if one.name == window)
    last = calendar.day(ordinal + more)

    spans = [*calendar.spans_after(period, last.ordinal)]

    assert [one.end_us for one in (period, *spans)][:-1] == [one.start_us for one in spans]
    assert last.end_us is not None
    ends = [one.end_us for one in (period, *spans) if one.end_us is not None]
    assert last.end_us <= ends[-1]
    assert all(end_us < last.end_us for end_us in ends[:-1])
    assert len(spans) <= 30 + 2 + 3 + 5
