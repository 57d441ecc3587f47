"""Windows and periods, counted by hand."""

import pytest

from tests.oracle.telling import ask, count, event, rep_updated


def calls(*moments: str) -> list[dict[str, object]]:
    """A call at each moment."""
    return [event("call.logged", moment) for moment in moments]


@pytest.mark.parametrize(
    ("window", "outside", "first"),
    [
        # as of 12:03:10 the running pane ends at 12:05; 288 panes before that is 12:05 the day before
        ("rolling_24h", "2026-06-09T12:04:59.999999Z", "2026-06-09T12:05:00Z"),
        # the running hour ends at 13:00: 7 and 30 times 24 h before that
        ("rolling_7d", "2026-06-03T12:59:59.999999Z", "2026-06-03T13:00:00Z"),
        ("rolling_30d", "2026-05-11T12:59:59.999999Z", "2026-05-11T13:00:00Z"),
        # local days 2025-06-11 to 2026-06-10; Amsterdam is two hours ahead in June
        ("rolling_365d", "2025-06-10T21:59:59.999999Z", "2025-06-10T22:00:00Z"),
    ],
)
def test_a_rolling_window_begins_with_a_pane(window: str, outside: str, first: str) -> None:
    """The first microsecond of the window counts, the one before it does not."""
    counted = count(calls(outside, first), as_of="2026-06-10T12:03:10Z", timezone="Europe/Amsterdam")

    assert ask(counted, "calls", window) == (1, 1)
    assert ask(counted, "calls", "all_time") == (2, 2)


def test_today_begins_where_a_rep_works() -> None:
    """As of 18:00 UTC it is tomorrow in Tokyo since 15:00; who was there once is wherever the business is."""
    told = [
        rep_updated("08:00", "ann", "north", timezone="Asia/Tokyo"),
        rep_updated("08:00", "bob", "north", timezone="Asia/Tokyo"),
        rep_updated("09:00", "bob", "north"),
        rep_updated("09:00", "cy", "north", timezone="Mars/Olympus"),
        *(
            event("call.logged", time, rep=rep)
            for rep in ("ann", "bob", "cy")
            for time in ("2026-03-03T22:59:59Z", "2026-03-03T23:00:00Z", "14:59", "15:00")
        ),
    ]

    counted = count(told, as_of="2026-03-04T18:00:00Z", timezone="Europe/Amsterdam", today=True)

    expected = {"ann": (1, 1), "bob": (3, 3), "cy": (3, 3)}
    assert {rep: ask(counted, "calls", "today", rep=rep) for rep in expected} == expected
    assert ask(counted, "calls", "today") == ask(counted, "calls", "day", "2026-03-04") == (9, 9)
    assert ask(counted, "calls", "today", team="north") == (6, 6)  # since they are in it


def test_periods_are_the_business_time_zones() -> None:
    """23:30 UTC on 31 December 2026 is already 2027 in Amsterdam, but still week 53 of 2026, a Friday."""
    counted = count(
        calls("2026-12-31T22:59:59.999999Z", "2026-12-31T23:00:00Z", "2026-12-31T23:30:00Z"),
        as_of="2026-12-31T23:30:00Z",
        timezone="Europe/Amsterdam",
        periods="all",
    )

    assert ask(counted, "calls", "day", "2026-12-31") == (1, 1)
    assert ask(counted, "calls", "day", "2027-01-01") == (2, 2)
    assert ask(counted, "calls", "week", "2026-W53") == (3, 3)
    assert ask(counted, "calls", "month", "2027-01") == (2, 2)
    assert ask(counted, "calls", "quarter", "2026-Q4") == (1, 1)
    assert ask(counted, "calls", "year", "2027") == (2, 2)


def test_days_of_clock_changes_have_23_and_25_hours() -> None:
    """29 March 2026 runs from the 28th 23:00 to 22:00 UTC, 25 October from the 24th 22:00 to 23:00."""
    counted = count(
        calls(
            "2026-03-28T22:59:59Z",
            "2026-03-28T23:00:00Z",
            "2026-03-29T21:59:59Z",
            "2026-03-29T22:00:00Z",
            "2026-10-24T21:59:59Z",
            "2026-10-24T22:00:00Z",
            "2026-10-25T22:59:59Z",
            "2026-10-25T23:00:00Z",
        ),
        as_of="2026-10-25T23:00:00Z",
        timezone="Europe/Amsterdam",
        periods="all",
    )

    days = {
        key[2]: told.value
        for key, told in counted.items()
        if key[0] == "calls" and key[1] == "day" and not key[3]
    }
    assert days == {
        "2026-03-28": 1,
        "2026-03-29": 2,
        "2026-03-30": 1,
        "2026-10-24": 1,
        "2026-10-25": 2,
        "2026-10-26": 1,
    }


@pytest.mark.parametrize(
    ("moment", "start_month", "quarter", "year"),
    [
        ("2026-03-31T12:00:00Z", 4, "2026-Q4", "2026"),  # the fiscal year that ends this very day
        ("2026-04-01T12:00:00Z", 4, "2027-Q1", "2027"),
        ("2026-12-01T12:00:00Z", 4, "2027-Q3", "2027"),
        ("2026-12-01T12:00:00Z", 12, "2027-Q1", "2027"),
        ("2026-11-30T12:00:00Z", 12, "2026-Q4", "2026"),
        ("2026-12-01T12:00:00Z", 1, "2026-Q4", "2026"),
    ],
)
def test_a_fiscal_year_bears_the_year_it_ends_in(
    moment: str, start_month: int, quarter: str, year: str
) -> None:
    """Quarter and year count from the fiscal start; the month stays the calendar's."""
    counted = count(calls(moment), as_of=moment, fiscal_year_start_month=start_month)

    assert {key[2] for key in counted if key[1] == "quarter"} == {quarter}
    assert {key[2] for key in counted if key[1] == "year"} == {year}
    assert {key[2] for key in counted if key[1] == "month"} == {moment[:7]}


def test_running_periods_are_those_of_as_of() -> None:
    """Yesterday's call is in no running day, but in the running week, month, quarter and year."""
    told = calls("2026-03-03T12:00:00Z")
    running = count(told, as_of="2026-03-04T12:00:00Z")
    past = count(told, as_of="2026-03-04T12:00:00Z", periods="all")

    assert [key[2] for key in running if key[:2] == ("calls", "day")] == []
    assert ask(running, "calls", "week", "2026-W10") == (1, 1)
    assert ask(past, "calls", "day", "2026-03-03") == (1, 1)


def test_a_win_taken_back_leaves_its_closed_month() -> None:
    """Won in September, reopened in October: one deal won as of September's end, none as of the reopening."""
    told = [
        event("deal.won", "2026-09-20T12:00:00Z", deal="d", amount=10),
        event("deal.reopened", "2026-10-02T12:00:00Z", deal="d"),
    ]

    september = count(told, as_of="2026-09-30T23:59:59Z", periods="all")
    october = count(told, as_of="2026-10-02T12:00:00Z", periods="all")
    assert ask(september, "deals_won", "month", "2026-09") == (1, 1)
    assert ask(october, "deals_won", "month", "2026-09") is None


def test_no_events_no_keys() -> None:
    """An empty log has no KPI at all."""
    assert count([]) == {}
