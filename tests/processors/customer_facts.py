"""The facts of customers and prices by brute force: from the distinct events, sorted, by the contract's words."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from processors.calendar import Calendar
from schemas.event import Event
from schemas.fact import PANE_US

PERIODS = ("day", "week", "month", "quarter", "year")
Net = Counter[tuple[Any, ...]]
"""How many there are of each fact: kind, time, value, rep, team, marks, dimensions."""


def net(facts: Sequence[tuple[Any, ...]]) -> Net:
    """Return what is left of facts given and taken back."""
    left: Net = Counter()
    for kind, sign, *rest in facts:
        left[(kind, *rest)] += sign
    return Counter({fact: n for fact, n in left.items() if n})


def micro(amount: float) -> int:
    """Return millionths."""
    return round(amount * 1_000_000)


def expected(events: Sequence[Event], calendar: Calendar) -> Net:
    """Return the facts that these events give, by account and product. Events name their team."""
    found: Net = Counter()
    ordered = sorted(events, key=lambda event: (event.t_us, event.source, event.id))
    for account in {event.data.account for event in ordered} - {None}:
        _account([event for event in ordered if event.data.account == account], calendar, found)
    for event in ordered:
        if event.type == "crm.cost.recorded" and event.data.campaign is not None:
            amount = micro(event.data.amount)
            found[("campaign_cost", event.t_us, amount, *who(event), event.data.campaign)] += 1
    prices: dict[tuple[str, str], Event] = {}
    for event in ordered:
        if event.type == "crm.price.observed":
            prices[(event.data.product, event.data.seller)] = event
    for (product, seller), event in prices.items():
        kind = "own_price" if seller == "own" else "competitor_price"
        found[(kind, event.t_us, micro(event.data.price), None, "", mark(event), product)] += 1
    return Counter({fact: n for fact, n in found.items() if n})


def mark(event: Event) -> str:
    """Return what stands for the filters that an event passes."""
    return event.id[-1]


def who(event: Event) -> tuple[Any, ...]:
    """Return rep, team and marks."""
    return event.data.rep, event.data.team, mark(event)


def _account(events: list[Event], calendar: Calendar, found: Net) -> None:
    segment = next((event.data.segment for event in reversed(events) if event.data.segment), None)
    for event in events:
        kind = event.type.removeprefix("crm.").replace(".", "_")
        if kind in ("customer_registered", "customer_activated", "customer_canceled"):
            found[(kind, event.t_us, None, *who(event), event.data.segment)] += 1
    _orders(events, segment, found)
    _money(events, segment, found)
    _life(events, segment, calendar, found)


def _orders(events: list[Event], segment: str | None, found: Net) -> None:
    for index, event in enumerate(events):
        if not event.type.startswith("crm.order."):
            continue
        same = [
            other.data
            for other in events[: index + 1]
            if other.type.startswith("crm.order.") and other.data.order == event.data.order
        ]
        dims = [
            next((value for data in reversed(same) if (value := getattr(data, name))), None)
            for name in ("product", "channel", "campaign", "segment")
        ]
        sign = 1 if event.type == "crm.order.placed" else -1
        if sign > 0:
            found[("order_placed", event.t_us, None, *who(event), *dims)] += 1
            if segment:
                found[("account_order^", event.t_us, None, *who(event), segment)] += 1
        amount = sign * micro(event.data.amount)
        found[("revenue", event.t_us, amount, *who(event), *dims)] += 1
        if segment:
            found[("account_revenue^", event.t_us, amount, *who(event), segment)] += 1
        if event.data.cost is not None:
            found[("order_cost", event.t_us, sign * micro(event.data.cost), *who(event), *dims)] += 1


def _money(events: list[Event], segment: str | None, found: Net) -> None:
    margin, moved_us = 0, None
    for event in events:
        if event.type == "crm.cost.recorded":
            found[("account_cost", event.t_us, micro(event.data.amount), *who(event))] += 1
            margin -= micro(event.data.amount)
            moved_us = event.t_us
        elif event.type.startswith("crm.order."):
            paid = micro(event.data.amount) - micro(event.data.cost or 0)
            margin += paid if event.type == "crm.order.placed" else -paid
            moved_us = event.t_us
    placed = [event.t_us for event in events if event.type == "crm.order.placed"]
    if placed:
        span = (placed[-1], placed[-1] - placed[0], None, "", "")
        found[("customer_span", *span, None)] += 1
        if segment:
            found[("customer_span^", *span, segment)] += 1
    if moved_us is not None and segment:
        found[("account_margin^", moved_us, margin, None, "", "", segment)] += 1


def _life(events: list[Event], segment: str | None, calendar: Calendar, found: Net) -> None:
    def tell(kind: str, t_us: int, whose: tuple[Any, ...], n: int = 1) -> None:
        found[(kind, t_us, None, *whose, None)] += n
        if segment:
            found[(f"{kind}^", t_us, None, *whose, segment)] += n

    def active_before(t_us: int) -> Event | None:
        by: Event | None = None
        for event in events:
            if event.t_us < t_us:
                if event.type == "crm.customer.canceled":
                    by = None
                elif event.type in ("crm.customer.activated", "crm.order.placed"):
                    by = by or event
        return by

    by: Event | None = None
    for event in events:
        if event.type == "crm.customer.canceled" and by is not None:
            tell("customer_active", event.t_us, who(by), -1)
            by = None
        elif event.type in ("crm.customer.activated", "crm.order.placed") and by is None:
            by = event
            tell("customer_active", event.t_us, who(event))
    seen = set()
    for event in events:
        if event.type != "crm.customer.canceled":
            continue
        for period in calendar.periods_of(calendar.day_of_pane(event.t_us // PANE_US))[:-1]:
            assert period.start_us is not None
            active = active_before(period.start_us)
            if active is not None and period not in seen:
                tell(f"customer_churned_{period.name}", event.t_us, (*who(active)[:2], mark(event)))
            seen.add(period)
