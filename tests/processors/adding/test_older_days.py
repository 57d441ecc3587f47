"""Longer periods stay whole when days that they are made of are no longer kept, whatever crashes there are."""

import random
from typing import Any

import pytest

from processors.adding.group import Group
from processors.adding.older_days import OlderDays
from processors.calendar import Calendar
from processors.compile import Plan
from schemas.catalog import load_catalog
from tests.oracle.moments import DAY_US, instant
from tests.oracle.spans import rfc3339
from tests.processors.engine import Desk, Row, fact

CALLS = Plan(
    load_catalog(
        """catalog: calls
calendar: {timezone: America/New_York, fiscal_year_start_month: 2}
pipelines: {sales: {stages: [new]}}
kpis: {calls: {label: Calls, unit: count, count: call}}
""",
        "calls.yaml",
    )
)
Said = tuple[str, Row]
"""When a fact was appended, and the fact."""


def told_over_years(seed: int, count: int = 150) -> list[Said]:
    """Return facts over four years, some up to 900 days late, some taken back, in bursts with long pauses between."""
    dice = random.Random(seed)
    at_us, said = instant("2022-01-10T00:00:00Z"), list[Said]()
    for _ in range(count):
        at_us += round(dice.choice((0, 0.01, 1, 5, 40)) * dice.random() * DAY_US)
        late_us = round(dice.choice((0, 0, 0, 1, 30, 500, 900)) * dice.random() * DAY_US)
        row = fact("call", rfc3339(at_us - late_us), rep=dice.choice(("ann", "bob")))
        said.append((rfc3339(at_us), row))
        if dice.random() < 0.1:
            said.append((rfc3339(at_us), [-1, *row[1:]]))
    return said


def hear(desk: Desk, said: list[Said], until: int) -> None:
    """Bring facts from behind the cut on, one a message, and each into the panes before the next moves the watermark."""
    for offset in range(desk.rollup.cut + 1, until):
        at, row = said[offset]
        desk._offset = offset - 1
        desk.message(at, [[offset, *row]], offset)
        desk.rollup.inflow.flush()


def sums(desk: Desk) -> dict[str, dict[str, Any]]:
    """Return what is added up, by group and period; without what is 0."""
    return {
        text: {
            repr(period): {slot: count for slot, count in cell.items() if count}
            for period, cell in group.periods.items()
            if any(cell.values())
        }
        for text, group in desk.rollup.panes.groups.items()
    }


@pytest.mark.parametrize("seed", [0, 1, 2, 3, 12, 18, 32, 33, 37, 38])
def test_restarts_change_nothing(seed: int) -> None:
    """Over four years, with whole checkpoints, and with those that a crash tore somewhere."""
    dice, said = random.Random(seed), told_over_years(seed)
    desk, true = Desk(CALLS), Desk(CALLS)
    until = 0
    while until < len(said):
        until = min(len(said), until + dice.randrange(1, 15))
        for one in (desk, true):
            hear(one, said, until)
            one.tick(said[until - 1][0])
        match dice.randrange(4):
            case 0 | 1:
                desk.checkpoint()
            case 2:
                torn = [item for group in desk.rollup.snapshot() for item in group]
                desk.log += torn[: dice.randrange(len(torn) + 1)]
                desk.restart()
                hear(desk, said, until)
                desk.tick(said[until - 1][0])
            case 3:
                desk.checkpoint()
                desk.restart()
        assert sums(true) == sums(desk)


def test_what_is_kept_of_older_days() -> None:
    """By longer period what they were to it, until it leaves."""
    calendar, group, older = Calendar(), Group({}), OlderDays()
    day = calendar.day_at(instant("2026-03-04T10:00:00Z"))
    _, _, month, quarter, _ = calendar.calendar_periods_of(day)

    assert not older.take(group, day, {1: 5}, [])
    assert older.take(group, day, {1: 5}, [month, quarter])
    assert older.take(group, calendar.day(day.ordinal + 1), {1: -2, 2: 1}, [quarter])
    assert (day.ordinal + 1, {month: {1: 5}, quarter: {1: 3, 2: 1}}) == older.of(group)

    assert older.leave(group, month)
    assert not older.leave(group, month)
    assert {quarter: {1: 3, 2: 1}} == older.of(group).sums
