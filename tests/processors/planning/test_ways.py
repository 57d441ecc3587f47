"""Ways: how a fact's row is called, and which accounts it counts."""

from processors.planning.ways import Reach, Way
from schemas.catalogs.distinct import distinct_route
from tests.processors.engine import PLAN

ORDER = ("ann", "north", "", "ale", None, None, "smb")
MEASURE = "@order_placed"


def test_a_fact_that_counts_no_accounts_has_a_text_only() -> None:
    """It is the route of its row, escaped as in KPI keys."""
    found = PLAN.ways["email_replied"]

    assert not found.special
    assert "email_replied|ann|no%7Crth|spring" == found["ann", "no|rth", "", "spring"]


def test_accounts_are_counted_in_the_groups_that_the_fact_has_values_for() -> None:
    """Company, team and rep among them; for each group there is a route, and one to all."""
    found = PLAN.ways["order_placed"]
    way = found[ORDER]

    assert found.special
    assert isinstance(way, Way)
    ((measure, reach),) = [count for count in way.counts if count[0] == MEASURE]
    routes = {distinct_route(measure, group) for group in ("", "team=north", "rep=ann")}
    assert routes <= {*reach.routes}
    assert not [route for route in reach.routes if "channel" in route]


def test_one_set_of_groups_has_one_reach() -> None:
    """Whatever the facts are in which it is met: so that it is recognised at once."""
    ways = PLAN.ways["order_placed"]
    first, second = (ways["ann", "north", marks, None, None, None, None].counts for marks in ("", "x"))

    assert [id(reach) for _, reach in first] == [id(reach) for _, reach in second]
    assert Reach("m", ("", "team=north")).joint == "#m||team=north"
