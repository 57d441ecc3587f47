"""The kinds of fact that a catalog's KPIs may name."""

from schemas.catalog import load_catalog
from schemas.catalogs.facts import SPAN_DIMENSIONS, aged, all_kinds, catalog_facts, kinds_of
from schemas.fact import FACTS

OWN = load_catalog(
    "catalog: own\nextends: standard\n"
    "spans: {demo: {from: crm.meeting.scheduled, to: crm.meeting.held, entity: meeting}}\n"
    "kpis:\n"
    "  demo_time: {label: D, unit: seconds, mean: demo, by: [product]}\n"
    "  trial: {label: T, unit: ratio, by: [channel],\n"
    "    conversion: {base: crm.lead.created, reached: crm.order.placed, entity: account, within: 14d}}\n",
    "own.yaml",
)


def test_those_of_the_catalog() -> None:
    """Spans are durations that an event completes; a conversion of an entity has two facts of its own."""
    facts = catalog_facts(OWN)

    assert set(facts) - set(FACTS) == {"demo", "trial.base", "trial.reached"}
    assert ("duration", ("crm.meeting.held",), SPAN_DIMENSIONS) == (
        facts["demo"].value, facts["demo"].completed_by, facts["demo"].dimensions,
    )  # fmt: skip
    assert ("crm.lead.created",) == facts["trial.base"].completed_by == facts["trial.reached"].completed_by


def test_what_a_kpi_is_made_of() -> None:
    """Its own facts, and those of its parts, each once."""
    assert ("trial.base", "trial.reached") == kinds_of("trial", OWN)
    assert ("demo",) == kinds_of("demo_time", OWN)
    by_segment = {"account_order", "account_revenue"}
    assert {"revenue", "order_placed", "customer_span"} == {*all_kinds("clv", OWN)} - by_segment
    assert {"revenue", "order_cost", "account_cost", "order_placed", "account_margin", "customer_span"} == {
        *all_kinds("ltv", OWN)
    }


def test_whose_oldest_is_told() -> None:
    """It must be kept when these were, also where nothing else asks for more than what holds now."""
    own = load_catalog(
        "catalog: own\nextends: standard\nkpis: {oldest_deal: {label: O, unit: seconds, oldest: open_deal}}\n",
        "own.yaml",
    )

    assert (True, False) == (
        catalog_facts(OWN)["open_deal"].now_only,
        catalog_facts(own)["open_deal"].now_only,
    )
    assert {"open_deal", "inquiry_open"} == aged(own)
