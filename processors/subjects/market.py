"""The market: what products cost, here and elsewhere."""

from collections.abc import Collection, Mapping
from sys import intern
from typing import Any

import orjson

from processors.entities.price import Price, Prices
from processors.entities.timeline import Fact
from processors.partition import StateItem
from processors.subjects.subject import Context, Handler
from processors.subjects.used import only_used
from schemas.event import Event
from schemas.fact import MICRO
from schemas.facts.customer import MARKET_FACTS

_TAG = b"p|"


class Market:
    """The prices of a partition's products, on the changelog as `p|product`.

    The latest price of a seller is the latest however often it is told, in records and in events: there is
    no fence.
    """

    tags: tuple[bytes, ...] = (_TAG,)

    def __init__(self, context: Context, used: Collection[str]):
        self._context = context
        self._products: dict[str, Prices] = {}
        self._touched: set[str] = set()
        self.handlers: Mapping[str, Handler] = only_used(
            {"crm.price.observed": self._observed}, MARKET_FACTS, used
        )

    def _observed(self, event: Event, data: Any, facts: list[Fact]) -> None:
        price = (
            event.t_us,
            intern(event.source),
            event.id,
            round(data.price * MICRO),
            self._context.event_marks,
        )
        if self._take(data.product, data.seller, price, facts):
            self._touched.add(data.product)

    def _take(self, product: str, seller: str, price: Price, facts: list[Fact]) -> bool:
        prices = self._products.get(product)
        if prices is None:
            prices = self._products[intern(product)] = Prices()
        return prices.take(product, intern(seller), price, facts)

    def restore(self, key: bytes, value: bytes | None) -> None:
        """Take a product's prices: those that are later than what is known."""
        if value is not None:
            for seller, price in orjson.loads(value):
                self._take(key[len(_TAG) :].decode(), seller, tuple(price), [])

    def restored(self, cut: int) -> None:
        """Nothing to do."""

    def snapshot(self, cut: int) -> list[StateItem]:
        """Serialise the products with a new price."""
        items: list[StateItem] = [
            (_TAG + product.encode(), orjson.dumps([*self._products[product].latest.items()]))
            for product in self._touched
        ]
        self._touched.clear()
        return items

    def forget(self, floor_us: int) -> None:
        """Prices hold until there is another."""

    @property
    def counts(self) -> Mapping[str, int]:
        """How many products have a price."""
        return {"products_now": len(self._products)}
