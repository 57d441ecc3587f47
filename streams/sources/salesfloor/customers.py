"""What customers do by themselves: register, order, send back, leave, and say what they think."""

from collections import deque
from functools import partial

from streams.sources.salesfloor.people import Account, new_account
from streams.sources.salesfloor.world import MEMORY_MAX, World

ACTIVATED = 0.8
MOODS = (("positive", 5), ("neutral", 3), ("negative", 2))
_MOOD_WEIGHTS = [share for _, share in MOODS]
CHANNELS = ("web", "web", "web", "phone", "email", "chat")


class Customers:
    """All that comes from customers but inquiries."""

    def __init__(self, world: World) -> None:
        self._world = world
        #: (account, order, amount, cost) of orders that may still be sent back.
        self._orders: deque[tuple[Account, str, float, float]] = deque(maxlen=MEMORY_MAX)

    def order(self, t_us: int) -> None:
        """A customer buys, without a deal."""
        world, rng = self._world, self._world.rng
        account = self._account(active=True)
        product, typical = world.product()
        amount = round(0.1 * typical * account.size * rng.lognormvariate(0.0, 0.7), 2)
        cost = round(amount * rng.uniform(0.4, 0.7), 2)
        order = world.name("order")
        self._orders.append((account, order, amount, cost))
        data = {
            "account": account.name,
            "rep": account.owner.name if world.chance(0.6) else None,
            "order": order,
            "amount": amount,
            "cost": cost if world.chance(0.9) else None,
            "product": product,
            "segment": account.segment,
            "region": account.region,
            "channel": rng.choice(CHANNELS),
            "campaign": world.campaign(0.3),
        }
        world.emit("shop", "order.placed", t_us, data)

    def refund(self, t_us: int) -> None:
        """A customer sends an order back, all of it or a part."""
        world = self._world
        if not self._orders:
            return
        index = world.rng.randrange(len(self._orders))
        account, order, amount, cost = self._orders[index]
        del self._orders[index]
        share = 1.0 if world.chance(0.7) else world.rng.uniform(0.1, 0.9)
        data = {
            "account": account.name,
            "rep": account.owner.name if world.chance(0.5) else None,
            "order": order,
            "amount": round(amount * share, 2),
            "cost": round(cost * share, 2) if world.chance(0.9) else None,
        }
        world.emit("shop", "order.refunded", t_us, data)

    def register(self, t_us: int) -> None:
        """Somebody new registers; most become active."""
        world = self._world
        account = new_account(world.rng, world.name("acc"), world.busy_rep(), active=False)
        self._tell("registered", account, t_us)
        if world.chance(ACTIVATED):
            activated_us = t_us + world.delay_us(21_600.0 * world.plan.tempo, 1.0)
            world.at(activated_us, partial(self._activate, account))

    def leave(self, t_us: int) -> None:
        """A customer cancels."""
        account = self._account(active=True)
        account.active = False
        self._tell("canceled", account, t_us)

    def survey(self, t_us: int) -> None:
        """A customer gives marks; good people get better ones."""
        world = self._world
        account = self._account(active=True)
        mark = round(world.rng.gauss(7.6 * account.owner.skill**0.25, 1.9))
        data = {
            "account": account.name,
            "rep": account.owner.name if world.chance(0.8) else None,
            "score": min(max(mark, 0), 10),
            "kind": "nps" if world.chance(0.6) else "csat",
        }
        world.emit("web", "survey.answered", t_us, data)

    def feedback(self, t_us: int) -> None:
        """A customer says what was good or bad."""
        account = self._account(active=True)
        sentiment = self._world.rng.choices(MOODS, _MOOD_WEIGHTS)[0][0]
        data = {"account": account.name, "rep": account.owner.name, "sentiment": sentiment}
        self._world.emit("web", "feedback.received", t_us, data)

    def _activate(self, account: Account, t_us: int) -> None:
        world = self._world
        account.active = True
        world.accounts[world.rng.randrange(len(world.accounts))] = account
        self._tell("activated", account, t_us)

    def _account(self, active: bool) -> Account:
        account = self._world.rng.choice(self._world.accounts)
        for _ in range(4):
            if account.active is active:
                break
            account = self._world.rng.choice(self._world.accounts)
        return account

    def _tell(self, what: str, account: Account, t_us: int) -> None:
        data = {
            "account": account.name,
            "rep": account.owner.name,
            "segment": account.segment,
            "region": account.region,
        }
        self._world.emit("crm", f"customer.{what}", t_us, data)
