"""KPIs of one's own are computed from the YAML alone."""

import pytest

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


def test_the_oldest_open_deal() -> None:
    """Of what else is asked for as of now only, it is kept when it was, once its oldest is told."""
    catalog = load_catalog(
        "catalog: own\nextends: standard\nkpis:\n"
        "  oldest_deal: {label: O, unit: seconds, oldest: open_deal, by: [stage]}\n"
        "  oldest_large: {label: L, unit: seconds, oldest: {of: open_deal, where: {amount: {above: 100}}}}\n",
        "own.yaml",
    )
    engine = Engine(Plan(catalog))
    first, second = (
        event("deal.created", at, deal=deal, stage="demo", amount=amount)
        for at, deal, amount in (("09:00", "a", 100), ("11:00", "b", 200))
    )
    engine.say("2026-03-04T12:00:00Z", first, second)
    keys = ["oldest_deal|now|", "oldest_deal|now|stage=demo", "oldest_large|now|"]
    assert [(10800.0, 2), (10800.0, 2), (3600.0, 1)] == [engine.shown(key) for key in keys]

    engine.say("2026-03-04T13:00:00Z", event("deal.won", "12:30", deal="a"))
    assert [pytest.approx((7200, 1), abs=0.1)] * 3 == [engine.shown(key) for key in keys]


def test_reps_who_stay_within_their_target() -> None:
    """Of a KPI where less is better, those at or under it have reached it."""
    catalog = load_catalog(
        "catalog: own\nextends: standard\ntargets:\n"
        + "".join(
            f"  - {{kpi: deals_lost, window: month, dims: {{rep: {rep}}}, value: 1}}\n" for rep in "abc"
        )
        + "kpis: {few_lost: {label: F, unit: ratio, attainment_share: deals_lost, windows: [month]}}\n",
        "own.yaml",
    )
    engine = Engine(Plan(catalog))
    lost = [event("deal.lost", "10:00", deal=f"d{at}", rep=rep) for at, rep in enumerate("aab")]
    engine.say("2026-03-04T12:00:00Z", *lost)

    assert (2 / 3, 3) == engine.shown("few_lost|month:2026-03|")


def test_conditions_see_the_currency_that_an_event_names() -> None:
    """Beside amounts in the catalog's currency, in which limits are compared."""
    catalog = load_catalog(
        "catalog: own\nextends: standard\nrates: {USD: 0.5}\nkpis:\n"
        "  dollars: {label: D, unit: currency, sum: {of: revenue, where: {currency: USD, amount: {below: 60}}}}\n",
        "own.yaml",
    )
    engine = Engine(Plan(catalog))
    engine.say(
        "2026-03-04T12:00:00Z",
        event("order.placed", "10:00", order="a", amount=100, currency="USD"),
        event("order.placed", "10:01", order="b", amount=30),
    )
    assert (50, 1) == engine.shown("dollars|all_time|")


def test_distinct_accounts_by_a_stage_that_is_null() -> None:
    """A deal's creation is a change from null, for accounts as for changes."""
    catalog = load_catalog(
        "catalog: own\nextends: standard\nkpis:\n"
        "  movers: {label: M, unit: count, distinct: {accounts: stage_transition}, by: [[from_stage, to_stage]]}\n",
        "own.yaml",
    )
    engine = Engine(Plan(catalog))
    engine.say(
        "2026-03-04T12:00:00Z",
        event("deal.created", "10:00", deal="a", stage="demo"),
        event("deal.created", "10:00", deal="b", stage="demo"),
    )
    assert (1, 1) == engine.shown("movers|day:2026-03-04|from_stage=,to_stage=demo")


@pytest.mark.parametrize("restarts", [False, True])
def test_who_is_ranked_where_accounts_are_all_that_is_counted(restarts: bool) -> None:
    """Such facts are added up nowhere, and still say in which team a rep is of whom the directory says nothing."""
    catalog = load_catalog(
        "catalog: own\npipelines: {sales: {stages: [a]}}\n"
        "kpis: {met: {label: M, unit: count, distinct: {accounts: meeting_held}}}\n",
        "own.yaml",
    )
    engine, at = Engine(Plan(catalog)), "2026-03-04T12:00:00Z"
    for rep, account in (("ann", "acme"), ("ann", "globex"), ("bob", "acme")):
        if restarts:
            engine.restart()
        engine.say(at, event("meeting.held", "10:00", rep=rep, account=account, team="north"))

    found = engine.record("met|day:2026-03-04|rep=bob")
    assert (1, 2, 2, 1.0) == (found["value"], found["rank"], found["of"], found["team_value"])


def test_arithmetic_with_what_needs_no_facts_of_its_own() -> None:
    """A share of those who left, in percent, is told of whom the share is: where nobody came or left, too."""
    catalog = load_catalog(
        "catalog: own\nextends: standard\nkpis:\n"
        "  churn_percent: {label: C, unit: percent, expression: 100 * churn_rate, n: churn_rate}\n",
        "own.yaml",
    )
    engine = Engine(Plan(catalog))
    engine.say("2026-02-10T12:00:00Z", event("customer.activated", "2026-02-10T10:00:00Z", team="north"))
    engine.tick("2026-03-04T12:00:00Z")

    for dims in ("", "team=north"):
        assert (0.0, 1) == engine.shown(f"churn_rate|month:2026-03|{dims}")
        assert (0.0, 1) == engine.shown(f"churn_percent|month:2026-03|{dims}")


def test_a_share_of_the_months_accounts() -> None:
    """An account that is new in the month, and not today, changes what today is a share of."""
    catalog = load_catalog(
        "catalog: own\nextends: standard\nkpis:\n"
        "  share: {label: S, unit: ratio, expression: 'active_customers / active_customers@month', n: active_customers}\n",
        "own.yaml",
    )
    engine, at = Engine(Plan(catalog)), "2026-03-04T12:00:00Z"
    engine.say(at, event("order.placed", "10:00", order="a", amount=1))
    assert (1.0, 1) == engine.shown("share|day:2026-03-04|")
    engine.say(at, event("order.placed", "2026-03-01T10:00:00Z", account="globex", order="b", amount=1))

    assert (0.5, 1) == engine.shown("share|day:2026-03-04|")
