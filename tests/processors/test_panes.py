"""Facts add up in five minutes, hours and days; what is behind its retention goes."""

from datetime import date
from typing import Any

import pytest

from processors.adding.group import Group
from processors.compile import Plan
from processors.panes import Panes
from processors.planning.vector import slot_of
from processors.publishing.outflow import KpiTopics
from processors.publishing.records import rfc3339
from processors.rollup import Rollup
from schemas.fact import PANE_US
from tests.oracle.moments import instant
from tests.processors.engine import PLAN, Desk, fact, plan

CALLS = slot_of("call.count")


def cells(desk: Desk) -> dict[str, dict[Any, int]]:
    """Return the company's calls by pane, by tier; panes as moments, periods by their names."""
    group: Group = desk.rollup.panes.group({})
    return {
        "fine": {moment(pane): vector[CALLS] for pane, vector in group.fines.items()},
        "hour": {moment(hour * 12): vector[CALLS] for hour, vector in group.hours.items()},
        "day": {p.label: v[CALLS] for p, v in group.periods.items() if p.name == "day"},
        "longer": {p.label: v[CALLS] for p, v in group.periods.items() if p.name != "day"},
    }


def moment(pane: int) -> str:
    """Return the start of a pane as `MM-DD HH:MM`."""
    return rfc3339(pane * PANE_US)[5:16].replace("T", " ")


def test_a_fact_is_in_every_tier() -> None:
    """Facts of one pane, hour, day and period are one cell each, with the sum."""
    desk = Desk()
    times = ("10:01", "10:04", "10:05", "11:00")
    desk.take("2026-03-04T11:01:00Z", *(fact("call", f"2026-03-04T{time}:00Z") for time in times))
    desk.rollup.inflow.flush()

    assert {
        "fine": {"03-04 10:00": 2, "03-04 10:05": 1, "03-04 11:00": 1},
        "hour": {"03-04 10:00": 3, "03-04 11:00": 1},
        "day": {"2026-03-04": 4},
        "longer": {"2026-W10": 4, "2026-03": 4, "2026-Q1": 4, "2026": 4, None: 4},
    } == cells(desk)


def test_what_is_taken_back_leaves_a_cell_of_0() -> None:
    """The cell stays as the sign that a key was there."""
    desk = Desk()
    desk.take("2026-03-04T11:01:00Z", fact("call", "2026-03-04T11:00:00Z"))
    desk.take("2026-03-04T11:02:00Z", fact("call", "2026-03-04T11:00:00Z", sign=-1))
    desk.rollup.inflow.flush()

    assert {"fine": {"03-04 11:00": 0}, "hour": {"03-04 11:00": 0}, "day": {"2026-03-04": 0}} == {
        tier: found for tier, found in cells(desk).items() if tier != "longer"
    }


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "Asia/Kolkata", "Europe/Amsterdam"])
def test_history_keeps_its_local_days(zone: str) -> None:
    """Facts of long ago are added by the hour, but never over a local midnight, wherever that falls."""
    own = plan(f"calendar: {{timezone: {zone}}}\n")
    midnight_us = own.calendar.day(
        own.calendar.day_of_pane(instant("2026-01-25T12:00:00Z") // PANE_US).ordinal
    ).start_us
    assert midnight_us is not None
    desk = Desk(own)
    first = midnight_us // PANE_US
    rows = [fact("call", pane) for pane in range(first - 12, first + 12)]
    desk.take("2026-03-04T11:00:00Z", *rows)
    desk.rollup.inflow.flush()

    assert {"2026-01-24": 12, "2026-01-25": 12} == cells(desk)["day"]
    assert 24 == sum(cells(desk)["hour"].values())
    assert {} == cells(desk)["fine"]


def test_facts_ahead_of_the_clock_wait() -> None:
    """A fact up to five minutes ahead is in its day at once, and in rolling windows when the clock gets there."""
    desk = Desk()
    desk.take("2026-03-04T10:04:00Z", fact("call", "2026-03-04T10:06:00Z"))
    desk.tick("2026-03-04T10:04:01Z")

    assert (1, 1) == desk.shown("calls|day:2026-03-04|")
    assert None is desk.shown("calls|rolling_24h|")
    desk.tick("2026-03-04T10:05:00Z")
    assert (1, 1) == desk.shown("calls|rolling_24h|")


def test_order_and_batches_do_not_matter() -> None:
    """The same facts, one by one with ticks between or all at once, newest first or last, give the same panes."""
    rows = [fact("call", f"2026-03-0{day}T{hour:02}:17:00Z") for day in (1, 3, 4) for hour in (0, 9, 23)]
    found = []
    for order in (rows, rows[::-1]):
        for together in (True, False):
            desk = Desk()
            for batch in [order] if together else [[row] for row in order]:
                desk.take("2026-03-05T00:00:00Z", *batch)
                if not together:
                    desk.tick("2026-03-05T00:00:00Z")
            desk.rollup.inflow.flush()
            desk.rollup.panes.expire()
            found.append((cells(desk)["hour"], cells(desk)["day"], cells(desk)["longer"]))

    assert all(found[0] == other for other in found)


def test_the_plan_decides_what_is_kept() -> None:
    """Facts that no KPI of the catalog is made of are not added up at all."""
    own = Plan(PLAN.catalog.model_copy(update={"kpis": {"calls": PLAN.catalog.kpis["calls"]}}))
    rollup = Rollup(own, KpiTopics("kpis", "history", 1))
    rollup.add([[0, *fact("email_sent", "2026-03-04T10:00:00Z")]])
    rollup.inflow.flush()

    assert {} == rollup.panes.groups


@pytest.mark.parametrize("restarted", [False, True])
def test_a_year_that_began_before_the_retention(restarted: bool) -> None:
    """While days of a year are kept it counts all that it had, also those whose day is behind the retention."""
    desk = Desk()
    for at in ("2026-01-02T10:00:00Z", "2026-12-30T10:00:00Z", "2028-06-30T10:00:00Z"):
        desk.take(at, fact("call", at))
        desk.tick(at)
        desk.checkpoint()
    if restarted:
        desk.restart()
    desk.take("2028-06-30T10:10:00Z", fact("call", "2026-12-30T10:00:00Z"))
    desk.tick("2028-06-30T10:10:00Z")

    assert (3, 3) == desk.shown("calls|year:2026|")


def test_periods_since_the_first_fact() -> None:
    """From the first day on; where somebody was active before any day that is kept, from the first of these."""
    desk = Desk()
    desk.take("2026-09-01T10:00:00Z", fact("customer_active", "2026-08-30T10:00:00Z", rep=None, team="east"))
    group, last = desk.rollup.panes.groups["team=east"], date(2026, 9, 1).toordinal()
    desk.tick("2026-09-01T10:00:00Z")
    first = [one.label for one in desk.rollup.panes.periods_since_first(group, last) if one.name == "day"]
    assert ["2026-08-30", "2026-08-31", "2026-09-01"] == first

    desk.take("2029-03-01T10:00:00Z", fact("call", "2029-03-01T10:00:00Z"))
    desk.tick("2029-03-01T10:00:00Z")
    periods = [*desk.rollup.panes.periods_since_first(group, date(2029, 3, 1).toordinal())]
    assert len({*periods}) == len(periods)
    days = [one.label for one in periods if one.name == "day"]
    assert ("2026-12-23", "2029-03-01", 800) == (days[0], days[-1], len(days))
    assert "2026-12" == next(one.label for one in periods if one.name == "month")


def test_periods_of_who_has_no_days_yet() -> None:
    """After a crash all time may be known before any day, and the watermark not: then days go by the clock."""
    panes = Panes(PLAN)
    panes.pane_now = instant("2026-03-04T10:00:00Z") // PANE_US
    group = panes.group({"team": "east"})
    panes.restore_period(group, PLAN.calendar.all_time, dict.fromkeys(PLAN.opening_counts, 1))

    days = [
        one for one in panes.periods_since_first(group, date(2026, 3, 4).toordinal()) if one.name == "day"
    ]
    assert ("2023-12-26", 800) == (days[0].label, len(days))


def test_windows_by_their_names() -> None:
    """A calendar window is the period that runs in a pane; rolling windows and `now` are the same in all."""
    panes = Panes(PLAN)
    pane = instant("2026-09-01T10:00:00Z") // PANE_US

    names = ("day", "month", "rolling_7d", "now")
    then, later = ([panes.window(name, at) for name in names] for at in (pane, pane + 24 * 12))

    assert ["day", "month", "rolling_7d", "now"] == [window.name for window in then]
    assert [False, True, True, True] == [one is other for one, other in zip(then, later, strict=True)]
