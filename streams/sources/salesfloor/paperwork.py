"""What goes on beside the selling: quotes, content, prices, costs."""

from functools import partial
from typing import Any

from streams.sources.salesfloor.people import PRODUCTS
from streams.sources.salesfloor.world import World

SENT = 0.92
REVISED = 0.15
COMPETITORS = ("own", "globex", "initech", "umbrella")
CONTENTS = ("whitepaper", "case-study", "price-list", "demo-video", "roi-sheet")
VIEWED = 0.55


class Paperwork:
    """Quotes, content, prices and costs of the floor."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._prices = {product: typical / 100 for product, typical in PRODUCTS}

    def quote(self, t_us: int) -> None:
        """A customer asks for a quote; most get one, some a draft first."""
        world, rng = self._world, self._world.rng
        rep = world.busy_rep()
        deal = rng.choice(world.deals) if world.deals and world.chance(0.7) else None
        if deal is not None:
            rep = deal.owner
        account = deal.account if deal is not None else world.account_of(rep)
        data: dict[str, Any] = {
            "account": account.name,
            "rep": rep.name,
            "quote": world.name("quote"),
            "deal": deal.name if deal is not None else None,
        }
        world.emit("crm", "quote.requested", t_us, data)
        if not world.chance(SENT):
            return
        amount = round(deal.amount, 2) if deal is not None else None
        sent_us = t_us + world.delay_us(9_000.0 * world.plan.tempo * rep.team.slowness, 0.9)
        final = data | {"amount": amount, "final": True if world.chance(0.5) else None}
        if world.chance(REVISED):
            half_us = (sent_us - t_us) // 2
            world.at_work(t_us + half_us, partial(self._send_draft, data, final, half_us))
        else:
            world.at_work(sent_us, partial(self._send, final))

    def _send_draft(self, data: dict[str, Any], final: dict[str, Any], then_us: int, t_us: int) -> None:
        self._send(data | {"final": False}, t_us)
        self._world.at_work(t_us + then_us, partial(self._send, final))

    def _send(self, data: dict[str, Any], t_us: int) -> None:
        self._world.emit("crm", "quote.sent", t_us, data)

    def content(self, t_us: int) -> None:
        """A rep shares something to read; about half is looked at."""
        world, rng = self._world, self._world.rng
        deal = rng.choice(world.deals) if world.deals and world.chance(0.7) else None
        rep = deal.owner if deal is not None else world.busy_rep()
        account = deal.account if deal is not None else world.account_of(rep)
        data = {
            "account": account.name,
            "rep": rep.name,
            "content": rng.choice(CONTENTS),
            "deal": deal.name if deal is not None else None,
        }
        world.emit("web", "content.shared", t_us, data)
        if world.chance(VIEWED):
            viewed_us = t_us + world.delay_us(7_200.0 * world.plan.tempo, 1.2)
            world.at(viewed_us, lambda now_us: world.emit("web", "content.viewed", now_us, data))

    def price(self, t_us: int) -> None:
        """Somebody sees what we or a competitor ask for a product."""
        rng = self._world.rng
        product, _ = self._world.product()
        self._prices[product] *= rng.uniform(0.99, 1.0101)
        data = {
            "product": product,
            "seller": rng.choice(COMPETITORS),
            "price": round(self._prices[product] * rng.uniform(0.9, 1.12), 2),
        }
        self._world.emit("market", "price.observed", t_us, data)

    def cost(self, t_us: int) -> None:
        """Money is spent on a campaign, or to win or keep a customer."""
        world, rng = self._world, self._world.rng
        campaign = world.campaign(0.5)
        amount = round(rng.lognormvariate(5.5, 1.0), 2)
        if campaign is not None:
            data = {"campaign": campaign, "kind": "campaign", "amount": amount}
        else:
            account = rng.choice(world.accounts)
            kind = "acquisition" if not account.active else "retention"
            data = {"account": account.name, "kind": kind, "amount": amount}
        world.emit("finance", "cost.recorded", t_us, data)
