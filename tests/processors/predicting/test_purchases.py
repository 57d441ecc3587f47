"""What accounts bought: days, repeats, refunds, copies, segments."""

import random
from typing import Any

import orjson
import pytest

from processors.calendar import Calendar
from processors.decode import decode
from processors.predicting.purchases import Day, Purchases, State, state_of
from schemas.event import Event
from tests.oracle.moments import instant

FAR_US = instant("2030-01-01T00:00:00Z")


def order(id_: str, time: str, amount: float, account: str = "acme", **data: Any) -> Event:
    """Return an order; its own id is the event's unless `data` says another."""
    return _event("crm.order.placed", id_, time, {"account": account, "order": id_, "amount": amount, **data})


def refund(id_: str, time: str, amount: float, of: str, account: str = "acme") -> Event:
    """Return a refund of an order."""
    return _event("crm.order.refunded", id_, time, {"account": account, "order": of, "amount": amount})


def _event(type_: str, id_: str, time: str, data: dict[str, Any]) -> Event:
    envelope = {"specversion": "1.0", "source": "shop", "id": id_, "type": type_, "time": time, "data": data}
    return decode(orjson.dumps(envelope))


def taken(*events: Event, zone: str = "UTC") -> Purchases:
    """Return what these events make."""
    purchases = Purchases(Calendar(zone))
    for event in events:
        purchases.take(event)
    return purchases


def states(purchases: Purchases, day: str, zone: str = "UTC") -> list[State]:
    """Return the accounts as of the start of a day."""
    found = Calendar(zone).period("day", day)
    assert found is not None
    assert found.start_us is not None
    return purchases.states(found.ordinal, found.start_us)


def test_repeat_purchases_by_the_day() -> None:
    """Two orders of a day are one purchase; the first day is no repeat and not in the mean."""
    purchases = taken(
        order("1", "2026-01-01T09:00:00Z", 900),
        order("2", "2026-01-11T09:00:00Z", 10),
        order("3", "2026-01-11T21:00:00Z", 20),
        order("4", "2026-02-10T09:00:00Z", 50),
    )
    assert states(purchases, "2026-03-02") == [State("acme", 2, 40, 60, 40.0)]


def test_what_came_later_is_not_known() -> None:
    """As of a day: neither its own orders nor later refunds."""
    purchases = taken(
        order("1", "2026-01-01T09:00:00Z", 100),
        order("2", "2026-01-05T00:00:00Z", 100),
        refund("3", "2026-01-09T00:00:00Z", 100, "1"),
    )
    assert states(purchases, "2026-01-01") == []
    assert states(purchases, "2026-01-05") == [State("acme", 0, 0, 4, 0.0)]
    assert states(purchases, "2026-01-06") == [State("acme", 1, 4, 5, 100.0)]
    assert states(purchases, "2026-01-10") == [State("acme", 0, 0, 5, 0.0)]


def test_days_are_local() -> None:
    """Half past midnight in Amsterdam is another day than before it, whatever UTC says."""
    events = [order("1", "2026-01-10T22:30:00Z", 1), order("2", "2026-01-10T23:30:00Z", 2)]
    assert len(taken(*events).days("acme", FAR_US)) == 1
    assert len(taken(*events, zone="Europe/Amsterdam").days("acme", FAR_US)) == 2


def test_refunds() -> None:
    """A part is taken from the order's day; a day of which nothing is left is none; others' orders are not touched."""
    purchases = taken(
        order("1", "2026-01-01T09:00:00Z", 100),
        order("2", "2026-01-02T09:00:00Z", 100),
        order("1", "2026-01-03T09:00:00Z", 70, account="globex"),
        refund("r1", "2026-01-05T09:00:00Z", 30, "1"),
        refund("r2", "2026-01-05T09:00:00Z", 100, "2"),
        refund("r3", "2026-01-05T09:00:00Z", 100, "never seen"),
    )
    assert [one.micros for one in purchases.days("acme", FAR_US)] == [70_000_000]
    # The same event id is the same event, whoever's: the first to arrive counts.
    assert purchases.days("globex", FAR_US) == []
    assert purchases.copies == 1


@pytest.mark.parametrize("seed", range(5))
def test_neither_order_nor_copies_matter(seed: int) -> None:
    """Any arrival of the same events gives the same states and segments."""
    events = [
        order(f"{n}", f"2026-01-{1 + n:02}T09:00:00Z", 10 + n, account=f"a{n % 3}", segment=f"s{n}")
        for n in range(20)
    ]
    events += [refund(f"r{n}", "2026-01-28T09:00:00Z", 5, f"{n}", f"a{n % 3}") for n in range(0, 20, 4)]
    shuffled = events * 2
    random.Random(seed).shuffle(shuffled)
    one, other = taken(*events), taken(*shuffled)
    assert states(one, "2026-02-01") == states(other, "2026-02-01")
    assert [other.segment(f"a{n}") for n in range(3)] == ["s18", "s19", "s17"]
    assert other.copies == len(events)
    assert (len(other), other.orders) == (3, len(events))


def test_segments_come_from_any_event() -> None:
    """A call names one too; what has no account, or no segment, changes nothing."""
    call = {"account": "acme", "direction": "outbound", "segment": "smb"}
    purchases = taken(
        _event("crm.call.logged", "1", "2026-01-01T09:00:00Z", call),
        _event("crm.call.logged", "2", "2026-01-02T09:00:00Z", {"account": "acme"}),
        _event("crm.rep.updated", "3", "2026-01-03T09:00:00Z", {"rep": "ann", "team": "n", "active": True}),
    )
    assert (purchases.segment("acme"), purchases.segment("globex"), len(purchases)) == ("smb", None, 0)


def test_an_account_of_no_days_is_none() -> None:
    """Who never bought can't be told of."""
    assert state_of("acme", [], 3) is None
    assert state_of("acme", [Day(3, 1_000_000)], 3) == State("acme", 0, 0, 0, 0.0)
