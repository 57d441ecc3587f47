"""Incidents that come by themselves."""

from random import Random

from streams.sources.salesfloor.hours import Hours
from streams.sources.salesfloor.incidents import SLOWDOWN, Incidents
from streams.sources.salesfloor.people import Team
from streams.sources.salesfloor.plan import FloorPlan
from tests.streams.sources.salesfloor.listening import DAY_US, HOUR_US, MONDAY_US

TEAMS = [Team("north", 1.0), Team("south", 1.0)]
STEP_US = HOUR_US // 12


def slow_steps(always_open: bool, incidents: bool, days: int) -> list[tuple[int, set[str], float]]:
    hours = Hours("Europe/Berlin", always_open)
    plan = FloorPlan(always_open=always_open, incidents=incidents)
    found = Incidents(Random(1), MONDAY_US, TEAMS, hours, plan)
    steps = []
    for t_us in range(MONDAY_US, MONDAY_US + days * DAY_US, STEP_US):
        slow = {team.name: found.slowdown(team, t_us) for team in TEAMS}
        bad = {name for name, factor in slow.items() if factor > 1}
        if bad:
            steps.append((t_us, bad, max(slow.values())))
    return steps


def test_now_and_then_one_team_is_slow_for_a_while() -> None:
    """Every few days for an hour or more, never both teams, and it passes."""
    steps = slow_steps(always_open=False, incidents=True, days=90)
    share = len(steps) * STEP_US / (90 * DAY_US)

    assert 0.005 < share < 0.06
    assert all(len(bad) == 1 and SLOWDOWN[0] <= factor <= SLOWDOWN[1] for _, bad, factor in steps)
    assert set.union(*(bad for _, bad, _ in steps)) == {"north", "south"}


def test_a_floor_that_never_closes_has_them_more_often() -> None:
    """And a floor that wants none has none."""
    assert len(slow_steps(always_open=True, incidents=True, days=2)) > 50
    assert slow_steps(always_open=False, incidents=False, days=30) == []
