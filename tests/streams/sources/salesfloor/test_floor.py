"""Running the floor."""

import pytest

from streams.sources.salesfloor.floor import Beginnings, SalesFloor
from streams.sources.salesfloor.plan import FloorPlan
from streams.sources.salesfloor.world import World
from tests.streams.sources.salesfloor.listening import DAY_US, HOUR_US, MONDAY_US


def test_beginnings_are_as_frequent_as_hours_are_busy() -> None:
    """None while it is closed; in between in proportion, and in the shares of the weights."""
    world = World(1, MONDAY_US, FloorPlan())
    calls: list[int] = []
    mails: list[int] = []

    def busy(t_us: int) -> float:
        return (0.0, 1.0, 2.0)[(t_us - MONDAY_US) // (8 * HOUR_US) % 3]

    beginnings = Beginnings(world, [(calls.append, 3.0), (mails.append, 1.0)], busy)
    beginnings.set_rate(1.0, MONDAY_US)
    while beginnings.next_us < MONDAY_US + DAY_US:
        beginnings.happen()

    begun = sorted([*calls, *mails])
    assert begun[0] >= MONDAY_US + 8 * HOUR_US
    second_shift = sum(t_us >= MONDAY_US + 16 * HOUR_US for t_us in begun)
    assert second_shift / (8 * 3_600) == pytest.approx(2.0, rel=0.03)
    assert (len(begun) - second_shift) / (8 * 3_600) == pytest.approx(1.0, rel=0.03)
    assert len(calls) / len(begun) == pytest.approx(0.75, rel=0.03)


def test_the_rate_can_change_at_any_time() -> None:
    """From the moment on at which it is asked for, not from the next event on."""
    plan = FloorPlan(events_per_s=0.0001, always_open=True, late_share=0.0, tempo=0.01)
    floor = SalesFloor(1, MONDAY_US, plan)
    list(floor.advance(MONDAY_US + DAY_US))
    floor.set_rate(100.0)

    soon = list(floor.advance(MONDAY_US + DAY_US + 10_000_000))
    assert len(soon) > 300
