"""Panes come back from their changelog as they were: each cell once, the truer of two that say the same hour."""

import random

import pytest

from processors.adding.refilling import Cell, refill
from processors.adding.rollup_state import DAY, HOUR, META, META_VALUE, Meta, Restored
from processors.compile import Plan
from processors.panes import Panes
from processors.partition import StateItem
from processors.planning.vector import Vector
from processors.rollup import ROSTER_TAG
from tests.oracle.moments import instant
from tests.processors.engine import Desk, fact, plan

FISCAL = plan("calendar: {timezone: America/New_York, fiscal_year_start_month: 2}")
AT = "2026-11-02T12:00:00Z"
OF_HOUR = FISCAL.calendar.day_at(instant("2026-03-04T12:00:00Z"))
AN_HOUR = FISCAL.calendar.hours_from(OF_HOUR)[8]
SLOT = 1 << 12


def filled(items: list[StateItem], of: Plan = FISCAL) -> tuple[Panes, list[Cell]]:
    """Return panes filled from these records, and the cells of which something may follow."""
    restored = Restored({}, {})
    restored.take(items)
    panes = Panes(of)
    return panes, refill(panes, restored)[1]


def listed(panes: Panes) -> dict[str, dict[object, list[str]]]:
    """Return which groups are listed under hours, five-minute panes and periods."""
    return {
        "hours": {hour: sorted(group.text for group in groups) for hour, groups in panes.hours.items()},
        "fines": {pane: sorted(group.text for group in groups) for pane, groups in panes.fines.items()},
        "periods": {
            repr(one): sorted(group.text for group in groups) for one, groups in panes.periods.items()
        },
    }


def cells(panes: Panes) -> dict[str, tuple[dict[int, Vector], dict[int, Vector], dict[str, Vector]]]:
    """Return what is added up in each group."""
    return {
        text: (group.hours, group.fines, {repr(period): cell for period, cell in group.periods.items()})
        for text, group in panes.groups.items()
    }


@pytest.mark.parametrize("checkpoints", [1, 7])
def test_all_sums_come_back(checkpoints: int) -> None:
    """Hours, days, weeks and all that is longer, over the turns of a fiscal year and both changes of the clock."""
    dice = random.Random(checkpoints)
    desk = Desk(FISCAL)
    for part in range(checkpoints):
        moments = [
            f"2026-{dice.randrange(1, 11):02}-{dice.randrange(1, 29):02}T{dice.randrange(24):02}:30:00Z"
            for _ in range(60)
        ]
        desk.take(AT, *(fact("call", moment, rep=dice.choice(("ann", "bob", None))) for moment in moments))
        desk.take(AT, *(fact("call", moment, rep="ann", sign=-1) for moment in moments[:5]))
        if part + 1 == checkpoints:
            desk.take(AT, fact("call", AT))
        desk.checkpoint()

    panes, _ = filled([item for item in desk.log if not item[0].startswith(ROSTER_TAG)])

    assert cells(desk.rollup.panes) == cells(panes)
    assert listed(desk.rollup.panes) == listed(panes)
    assert desk.rollup.panes.top_pane == panes.top_pane


@pytest.mark.parametrize(("own", "days", "sum_"), [(5, 4, 1), (4, 5, 2), (4, 4, 2)])
def test_of_an_hours_own_record_and_its_days_the_truer_counts(own: int, days: int, sum_: int) -> None:
    """An hour leaves its own record for its day's; a crash between the two leaves both. The order is the log's matter."""
    items: list[StateItem] = [
        (f"h|{AN_HOUR}|company".encode(), HOUR.write(own, ({SLOT: 1}, {}))),
        (f"d|{OF_HOUR.ordinal}|company".encode(), DAY.write(days, ({}, 0, {AN_HOUR: {SLOT: 2}}))),
    ]
    for order in (items, items[::-1]):
        panes, _ = filled(order)
        (group,) = panes.groups.values()
        assert {AN_HOUR: {SLOT: sum_}} == group.hours
        assert {AN_HOUR: [group]} == panes.hours
        assert {} == group.periods


@pytest.mark.parametrize(
    ("cut", "emitted", "hours"),
    [(9, 9, []), (9, 7, ["h"]), (7, 9, ["h"]), (9, -1, []), (7, -1, ["h"])],
)
def test_hours_of_which_nothing_follows_are_no_cells(cut: int, emitted: int, hours: list[str]) -> None:
    """Nothing does where all facts in them are counted, and published if anything ever was."""
    items: list[StateItem] = [
        (f"d|{OF_HOUR.ordinal}|company".encode(), DAY.write(8, ({SLOT: 2}, 0, {AN_HOUR: {SLOT: 2}}))),
        (META, META_VALUE.write(cut, Meta(cut=cut, emitted=emitted))),
    ]

    found = [cell.tier for cell in filled(items)[1]]

    assert [*hours, "d"] == found


def test_what_was_restored_is_given_up() -> None:
    """The changelog's keys, values and fences take no memory beside the panes that are made of them."""
    desk = Desk(FISCAL)
    desk.take(AT, fact("call", AT))
    desk.checkpoint()
    restored = Restored({}, {})
    restored.take(item for item in desk.log if not item[0].startswith(ROSTER_TAG))

    refill(Panes(FISCAL), restored)

    assert restored == Restored({}, {})
