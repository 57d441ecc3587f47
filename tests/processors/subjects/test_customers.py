"""Customers and prices: in whatever order events come, the facts that are left are brute force's."""

import contextlib
import random
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.activity import Activity
from processors.decode import decode
from processors.partition import StateItem
from schemas.dead_letter import Unusable
from schemas.event import Event
from tests.oracle.moments import instant
from tests.processors.customer_facts import PERIODS, expected, mark, net
from tests.processors.engine import marked, plan

DAY_US = 86_400_000_000
HORIZON_US = 5_000 * DAY_US
PLAN = marked(plan("calendar: {timezone: Europe/Berlin}"), mark)
Fact = tuple[Any, ...]


def event(id_: str, type_: str, t_us: int, **data: Any) -> Event:
    """Return an event, of account acme where nothing else is said."""
    data = {"account": "acme", "team": "north", **data}
    envelope = {"specversion": "1.0", "source": "crm", "id": id_, "type": f"crm.{type_}", "data": data}
    envelope["time"] = "2026-03-04T12:00:00Z"
    found = decode(orjson.dumps(envelope), ())
    return Event(found.type, found.source, found.id, t_us, found.data)


def at(id_: str, type_: str, moment: str, **data: Any) -> Event:
    """Return an event at a moment."""
    return event(id_, type_, instant(moment), **data)


class Customers:
    """One partition of tracking, told events one by one."""

    def __init__(self) -> None:
        self.log: list[StateItem] = []
        self.facts: list[Fact] = []
        self.offset = -1
        self.activity = self._new()

    def _new(self) -> Activity:
        return Activity(PLAN, HORIZON_US)

    def take(self, *events: Event) -> list[Fact]:
        """Return what these events give."""
        found = [fact for each in events for fact in self._next(each)]
        self.facts += found
        return found

    def _next(self, each: Event) -> list[Fact]:
        self.offset += 1
        found: list[Fact] = []
        with contextlib.suppress(Unusable):  # too late
            found = self.activity.digest(each, self.offset)
        self.activity.cut = self.offset
        return found

    def restart(self) -> None:
        """Lose what is not in the changelog."""
        self.activity = self._new()
        self.activity.restore(self.log)
        self.activity.restored()

    def checkpoint(self, items: int | None = None) -> None:
        """Write the snapshot, or its first so many records."""
        self.log += [item for group in self.activity.snapshot() for item in group][:items]


def told(*events: Event) -> list[Fact]:
    """Return what is left of the facts of these events, in this order of arrival."""
    customers = Customers()
    customers.take(*events)
    return sorted(net(customers.facts), key=str)


def kinds(facts: list[Fact], *names: str) -> list[Fact]:
    """Return the facts of these kinds."""
    return [fact for fact in facts if fact[0] in names]


def test_a_refund_is_of_its_orders_product() -> None:
    """What it doesn't say itself the events before it say, and it counts at its own time."""
    facts = told(
        at("1", "order.placed", "2026-03-04T12:00:00Z", order="o", amount=10, cost=4, product="ale", channel="web"),
        at("2", "order.refunded", "2026-03-06T12:00:00Z", order="o", amount=3, cost=1, channel="shop"),
    )  # fmt: skip
    refunded = instant("2026-03-06T12:00:00Z")

    assert [
        ("order_cost", refunded, -1_000_000, None, "north", "2", "ale", "shop", None, None),
        ("revenue", refunded, -3_000_000, None, "north", "2", "ale", "shop", None, None),
    ] == [fact for fact in kinds(facts, "revenue", "order_cost") if fact[1] == refunded]


def test_a_refund_before_its_order_knows_no_product() -> None:
    """Only earlier events count, not those that arrived earlier."""
    facts = told(
        at("1", "order.placed", "2026-03-04T12:00:00Z", order="o", amount=10, product="ale"),
        at("2", "order.refunded", "2026-03-03T12:00:00Z", order="o", amount=3),
    )

    assert [(-3_000_000, None), (10_000_000, "ale")] == [(f[2], f[6]) for f in kinds(facts, "revenue")]


def test_a_cost_of_an_account_and_a_campaign_is_both() -> None:
    """It counts once as each."""
    facts = told(at("1", "cost.recorded", "2026-03-04T12:00:00Z", amount=5, kind="retention", campaign="c"))

    assert ["account_cost", "campaign_cost"] == [fact[0] for fact in facts]


def test_a_cost_of_a_campaign_only() -> None:
    """It is no account's."""
    cost = at(
        "1", "cost.recorded", "2026-03-04T12:00:00Z", amount=5, kind="campaign", campaign="c", account=None
    )

    assert ["campaign_cost"] == [fact[0] for fact in told(cost)]


def test_lost_in_the_periods_that_it_began_active() -> None:
    """Active since Wednesday, canceled on Friday: lost to the day, but to no longer period."""
    facts = told(
        at("1", "customer.activated", "2026-03-04T12:00:00Z", rep="ann"),
        at("2", "customer.canceled", "2026-03-06T12:00:00Z", rep="bob"),
    )

    assert [("customer_churned_day", "ann")] == [(f[0], f[3]) for f in facts if "churned" in f[0]]


def test_active_at_the_start_means_strictly_before_it() -> None:
    """Who became active at midnight, local time, was not active at the day's start."""
    cancel = at("2", "customer.canceled", "2026-03-04T12:00:00Z")
    before = told(at("1", "customer.activated", "2026-03-03T22:59:59Z"), cancel)
    at_it = told(at("1", "customer.activated", "2026-03-03T23:00:00Z"), cancel)

    assert (1, 0) == (len(kinds(before, "customer_churned_day")), len(kinds(at_it, "customer_churned_day")))


def test_lost_once_a_period() -> None:
    """A customer who returns and cancels again in the period was lost at the first cancel."""
    facts = told(
        at("1", "order.placed", "2025-11-04T12:00:00Z", order="o", amount=1),
        at("2", "customer.canceled", "2026-03-03T12:00:00Z"),
        at("3", "customer.activated", "2026-03-04T12:00:00Z"),
        at("4", "customer.canceled", "2026-03-05T12:00:00Z"),
    )
    third, fifth = instant("2026-03-03T12:00:00Z"), instant("2026-03-05T12:00:00Z")
    lost = {(fact[0].removeprefix("customer_churned_"), fact[1]) for fact in facts if "churned" in fact[0]}

    assert {*((period, third) for period in PERIODS), ("day", fifth)} == lost


def test_the_sum_before_a_period_is_who_was_active_at_its_start() -> None:
    """A customer counts up when it becomes active and down when it cancels, for the rep who made it active."""
    facts = kinds(
        told(
            at("1", "order.placed", "2026-03-04T12:00:00Z", order="o", amount=1, rep="ann"),
            at("2", "customer.activated", "2026-03-04T13:00:00Z", rep="eve"),
            at("3", "customer.canceled", "2026-03-05T12:00:00Z", rep="bob"),
        ),
        "customer_active",
    )

    assert [(instant("2026-03-04T12:00:00Z"), "ann"), (instant("2026-03-05T12:00:00Z"), "ann")] == [
        (fact[1], fact[3]) for fact in facts
    ]


def test_any_event_names_the_segment() -> None:
    """A call with a segment moves what counts by the latest segment, and nothing else."""
    customers = Customers()
    customers.take(
        at("1", "order.placed", "2026-03-04T12:00:00Z", order="o", amount=7, segment="smb"),
        at("2", "order.placed", "2026-03-04T13:00:00Z", order="p", amount=7),
    )
    facts = customers.take(at("3", "call.logged", "2026-03-05T12:00:00Z", segment="big"))

    assert {
        ("account_order^", -1, "smb"), ("account_order^", 1, "big"),
        ("account_revenue^", -1, "smb"), ("account_revenue^", 1, "big"),
        ("account_margin^", -1, "smb"), ("account_margin^", 1, "big"), ("customer_span^", -1, "smb"),
        ("customer_span^", 1, "big"), ("customer_active^", -1, "smb"), ("customer_active^", 1, "big"),
    } == {(fact[0], fact[1], fact[-1]) for fact in facts if fact[0].endswith("^")}  # fmt: skip


def test_an_earlier_event_names_no_segment() -> None:
    """The latest by time counts, also when its segment is the same as before."""
    customers = Customers()
    customers.take(
        at("1", "order.placed", "2026-03-01T12:00:00Z", order="o", amount=7, segment="smb"),
        at("2", "call.logged", "2026-03-05T12:00:00Z", segment="smb"),
    )
    facts = customers.take(at("3", "call.logged", "2026-03-03T12:00:00Z", segment="big"))

    assert [] == [fact for fact in facts if fact[0].endswith("^")]


def test_an_account_without_a_book_keeps_its_segment_only() -> None:
    """A call writes one small record, and gives no fact but its own."""
    customers = Customers()
    facts = customers.take(at("1", "call.logged", "2026-03-05T12:00:00Z", segment="smb"))
    customers.checkpoint()

    assert (["call"], 1) == (
        [fact[0] for fact in facts],
        sum(key[:2] in (b"g|", b"k|") for key, _ in customers.log),
    )
    assert (0, 1) == tuple(customers.activity.stats[name] for name in ("customers_now", "segments_now"))


def test_old_leaves_are_summed_up() -> None:
    """Behind the retention a book keeps no events, and forgets neither its worth nor who made it active."""
    customers = Customers()
    start_us = instant("2020-01-01T12:00:00Z")
    orders = [
        event(
            f"{n}", "order.placed", start_us + n * DAY_US, order=f"o{n}", amount=1, segment="smb", rep="ann"
        )
        for n in range(2000)
    ]
    for n, order in enumerate(orders):
        customers.take(order)
        if n % 100 == 0:
            customers.checkpoint()
            customers.restart()
    customers.take(event("end", "customer.canceled", start_us + 2000 * DAY_US))
    customers.checkpoint()
    customers.checkpoint()
    customers.take(event("then", "customer.activated", start_us + 2001 * DAY_US))
    customers.checkpoint()
    leaves = {key for key, _ in customers.log if key[:2] == b"k|"}
    there = {key for key in leaves if dict(customers.log)[key] is not None}

    assert expected([*orders, *customers_end(start_us)], PLAN.calendar) == net(customers.facts)
    assert len(there) <= 28 < len(leaves)


def customers_end(start_us: int) -> list[Event]:
    """Return the two events after the orders."""
    return [
        event("end", "customer.canceled", start_us + 2000 * DAY_US),
        event("then", "customer.activated", start_us + 2001 * DAY_US),
    ]


GAPS_US = (1_800_000_000, 10 * 3_600_000_000, 3 * DAY_US, 20 * DAY_US)
BEYOND_RETENTION_US = 150 * DAY_US


def random_events(rng: random.Random, gap_us: int) -> list[Event]:
    """Return events of two accounts and two products, with many ties and few names."""
    start_us = instant("2026-03-25T20:00:00Z")
    some = ("a", "b", None, None)
    events: list[Event] = []
    for n in range(rng.randrange(1, 25)):
        data: dict[str, Any] = {
            "account": rng.choice(("acme", "acme", "bolt")), "rep": rng.choice(("ann", "bob", None)),
            "team": rng.choice(("north", "south")), "segment": rng.choice(("smb", "big", None, None)),
            "product": rng.choice(some), "channel": rng.choice(some), "campaign": rng.choice(some),
        }  # fmt: skip
        type_ = rng.choice(
            ("order.placed", "order.placed", "order.refunded", "customer.activated", "customer.canceled",
             "customer.canceled", "customer.registered", "cost.recorded", "price.observed", "call.logged")
        )  # fmt: skip
        if type_.startswith("order"):
            data |= {"order": f"{data['account']}{rng.randrange(3)}", "amount": rng.randrange(5)}
            data["cost"] = rng.choice((None, 1, 0.25))
        elif type_ == "cost.recorded":
            data |= {"amount": rng.randrange(5), "kind": "retention"}
            data["account"] = data["account"] if data["campaign"] is None else rng.choice(("acme", None))
        elif type_ == "price.observed":
            data |= {
                "product": rng.choice("xy"),
                "seller": rng.choice(("own", "z")),
                "price": rng.randrange(3),
            }
        events.append(event(f"{rng.randrange(100)}-{n}", type_, start_us + rng.randrange(8) * gap_us, **data))
    return events


def customer_facts(facts: list[Fact]) -> list[Fact]:
    """Return the facts but those of calls."""
    return [fact for fact in facts if fact[0] != "call"]


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10_000_000))
def test_any_order_equals_brute_force(seed: int) -> None:
    """Shuffled, with copies, and with restarts at any moment, the facts that are left are those by definition."""
    rng = random.Random(seed)
    events = random_events(rng, rng.choice(GAPS_US))
    arriving = [*events, *rng.sample(events, rng.randrange(len(events) + 1))]
    if rng.random() < 0.8:
        rng.shuffle(arriving)
    customers = Customers()
    for each in arriving:
        customers.take(each)
        if rng.random() < 0.3:
            customers.checkpoint()
            customers.restart()

    assert expected(events, PLAN.calendar) == net(customer_facts(customers.facts))


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 10_000_000))
def test_a_crash_in_a_checkpoint(seed: int) -> None:
    """Restored from any prefix of what was written, what comes after it is said as without the crash."""
    rng = random.Random(seed)
    events = random_events(rng, rng.choice((*GAPS_US, BEYOND_RETENTION_US)))
    if rng.random() < 0.5:
        rng.shuffle(events)
    else:
        events.sort(key=lambda event: event.t_us)
    smooth, torn = Customers(), Customers()
    facts = [smooth.take(each) for each in events]
    first = rng.randrange(len(events) + 1)
    second = rng.randrange(first, len(events) + 1)
    torn.take(*events[:first])
    if first:
        torn.checkpoint()
    torn.take(*events[first:second])
    if second > first:
        torn.checkpoint(rng.randrange(16))
    torn.restart()
    torn.offset = torn.activity.cut
    for offset in range(torn.offset + 1, len(events)):
        found = torn.take(events[offset])
        if offset >= second:  # before it the roll-up passes over what it counted
            assert sorted(facts[offset], key=str) == sorted(found, key=str)
