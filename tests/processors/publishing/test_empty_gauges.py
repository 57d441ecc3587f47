"""Since when gauges are at 0: each by itself, beyond its week, over restarts."""

from processors.adding.group import Group
from processors.panes import Panes
from processors.planning.vector import slot_of
from processors.publishing.empty_gauges import ZERO_US, EmptyGauges
from tests.processors.engine import PLAN, Desk, fact

INQUIRIES, DEALS = slot_of("inquiry_open.count"), slot_of("open_deal.count")
AMOUNTS = slot_of("open_deal.sum")
OF_INQUIRIES, OF_DEALS = PLAN.bits.of("inquiry_open"), PLAN.bits.of("open_deal")


def made(**counts: int) -> tuple[EmptyGauges, Group, Panes]:
    """Return a group with so many open inquiries and deals, of which nothing is noted yet."""
    panes = Panes(PLAN)
    group = panes.group({})
    cell = {INQUIRIES: counts["inquiries"], DEALS: counts["deals"], AMOUNTS: 0, slot_of("call.count"): 0}
    panes.restore_period(group, PLAN.calendar.all_time, cell)
    return EmptyGauges(panes), group, panes


def test_each_gauge_has_a_week_of_its_own() -> None:
    """What is noted again keeps its time; only counts of gauges are meant, and a week later they are due once."""
    empty, group, panes = made(inquiries=0, deals=3)
    empty.note(group, 10)
    group.periods[PLAN.calendar.all_time][DEALS] = 0
    empty.note(group, 20)

    assert {INQUIRIES: 10, DEALS: 20} == empty.of(group)
    assert [(group, OF_INQUIRIES)] == [*empty.due(9, 10 + ZERO_US)]
    assert [(group, OF_DEALS)] == [*empty.due(10 + ZERO_US, 20 + ZERO_US)]
    assert [] == [*empty.due(20 + ZERO_US, 90 + ZERO_US)]
    assert {group} == panes.touched.ever


def test_what_is_above_0_again_is_forgotten() -> None:
    """The next time it begins anew; where nothing is at 0 nothing is kept, and nothing written."""
    empty, group, panes = made(inquiries=0, deals=1)
    empty.note(group, 10)
    group.periods[PLAN.calendar.all_time][INQUIRIES] = 1
    empty.note(group, 20)
    assert {} == empty.of(group)
    panes.touched.clear()
    empty.note(group, 30)

    assert (False, []) == (bool(panes.touched), [*empty.due(0, 90 + ZERO_US)])


def test_what_is_shown() -> None:
    """A gauge is told until it was at 0 for a week, whatever its other sums are."""
    empty, group, _ = made(inquiries=0, deals=0)
    empty.resume(group, {INQUIRIES: 10}, 20)

    assert {INQUIRIES: 10, DEALS: 20} == empty.of(group)
    assert [OF_INQUIRIES | OF_DEALS, OF_DEALS, 0] == [
        empty.shown(group, at_us + ZERO_US) for at_us in (9, 10, 20)
    ]


KEY = "open_inquiries|now|rep=ann"
OPENED = "2026-11-02T10:00:00Z"
WEEK_LATER = "2026-11-09T11:00:00Z"


def inquiry(at: str, sign: int = 1) -> list[object]:
    """Return that an inquiry is open, or is not any more."""
    return fact("inquiry_open", at, sign=sign, channel="phone")


def emptied() -> Desk:
    """Return a roll-up whose gauge was at 0 for a week and had its tombstone."""
    desk = Desk()
    desk.take(OPENED, inquiry(OPENED))
    desk.tick(OPENED)
    assert (1, 1) == desk.shown(KEY)
    desk.take(OPENED, inquiry(OPENED, -1))
    desk.tick(OPENED)
    assert (0, 0) == desk.shown(KEY)
    desk.tick(WEEK_LATER)
    assert desk.shown(KEY) is None
    return desk


def test_no_restart_brings_a_key_back() -> None:
    """Not when something else of the group is to be told after it either."""
    desk = emptied()
    desk.checkpoint()
    desk.take(WEEK_LATER, fact("call", WEEK_LATER))
    desk.checkpoint()
    desk.restart()
    desk.tick(WEEK_LATER)

    assert (1, 1) == desk.shown("calls|day:2026-11-09|rep=ann")
    assert desk.shown(KEY) is None


def test_what_was_open_for_a_moment_after_its_key_was_gone_has_a_week_again() -> None:
    """Opened and closed between two ticks: its record says 0, and goes."""
    desk = emptied()
    desk.take(WEEK_LATER, inquiry(WEEK_LATER), inquiry(WEEK_LATER, -1))
    desk.tick(WEEK_LATER)
    assert (0, 0) == desk.shown(KEY)

    desk.tick("2026-11-16T10:55:00Z")
    assert (0, 0) == desk.shown(KEY)
    desk.tick("2026-11-16T11:05:00Z")
    assert desk.shown(KEY) is None
