"""Deals: created, moved through the stages (forward mostly), won, lost, canceled, now and then reopened."""

from functools import partial
from typing import Any

from streams.sources.salesfloor.people import Account
from streams.sources.salesfloor.plan import STAGES
from streams.sources.salesfloor.world import Deal, World

#: Open deals per rep that the floor settles at, and the share of steps that are creations then.
DEALS_PER_REP = 5.0
CREATIONS = 0.24
REOPENED = 0.004
#: In every stage, of the steps of a deal: lost, canceled, its amount or owner changed, a stage back.
LOST, CANCELED, AMOUNT_CHANGED, OWNER_CHANGED, BACK = 0.11, 0.03, 0.12, 0.04, 0.03
#: In the last stage: won, by a rep of average skill; else lost.
WON = 0.5
SKIPPED = 0.06
#: How many deals that were there before are in each stage, against each other.
TAKEN_OVER = (4, 3, 2, 1)
ORDERED = 0.75
LOSS_REASONS = ("price", "competitor", "no_budget", "timing", "no_decision")


class Deals:
    """All deals of the floor."""

    def __init__(self, world: World) -> None:
        self._world = world

    def open(self, t_us: int) -> None:
        """Take over the deals that are open when the floor starts, in any stage, within an hour."""
        world = self._world
        for _ in range(round(DEALS_PER_REP * len(world.reps) / 2)):
            account = world.rng.choice(world.accounts)
            stage = world.rng.choices(range(len(STAGES)), TAKEN_OVER)[0]
            at_us = t_us + world.rng.randrange(3_600_000_000)
            world.at(at_us, partial(self.create, account, None, stage=stage))

    def step(self, t_us: int) -> None:
        """Something happens to a deal, or a new one begins; so that the number of open deals settles."""
        world = self._world
        usual = DEALS_PER_REP * len(world.reps)
        if world.decided and world.chance(REOPENED):
            self._reopen(t_us)
        elif not world.deals or world.chance(min(0.9, CREATIONS * usual / len(world.deals))):
            rep = world.busy_rep()
            self.create(world.account_of(rep), None, t_us)
        else:
            self._move(world.rng.randrange(len(world.deals)), t_us)

    def create(self, account: Account, campaign: str | None, t_us: int, stage: int = 0) -> None:
        """A deal with this account begins."""
        world = self._world
        product, typical = world.product()
        amount = round(typical * account.size * world.rng.lognormvariate(0.0, 0.5), 2)
        deal = Deal(world.name("deal"), account, account.owner, product, amount, stage, campaign)
        world.deals.append(deal)
        self._tell(
            "created",
            deal,
            t_us,
            rep=deal.owner.name,
            stage=STAGES[stage],
            amount=amount if world.chance(0.85) else None,
            product=product,
            segment=account.segment,
            region=account.region,
            campaign=campaign,
        )

    def _move(self, index: int, t_us: int) -> None:
        world, rng = self._world, self._world.rng
        deal = world.deals[index]
        what = rng.random()
        if what < LOST:
            self._decide(index, "lost", t_us, reason=rng.choice(LOSS_REASONS))
        elif (what := what - LOST) < CANCELED:
            self._decide(index, "canceled", t_us)
        elif (what := what - CANCELED) < AMOUNT_CHANGED:
            deal.amount = round(deal.amount * rng.uniform(0.75, 1.3), 2)
            self._tell("amount_changed", deal, t_us, amount=deal.amount)
        elif (what := what - AMOUNT_CHANGED) < OWNER_CHANGED:
            deal.owner = world.busy_rep()
            self._tell("owner_changed", deal, t_us, rep=deal.owner.name)
        elif what - OWNER_CHANGED < BACK and deal.stage > 0:
            self._enter(deal, deal.stage - 1, t_us)
        elif deal.stage + 1 < len(STAGES):
            skipped = 1 if deal.stage + 2 < len(STAGES) and world.chance(SKIPPED) else 0
            self._enter(deal, deal.stage + 1 + skipped, t_us)
        elif world.chance(min(0.9, WON * deal.owner.skill)):
            self._win(index, t_us)
        else:
            self._decide(index, "lost", t_us, reason=rng.choice(LOSS_REASONS))

    def _enter(self, deal: Deal, stage: int, t_us: int) -> None:
        from_stage = STAGES[deal.stage] if self._world.chance(0.6) else None
        deal.stage = stage
        self._tell("stage_changed", deal, t_us, from_stage=from_stage, to_stage=STAGES[stage])

    def _win(self, index: int, t_us: int) -> None:
        world = self._world
        deal = world.deals[index]
        self._decide(index, "won", t_us, amount=deal.amount if world.chance(0.7) else None)
        account = deal.account
        if not account.active:
            account.active = True
            active_us = t_us + world.delay_us(7_200.0 * world.plan.tempo, 1.0)
            world.at(active_us, partial(self._activate, deal))
        if world.chance(ORDERED):
            order_us = t_us + world.delay_us(1_800.0 * world.plan.tempo, 1.0)
            world.at(order_us, partial(self._order, deal))

    def _activate(self, deal: Deal, t_us: int) -> None:
        data = {"account": deal.account.name, "rep": deal.owner.name, "segment": deal.account.segment}
        self._world.emit("crm", "customer.activated", t_us, data)

    def _order(self, deal: Deal, t_us: int) -> None:
        data = {
            "account": deal.account.name,
            "rep": deal.owner.name,
            "order": self._world.name("order"),
            "amount": deal.amount,
            "cost": round(deal.amount * self._world.rng.uniform(0.4, 0.7), 2),
            "product": deal.product,
            "segment": deal.account.segment,
            "region": deal.account.region,
            "channel": "meeting",
            "campaign": deal.campaign,
        }
        self._world.emit("crm", "order.placed", t_us, data)

    def _decide(self, index: int, how: str, t_us: int, **fields: Any) -> None:
        deals = self._world.deals
        deals[index], deals[-1] = deals[-1], deals[index]
        deal = deals.pop()
        self._world.decided.append(deal)
        self._tell(how, deal, t_us, **fields)

    def _reopen(self, t_us: int) -> None:
        decided = self._world.decided
        index = self._world.rng.randrange(len(decided))
        deal = decided[index]
        del decided[index]
        self._world.deals.append(deal)
        self._tell("reopened", deal, t_us, reason="new_offer")

    def _tell(self, what: str, deal: Deal, t_us: int, **fields: Any) -> None:
        # Now and then nobody says who did it: it is the owner's then.
        rep = deal.owner.name if self._world.chance(0.85) else None
        data = {"account": deal.account.name, "rep": rep, "deal": deal.name} | fields
        self._world.emit("crm", f"deal.{what}", t_us, data)
