"""What the behaviours share."""

import math
from collections import Counter
from functools import partial

import pytest

from streams.sources.salesfloor.plan import FloorPlan
from streams.sources.salesfloor.world import World
from tests.streams.sources.salesfloor.listening import HOUR_US, MONDAY_US


def test_the_agenda_is_kept_in_order() -> None:
    """By time, and first come first served at the same time."""
    world = World(1, MONDAY_US, FloorPlan())
    done: list[str] = []
    for name, minute in (("c", 2), ("a", 1), ("b", 1)):
        world.at(MONDAY_US + minute * 60_000_000, partial(lambda name, t_us: done.append(name), name))

    times = []
    while world.next_us is not None:
        times.append(world.next_us)
        world.happen()
    assert done == ["a", "b", "c"]
    assert times == [MONDAY_US + minute * 60_000_000 for minute in (1, 1, 2)]


def test_staff_work_waits_for_the_morning() -> None:
    """What is due at night is done after eight, not all at once."""
    world = World(1, MONDAY_US, FloorPlan())
    done: list[int] = []
    for _ in range(20):
        world.at_work(MONDAY_US + HOUR_US, done.append)

    while world.next_us is not None:
        world.happen()
    assert min(done) > MONDAY_US + 8 * HOUR_US
    assert len(set(done)) == 20


def test_delays_are_log_normal() -> None:
    """With the median and the spread asked for."""
    world = World(1, MONDAY_US, FloorPlan())
    logs = sorted(math.log(world.delay_us(60.0, 0.7) / 1e6) for _ in range(20_000))
    mean = sum(logs) / len(logs)
    spread = math.sqrt(sum((log - mean) ** 2 for log in logs) / len(logs))

    assert math.exp(logs[10_000]) == pytest.approx(60.0, rel=0.03)
    assert spread == pytest.approx(0.7, rel=0.03)


def test_energetic_reps_do_more() -> None:
    """In proportion."""
    world = World(1, MONDAY_US, FloorPlan(reps=8, teams=2))
    counts = Counter(world.busy_rep().name for _ in range(40_000))
    total = sum(rep.energy for rep in world.reps)

    for rep in world.reps:
        assert counts[rep.name] / 40_000 == pytest.approx(rep.energy / total, rel=0.1)
