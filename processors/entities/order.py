"""What the events of an order mean: what was bought, for how much, and what was given back."""

from collections.abc import Iterable
from typing import Any

from processors.entities.timeline import Fact

ACTIVATED, CANCELED, COST, PLACED, REFUNDED = range(5)
"""What an account's book has: of the first two nothing but who and when, of a cost the amount, of an order all."""

Said = tuple[Any, ...]
"""time (microseconds), source, id, what happened, rep, team, marks; amount; cost, order, product, channel,
campaign, segment. Amounts are millionths."""

AMOUNT, PRICE, ORDER = 7, 8, 9
"""Where these stand: what is paid or given back, what it costs or saves, and the order."""


def order_facts(events: Iterable[Said]) -> list[Fact]:
    """Return the facts of one order, from its events in order.

    A refund gives back, at its own time. What an event doesn't say of product, channel, campaign and
    segment is as the events before it said.
    """
    facts: list[Fact] = []
    product = channel = campaign = segment = None
    for event in events:
        t_us, _, _, code, rep, team, marks, amount, cost, _, *dims = event
        product, channel = dims[0] or product, dims[1] or channel
        campaign, segment = dims[2] or campaign, dims[3] or segment
        rest = (rep, team, marks, product, channel, campaign, segment)
        if code == PLACED:
            facts.append(("order_placed", 1, t_us, None, *rest))
        else:
            amount, cost = -amount, None if cost is None else -cost
        facts.append(("revenue", 1, t_us, amount, *rest))
        if cost is not None:
            facts.append(("order_cost", 1, t_us, cost, *rest))
    return facts


def segment_facts(event: Said, sign: int, segment: str) -> list[Fact]:
    """Return what an order or refund brought, as facts of the account's latest segment alone."""
    t_us, _, _, code, *who = event[:7]
    if code == PLACED:
        return [
            ("account_order^", sign, t_us, None, *who, segment),
            ("account_revenue^", sign, t_us, event[AMOUNT], *who, segment),
        ]
    return [("account_revenue^", sign, t_us, -event[AMOUNT], *who, segment)]
