"""What floors there can be."""

from typing import Any

import pytest

from streams.sources.salesfloor.plan import REP_EVENTS_PER_HOUR, FloorPlan


def test_the_rate_follows_from_the_reps_unless_it_is_given() -> None:
    """Twice the people do twice as much."""
    assert FloorPlan(reps=10).rate == pytest.approx(10 * REP_EVENTS_PER_HOUR / 3_600)
    assert FloorPlan(reps=10, events_per_s=7.0).rate == 7.0


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"teams": 0}, "at least one team"),
        ({"teams": 3, "reps": 2}, "3 teams, 2 reps"),
        ({"accounts": 0}, "at least one account"),
        ({"events_per_s": 0.0}, "must be above 0"),
        ({"events_per_s": float("nan")}, "must be above 0"),
        ({"events_per_s": 10_001.0}, "10,000 at most"),
        ({"tempo": -1.0}, "must be above 0"),
        ({"late_share": 1.5}, "late_share 1.5: must be from 0 to 1"),
        ({"timezone": "Europe/Nowhere"}, "Nowhere"),
    ],
)
def test_a_floor_that_can_not_be_is_refused(wrong: dict[str, Any], message: str) -> None:
    """Before the first event, not somewhere in the middle."""
    with pytest.raises(ValueError, match=message):
        FloorPlan(**wrong)
