"""How many values of dimensions are kept, and what happens to those over it."""

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from processors.adding.caps import Caps
from processors.compile import Plan
from schemas.catalog import load_catalog
from tests.exactness.cluster import Cluster
from tests.exactness.test_restarts_equal_oracle import run
from tests.oracle.moments import instant
from tests.oracle.telling import Event, event
from tests.processors.engine import Engine, show

CATALOG = """
catalog: own
pipelines: {}
rolling: [rolling_24h]
kpis:
  won: {label: W, unit: count, count: deal_won, by: [product, [product, team]], max_values: 2}
  created: {label: C, unit: count, count: deal_created, by: [product, [product, team]], max_values: 2}
  rate: {label: R, unit: ratio, ratio: {numerator: won, denominator: created}, by: [product], max_values: 2}
  orders: {label: O, unit: count, count: order_placed, by: [product], max_values: 3}
  customers: {label: A, unit: count, distinct: {accounts: order_placed}, by: [product], max_values: 1}
"""
PLAN = Plan(load_catalog(CATALOG, "own.yaml"))


def deal(kind: str, product: str | None, number: int = 1, time: str = "10:00", team: str = "north") -> Event:
    """Return an event of a deal of a product."""
    more: dict[str, Any] = {"stage": "s"} if kind == "created" else {}
    return event(f"deal.{kind}", time, deal=f"{product}{number}", product=product, team=team, **more)


def order(product: str, number: int = 1) -> Event:
    """Return an order of a product, of an account of its own."""
    return event("order.placed", "10:00", account=f"{product}{number}", order="o", amount=1, product=product)


def by_product(engine: Engine, kpi: str, team: str | None = None) -> dict[str, Any]:
    """Return the values of a KPI of all time by its product, of a team or of all."""
    return {
        record["dims"]["product"]: record["value"]
        for record in engine.cluster.kpis.values()
        if (record["kpi"], record["window"], record["dims"].get("team")) == (kpi, "all_time", team)
        and "product" in record["dims"]
    }


def test_kpis_of_the_same_facts_share_a_cap() -> None:
    """Through a third, too: the largest counts; company, team and rep have none."""
    catalog = CATALOG.replace("max_values: 2}", "max_values: 9}", 1)
    plan = Plan(load_catalog(catalog, "own.yaml"))
    caps, product = Caps(plan), ("product",)
    won, created = (caps.of(plan.bits.of(kind), product) for kind in ("deal_won", "deal_created"))
    ordered = caps.of(plan.bits.of("order_placed"), product)

    assert won is created
    assert won is not None
    assert ordered is not None
    assert (9, 3) == (won.most, ordered.most)
    assert caps.of(plan.bits.of("deal_won"), ("team",)) is None
    assert () == caps.at(())


def test_what_is_over_counts_under_other() -> None:
    """Both sides of a ratio keep the same values; a value that is kept is kept for all teams."""
    engine, at = Engine(PLAN), "2026-03-04T12:00:00Z"
    engine.say(at, *[deal("created", name) for name in "abcd"], deal("created", "a", 2, team="south"))
    engine.say(at, deal("won", "c", time="11:00"), deal("won", "b", time="11:00"))

    assert {"a": 2, "b": 1, "other": 2} == by_product(engine, "created")
    assert {"b": 1, "other": 1} == by_product(engine, "won")
    assert {"a": 0, "b": 1, "other": 0.5} == by_product(engine, "rate")
    assert {"a": 1, "b": 1, "other": 2} == by_product(engine, "created", "north")
    assert {"a": 1} == by_product(engine, "created", "south")


def test_other_facts_have_a_cap_of_their_own() -> None:
    """Orders keep three products, though deals keep two in the same groups; customers are counted of orders alone."""
    engine, at = Engine(PLAN), "2026-03-04T12:00:00Z"
    engine.say(at, *[deal("created", name) for name in "ab"], *[order(name) for name in "dcba"])

    assert {"d": 1, "c": 1, "b": 1, "other": 1} == by_product(engine, "orders")
    assert {"d": 1, "other": 3} == by_product(engine, "customers")
    assert {"a": 1, "b": 1} == by_product(engine, "created")


def test_it_is_counted() -> None:
    """In the roll-up's stats, which /metrics shows."""
    engine = Engine(PLAN)
    engine.say("2026-03-04T12:00:00Z", *[deal("created", name) for name in "abcdd"])
    stats = engine.cluster.slots["rollup", 0].processor.stats

    # Of c and d, by product and by product and team.
    assert 4 == stats["values_over_cap"]


def test_taken_back_where_it_was_added() -> None:
    """A deal that was won over the cap and is reopened is taken from `other`, after a restart too."""
    engine, at = Engine(PLAN), "2026-03-04T12:00:00Z"
    engine.say(
        at, *[deal("created", name) for name in "abc"], *[deal("won", name, 1, "11:00") for name in "ac"]
    )
    engine.restart()
    engine.say(at, deal("reopened", "a", time="11:30"), deal("reopened", "c", time="11:30"))
    engine.say(at, deal("created", "c", 2), deal("created", "d"), order("c"))

    assert {"a": 0, "other": 0} == by_product(engine, "won")
    assert {"a": 1, "b": 1, "other": 3} == by_product(engine, "created")
    assert {"c": 1} == by_product(engine, "orders")


def test_a_smaller_cap_takes_no_group_away() -> None:
    """What has a group of its own keeps it under a changed catalog; what is new counts under `other`."""
    engine, at = Engine(PLAN), "2026-03-04T12:00:00Z"
    engine.say(at, *[deal("created", name) for name in "ab"])
    engine.cluster.plan = Plan(load_catalog(CATALOG.replace("max_values: 2", "max_values: 1"), "own.yaml"))
    engine.restart()
    for _ in range(2):  # until the state names that catalog
        engine.cluster.checkpoint("rollup", 0)
    engine.say(at, *[deal("created", name, 2) for name in "abc"])

    assert {"a": 2, "b": 2, "other": 1} == by_product(engine, "created")


def random_events(rng: random.Random) -> list[Event]:
    """Return events of deals and orders of six products, some late, some without one."""
    events = []
    for _ in range(rng.randrange(5, 40)):
        product, number = rng.choice([*"abcdef", None]), rng.randrange(3)
        time = f"{rng.randrange(6, 12):02}:{rng.randrange(60):02}"
        kind = rng.choice(("created", "created", "won", "won", "reopened", "lost", "order"))
        if kind == "order":
            events.append(order(product or "a", number))
        else:
            events.append(deal(kind, product, number, time, rng.choice(("north", "south"))))
    return events


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000_000))
def test_crashes_change_nothing(seed: int) -> None:
    """With crashes in the middle of checkpoints the same values are kept and the same counted under `other`."""
    rng = random.Random(seed)
    events = random_events(rng)
    end_us = instant("2026-03-04T13:00:00Z")
    size = rng.randrange(1, 6)
    chunks = [events[start : start + size] for start in range(0, len(events), size)]
    smooth = Cluster(PLAN, 1)
    smooth.publish(events, end_us)
    smooth.drain(end_us)

    torn = run(PLAN, chunks, rng, 1, end_us, end_us - 7_200_000_000)

    def shown(cluster: Cluster) -> dict[str, Any]:
        records = {key.decode(): record for key, record in cluster.kpis.items()}
        # What was taken back before anybody had it has no 0 after a restart.
        return {key: show(records, key) for key, record in records.items() if record["n"]}

    assert [] == torn.problems
    assert shown(smooth) == shown(torn)
    assert all(record["value"] is None or record["value"] >= 0 for record in torn.kpis.values())
