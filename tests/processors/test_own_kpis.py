"""KPIs of one's own are computed from the YAML alone."""

from processors.compile import Plan
from schemas.catalog import load_catalog
from tests.oracle.telling import event
from tests.processors.engine import Engine


def test_a_kpi_of_ones_own_is_computed() -> None:
    """A share with another limit, a ratio, a cross of dimensions: YAML, and no code."""
    catalog = load_catalog(
        "catalog: own\nextends: standard\nkpis:\n"
        "  quick: {label: Q, unit: ratio, share: {of: response, at_most_s: 60}, by: [channel, [channel, team]]}\n"
        "  calls_per_deal: {label: C, unit: ratio, ratio: {numerator: calls, denominator: deals_created}}\n"
        "  p99: {label: P, unit: seconds, percentile: {of: response, q: 0.99}}\n"
        "  wins: {label: W, unit: count, count: [deal_won, deal_lost], by: [region], windows: [all_time]}\n",
        "own.yaml",
    )
    engine, at = Engine(Plan(catalog)), "2026-03-04T12:00:00Z"
    inquiry = {"conversation": "c", "channel": "web", "team": "north"}
    engine.say(
        at, event("inquiry.received", "10:00", **inquiry), event("inquiry.answered", "10:01", **inquiry)
    )
    engine.say(at, event("call.logged", "10:00"), event("call.logged", "10:00"))
    engine.say(
        at,
        event("deal.created", "10:00", deal="d", stage="qualification", region="r"),
        event("deal.lost", "10:01", deal="d"),
    )

    keys = [
        "quick|day:2026-03-04|",
        "quick|all_time|channel=web,team=north",
        "calls_per_deal|rolling_24h|",
        "wins|all_time|region=r",
        "wins|day:2026-03-04|",
    ]
    assert [(1.0, 1), (1.0, 1), (2.0, 1), (1, 1), None] == [engine.shown(key) for key in keys]
    assert "own@" == engine.record(keys[0])["catalog"][:4]
