"""Customers who buy as BG/NBD says and spend as Gamma-Gamma says, with parameters that are known."""

import random
from collections.abc import Iterator
from typing import Any, NamedTuple

TRUE = {"r": 0.8, "alpha": 20.0, "a": 0.8, "b": 3.0, "p": 6.0, "q": 4.0, "v": 150.0}
"""An account buys every 25 days or so while it lives, and spends 300 each time."""


class Order(NamedTuple):
    """One purchase: whose, how many days after the beginning, and for how much."""

    account: str
    at_d: float
    amount: float


def buyers(seed: int, accounts: int, days: float) -> Iterator[Order]:
    """Yield the orders of so many accounts, each of which comes in the first half of the time."""
    chance = random.Random(seed)
    for number in range(accounts):
        rate = chance.gammavariate(TRUE["r"], 1 / TRUE["alpha"])
        leaves = chance.betavariate(TRUE["a"], TRUE["b"])
        spends = chance.gammavariate(TRUE["q"], 1 / TRUE["v"])
        born_d = at_d = chance.uniform(0, days / 2)
        while at_d < days:
            yield Order(f"a{number:04}", at_d, chance.gammavariate(TRUE["p"], 1 / spends))
            if at_d > born_d and chance.random() < leaves:
                break  # BG/NBD: after each repeat purchase
            at_d += chance.expovariate(rate)


def event(order: Order, number: int, time: str, segment: str | None = None) -> dict[str, Any]:
    """Return an order as an event."""
    data = {"account": order.account, "order": f"o{number}", "amount": round(order.amount, 2)}
    return {
        "specversion": "1.0", "source": "shop", "id": f"{number}", "type": "crm.order.placed", "time": time,
        "data": data if segment is None else data | {"segment": segment},
    }  # fmt: skip
