"""Which slots and facts each KPI takes; the values themselves are in test_compile.py and test_formulas.py."""

import pytest

from processors.planning.evaluation import ACCOUNTS, Evaluation
from processors.planning.formulas import Linear
from processors.planning.measures import count_slot, sum_slot
from processors.planning.vector import slot_of
from schemas.catalog import load_catalog
from schemas.catalogs.facts import SPAN_DIMENSIONS, base_fact, reached_fact
from schemas.fact import FACTS
from tests.processors.looks import LOOK, Looked

S = 1_000_000
STANDARD = Evaluation(load_catalog())
OWN = load_catalog(
    """catalog: own
extends: standard
spans:
  demo: {from: crm.meeting.scheduled, to: crm.meeting.held, entity: meeting}
kpis:
  loud: {label: L, unit: count, count: {of: call, where: {direction: inbound}}}
  demo_time: {label: D, unit: seconds, mean: {of: demo, business: true}}
  trial: {label: T, unit: ratio, conversion: {base: crm.lead.created, reached: crm.order.placed, entity: account, within: 30d}}
  chatty: {label: C, unit: count, distinct: {accounts: call, where: {direction: inbound}}}
  score: {label: S, unit: ratio, expression: "calls * 2 - loud@all_time", n: calls}
  louder: {label: L, unit: ratio, ratio: {numerator: loud, denominator: emails_sent}, by: [channel], instead: {channel: loud}}
""",
    "own.yaml",
)  # fmt: skip


@pytest.mark.parametrize(
    ("kpi", "made_of"),
    [
        ("calls", {"call"}),
        ("activities", {"call", "email_sent", "meeting_held"}),
        ("win_rate", {"deal_won", "deal_created"}),
        ("active_customers", {"@order_placed"}),
        ("arpu", {"revenue", "@order_placed"}),
        ("quota_attainment", {"deal_won"}),
        ("sales_growth", {"deal_won"}),
        ("price_index", {"own_price", "competitor_price"}),
    ],
)
def test_made_of(kpi: str, made_of: set[str]) -> None:
    """Through all its parts; distinct accounts are a measure of their own."""
    assert made_of == STANDARD.made_of(kpi)


def test_by_the_latest_segment_is_another_kpi() -> None:
    """What stands in for a KPI in some groups is no part of it."""
    assert not {kind for kind in STANDARD.made_of("purchase_frequency") if kind.startswith("account_")}
    assert {"account_revenue", "account_order", "@account_order", "customer_span"} == {
        *STANDARD.made_of("clv_of_latest_segment")
    }


def test_what_stands_in_may_be_a_part_too() -> None:
    """It is one where its own formula names it: else its facts would not count where nothing stands in."""
    assert {"call", "email_sent"} == {*Evaluation(OWN).made_of("louder")}


@pytest.mark.parametrize(
    ("window", "count"),
    [("day", "day"), ("week", "week"), ("year", "year"), ("all_time", "ever"), ("rolling_30d", "latest")],
)
def test_the_count_of_accounts_depends_on_the_window(window: str, count: str) -> None:
    """A period sums the first of each account in it, a rolling window the latest."""
    slot = slot_of(f"@order_placed.{count}")

    assert (slot,) == STANDARD.counts("active_customers", window)
    assert (3, 3) == STANDARD.evaluate("active_customers", window)({slot: 3}, LOOK)


def test_sums_are_linear() -> None:
    """Counts have themselves as n; sums are in millionths, of optional values n are those that have one."""
    assert Linear(((count_slot("call"), 1),), 1, (count_slot("call"),)) == STANDARD.linear("calls", "day")
    won = STANDARD.linear("won_revenue", "day")
    assert (((sum_slot("deal_won"), 1),), S, (count_slot("deal_won"),)) == won
    with pytest.raises(AssertionError, match="neither counts nor sums"):
        STANDARD.linear("win_rate", "day")


def test_asking_for_a_formula_asks_for_its_slots() -> None:
    """Percentiles ask for a histogram, shares for a limit, conditions for a filter; nothing else does."""
    limits = {slot_of(f"response.at_most.{limit_s * S}") for limit_s in (3_600, 86_400)}

    assert {*limits, slot_of("response.histogram")} <= {*STANDARD.measures["response"].slots}
    assert slot_of("deal_won.histogram") not in STANDARD.measures["deal_won"].slots
    own = Evaluation(OWN)
    assert len([*STANDARD.filters("call")]) < len([*own.filters("call")])


def test_facts_of_the_catalogs_own() -> None:
    """A span is a duration, a conversion between types of event two counts, completed by what they say."""
    own = Evaluation(OWN)
    kinds = {name: kind for name, kind in own.kinds.items() if name not in FACTS}

    assert {"demo", base_fact("trial"), reached_fact("trial")} == set(kinds)
    assert ("duration", ("crm.meeting.held",)) == (kinds["demo"].value, kinds["demo"].completed_by)
    assert {SPAN_DIMENSIONS} == {kind.dimensions for kind in kinds.values()}
    assert {base_fact("trial"), reached_fact("trial")} == own.made_of("trial")
    counts = {count_slot(base_fact("trial")): 4, count_slot(reached_fact("trial")): 1}
    assert (0.25, 4) == own.evaluate("trial", "day")(counts, LOOK)


def test_working_time() -> None:
    """A mean of working time is of that sum alone."""
    own = Evaluation(OWN)
    vector = {sum_slot("demo"): 9 * S, sum_slot("demo", business=True): 4 * S, count_slot("demo"): 2}

    assert own.measures["demo"].business
    assert (2.0, 2) == own.evaluate("demo_time", "day")(vector, LOOK)


def test_accounts_under_a_condition() -> None:
    """Another condition is another measure, whose filter tracking is asked for."""
    own = Evaluation(OWN)
    (measure,) = own.made_of("chatty")

    assert (True, ("call",)) == (measure.startswith(f"{ACCOUNTS}call~"), own.distincts[measure].kinds)
    where = own.distincts[measure].where
    assert where in {one.id for one in own.filters("call")}
    assert 7 == len({*own.distincts[measure].slots.values()})


def test_what_is_seen_in_another_window() -> None:
    """An expression may look at a window of its own; so far what is made there is told, and through its parts."""
    own = Evaluation(OWN)

    assert [("all_time", "call")] == [*own.seen_elsewhere("score")]
    assert [] == [*own.seen_elsewhere("calls")]
    vector, ever = {count_slot("call"): 5}, dict.fromkeys(own.linear("loud", "day").counts, 3)
    assert (7, 5) == own.evaluate("score", "day")(vector, Looked(elsewhere=ever))
    assert {("rolling_365d", "revenue")} <= {*STANDARD.seen_elsewhere("clv")}
