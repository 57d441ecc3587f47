"""The same part of an earlier period, cut where panes can be cut."""

from datetime import UTC, date, datetime
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.calendar import Calendar, Period
from processors.valuing.earlier import Part, same_elapsed, same_time, same_time_us, same_weekdays
from processors.windows import HOUR_RETENTION
from schemas.duration import HOUR_US
from schemas.fact import PANE_US
from tests.oracle.moments import DAY_US, instant

AMSTERDAM = Calendar("Europe/Amsterdam")


class Span(NamedTuple):
    """From when to when."""

    start: str
    end: str


def text(t_us: int) -> str:
    """Write an instant down in UTC."""
    return datetime.fromtimestamp(t_us // 1_000_000, UTC).strftime("%Y-%m-%dT%H:%M")


def panes(calendar: Calendar, part: Part) -> list[int]:
    """Return the five-minute panes that a part adds up, in their order; checks that none is there twice."""
    found = [
        pane
        for ordinal in part.days
        for day in [calendar.day(ordinal)]
        for pane in range((day.start_us or 0) // PANE_US, (day.end_us or 0) // PANE_US)
    ]
    found += [*part.panes, *(hour * 12 + pane for hour in part.hours for pane in range(12))]
    assert sorted(set(found)) == found
    return found


def span(calendar: Calendar, part: Part) -> Span | None:
    """Return from when to when a part is; checks that it has no hole."""
    found = panes(calendar, part)
    if not found:
        return None
    assert found == list(range(found[0], found[-1] + 1))
    return Span(text(found[0] * PANE_US), text((found[-1] + 1) * PANE_US))


def period(calendar: Calendar, window: str, label: str) -> Period:
    """Return a period that there is."""
    found = calendar.period(window, label)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("window", "label", "now", "own", "before"),
    [
        # 10:20 in Amsterdam is cut to ten
        ("day", "2026-11-21", "2026-11-21T09:20", ("2026-11-20T23:00", "2026-11-21T09:00"),
         ("2026-11-19T23:00", "2026-11-20T09:00")),
        # the day before has 23 hours
        ("day", "2026-03-30", "2026-03-30T08:59", ("2026-03-29T22:00", "2026-03-30T08:00"),
         ("2026-03-28T23:00", "2026-03-29T08:00")),
        ("week", "2026-W47", "2026-11-18T09:20", ("2026-11-15T23:00", "2026-11-18T09:00"),
         ("2026-11-08T23:00", "2026-11-11T09:00")),
        # the clocks went back on 25 October: the same time of day, not the same number of hours
        ("month", "2026-11", "2026-11-21T09:20", ("2026-10-31T23:00", "2026-11-21T09:00"),
         ("2026-09-30T22:00", "2026-10-21T08:00")),
        # February has no 30th
        ("month", "2026-03", "2026-03-30T08:00", ("2026-02-28T23:00", "2026-03-30T08:00"),
         ("2026-01-31T23:00", "2026-02-28T23:00")),
        # quarters and years by whole days
        ("quarter", "2026-Q4", "2026-11-21T09:20", ("2026-09-30T22:00", "2026-11-20T23:00"),
         ("2026-06-30T22:00", "2026-08-20T22:00")),
        ("year", "2026", "2026-03-01T09:20", ("2025-12-31T23:00", "2026-02-28T23:00"),
         ("2024-12-31T23:00", "2025-02-28T23:00")),
        # over: as a whole
        ("month", "2026-10", "2026-11-21T09:20", ("2026-09-30T22:00", "2026-10-31T23:00"),
         ("2026-08-31T22:00", "2026-09-30T22:00")),
    ],
)  # fmt: skip
def test_same_elapsed(
    window: str, label: str, now: str, own: tuple[str, str], before: tuple[str, str]
) -> None:
    """As many days and the same time of day, by the local clock, both cut alike."""
    parts = same_elapsed(AMSTERDAM, period(AMSTERDAM, window, label), instant(now))

    assert parts is not None
    assert (Span(*own), Span(*before)) == tuple(span(AMSTERDAM, part) for part in parts)
    assert parts[0].whole == (instant(now) >= (parts[0].period.end_us or 0))


def test_nothing_has_elapsed_yet() -> None:
    """In its first hour, or of a year on its first day, nothing is compared with nothing."""
    for window, label, now in (
        ("day", "2026-11-21", "2026-11-20T23:59"),
        ("year", "2026", "2026-01-01T20:00"),
    ):
        parts = same_elapsed(AMSTERDAM, period(AMSTERDAM, window, label), instant(now))
        assert parts is not None
        assert [None, None] == [span(AMSTERDAM, part) for part in parts]


def test_all_time_is_compared_with_nothing() -> None:
    """There is no time before all time."""
    assert same_elapsed(AMSTERDAM, AMSTERDAM.all_time, 0) is None


def test_same_weekdays() -> None:
    """The four Saturdays before a Saturday."""
    days = same_weekdays(AMSTERDAM, period(AMSTERDAM, "day", "2026-11-21"))

    assert ["2026-11-14", "2026-11-07", "2026-10-31", "2026-10-24"] == [day.label for day in days]


def test_same_time_through_a_clock_change() -> None:
    """Four Saturdays at ten in the morning, of which one is before the clocks went back."""
    parts = same_time(AMSTERDAM, period(AMSTERDAM, "day", "2026-11-21"), instant("2026-11-21T09:20"))

    assert [
        ("2026-11-13T23:00", "2026-11-14T09:00"),
        ("2026-11-06T23:00", "2026-11-07T09:00"),
        ("2026-10-30T23:00", "2026-10-31T09:00"),
        ("2026-10-23T22:00", "2026-10-24T08:00"),
    ] == [span(AMSTERDAM, part) for part in parts]


def test_same_time_of_a_day_that_is_over() -> None:
    """A day that is over is compared with whole days."""
    parts = same_time(AMSTERDAM, period(AMSTERDAM, "day", "2026-11-20"), instant("2026-11-21T09:20"))

    assert [(True, 288)] * 4 == [(part.whole, len(panes(AMSTERDAM, part))) for part in parts]


def test_midnight_inside_an_hour() -> None:
    """In a zone half an hour off, a day begins with panes of five minutes, up to the first full hour."""
    calendar = Calendar("Asia/Kolkata")
    parts = same_time(calendar, period(calendar, "day", "2026-11-21"), instant("2026-11-21T04:45"))

    assert all(len(part.panes) == 6 for part in parts)
    assert Span("2026-11-13T18:30", "2026-11-14T04:00") == span(calendar, parts[0])
    early = same_time(calendar, period(calendar, "day", "2026-11-21"), instant("2026-11-20T18:45"))
    assert [None] * 4 == [span(calendar, part) for part in early]


@pytest.mark.parametrize(
    ("zone", "day", "now", "expected"),
    [
        (
            "Europe/Amsterdam",
            "2026-03-29",
            "2026-04-05T00:30",
            "2026-03-29T01:00",
        ),  # half past two was skipped
        (
            "Europe/Amsterdam",
            "2026-10-25",
            "2026-11-01T01:30",
            "2026-10-25T00:30",
        ),  # half past two came twice
        ("Europe/Amsterdam", "2026-10-18", "2026-10-25T01:30", "2026-10-18T00:30"),  # it comes a second time
        ("America/Santiago", "2026-09-06", "2026-09-13T03:30", "2026-09-06T04:00"),  # midnight was skipped
    ],
)
def test_the_same_time_on_days_of_clock_changes(zone: str, day: str, now: str, expected: str) -> None:
    """A time that was skipped is the change, one that came twice is the first."""
    calendar = Calendar(zone)

    assert expected == text(same_time_us(calendar, period(calendar, "day", day), instant(now)))


@settings(max_examples=60, deadline=None)
@given(
    st.integers(instant("2005-01-01T00:00:00Z"), instant("2035-01-01T00:00:00Z")),
    st.sampled_from(
        [
            "UTC",
            "Europe/Amsterdam",
            "America/Santiago",
            "Asia/Kathmandu",
            "Australia/Lord_Howe",
            "Pacific/Apia",
        ]
    ),
    st.sampled_from(["monday", "sunday"]),
)
def test_parts_can_be_added_up(now_us: int, zone: str, week_start: str) -> None:
    """Parts lie in their periods, without holes, before now, and never need an hour that is gone."""
    calendar = Calendar(zone, 4, week_start)
    day = calendar.day_of_pane(now_us // PANE_US)
    parts: list[tuple[Period, Part]] = [(day, part) for part in same_time(calendar, day, now_us)]
    for window in calendar.periods_of(day)[:-1]:
        both = same_elapsed(calendar, window, now_us)
        assert both is not None
        assert not both[0].whole
        parts += [(window, part) for part in both]
    for _, part in parts:
        found = panes(calendar, part)
        if found:
            assert found == list(range(found[0], found[-1] + 1))
            assert found[0] * PANE_US == part.period.start_us
            assert (found[-1] + 1) * PANE_US <= min(now_us, part.period.end_us or 0)
        assert all(now_us // HOUR_US - hour < HOUR_RETENTION - 24 for hour in part.hours)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 7 * DAY_US), st.sampled_from(["Europe/Amsterdam", "America/Santiago", "Pacific/Apia"]))
def test_the_clock_shows_the_same(after_us: int, zone: str) -> None:
    """Away from changes, both clocks show the same time."""
    calendar = Calendar(zone)
    now_us = instant("2026-06-10T00:00:00Z") + after_us
    day = calendar.day(date(2026, 6, 1).toordinal())
    at_us = same_time_us(calendar, day, now_us)

    here, there = (datetime.fromtimestamp(t / 1e6, UTC).astimezone(calendar.zone) for t in (now_us, at_us))
    assert (here.time(), "2026-06-01") == (there.time(), there.date().isoformat())
