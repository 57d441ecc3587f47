"""Times to acknowledge and to resolve, by rule and team."""

from processors.alerts.history import episodes
from processors.alerts.times import Spread, spread, times
from schemas.alert import Reason
from tests.processors.alerts.test_history import DAY, told
from tests.processors.alerts_told import acknowledgement


def test_percentiles_are_nearest_rank() -> None:
    """As those of the KPIs: a value that was there, not one between."""
    assert spread([]) == Spread(n=0, mean_s=None, p50_s=None, p90_s=None)
    assert spread([7]) == Spread(n=1, mean_s=7, p50_s=7, p90_s=7)
    assert spread([4, 1, 3, 2]) == Spread(n=4, mean_s=2.5, p50_s=2, p90_s=4)
    assert spread(range(1, 11)) == Spread(n=10, mean_s=5.5, p50_s=5, p90_s=9)


def test_each_rule_and_team_has_its_own() -> None:
    """What is open, acknowledged, resolved, closed otherwise and reopened is counted."""
    north, south = {"id": "n"}, {"id": "s", "dims": {"team": "south"}}
    found = episodes(
        [
            told("firing", "09:00", "09:00", **north),
            told("resolved", "09:10", "09:00", **north),
            told("firing", "09:20", "09:20", **north),
            told("resolved", "09:50", "09:20", **north),
            told("firing", "12:00", "12:00", **north),
            told("firing", "09:00", "09:00", **south),
            told("resolved", "10:00", "09:00", reason=Reason.PERIOD_OVER, **south),
            told("firing", "08:00", "08:00", id="c", rule="costs", dims={}, labels={}),
        ],
        [acknowledgement(alert="n", episode=f"{DAY}09:20:00Z", created_at=f"{DAY}09:21:00Z")],
    )

    costs, of_north, of_south = times(found)

    assert (costs.rule, costs.team, costs.fired, costs.open) == ("costs", None, 1, 1)
    assert (of_north.team, of_north.fired, of_north.open, of_north.reopened) == ("north", 3, 1, 1)
    assert (of_north.acknowledged, of_north.to_acknowledge) == (1, spread([60]))
    assert (of_north.resolved, of_north.closed, of_north.to_resolve) == (2, 0, spread([600, 1800]))
    assert (of_south.team, of_south.resolved, of_south.closed) == ("south", 0, 1)
    assert of_south.to_resolve == spread([])
