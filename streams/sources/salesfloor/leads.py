"""Leads: created with more or less of a contact, touched, qualified, converted or lost."""

from functools import partial

from streams.sources.salesfloor.deals import Deals
from streams.sources.salesfloor.people import new_account
from streams.sources.salesfloor.touches import Subject, Touches
from streams.sources.salesfloor.world import Lead, World

#: Open leads per rep that the floor settles at, and the share of steps that are creations then.
LEADS_PER_REP = 3.0
CREATIONS = 0.42
QUALIFIED, CONVERTED = 0.5, 0.6
TOUCHED = 0.85
BECOMES_A_DEAL = 0.5
CHANNELS = ("web", "web", "web", "phone", "email", "chat")
#: New customers beyond this many times the first ones replace older ones, so that memory stays bounded.
GROWTH_MAX = 4


class Leads:
    """All leads of the floor."""

    def __init__(self, world: World, touches: Touches, deals: Deals) -> None:
        self._world = world
        self._touches = touches
        self._deals = deals

    def step(self, t_us: int) -> None:
        """A lead goes on, or a new one comes in."""
        world = self._world
        usual = LEADS_PER_REP * len(world.reps)
        if not world.leads or world.chance(min(0.95, CREATIONS * usual / len(world.leads))):
            self._create(t_us)
            return
        index = world.rng.randrange(len(world.leads))
        lead = world.leads[index]
        if not lead.qualified and world.chance(QUALIFIED):
            lead.qualified = True
            self._tell("qualified", lead, t_us)
            return
        world.leads[index], world.leads[-1] = world.leads[-1], lead
        world.leads.pop()
        if lead.qualified and world.chance(CONVERTED):
            self._convert(lead, t_us)
        else:
            self._tell("lost", lead, t_us)

    def _create(self, t_us: int) -> None:
        world, rng = self._world, self._world.rng
        name = world.name("lead")
        account = new_account(rng, name, world.busy_rep(), active=False)
        lead = Lead(account, world.campaign(0.6), rng.choice(CHANNELS), qualified=False)
        world.leads.append(lead)
        number = name.rpartition("-")[2]
        contact = {
            "name": f"Contact {number}",
            "email": f"c{number}@example.com",
            "phone": "+49 30 23125 000",
        }
        filled = {field: value for field, value in contact.items() if world.chance(0.75)}
        world.emit(
            "web",
            "lead.created",
            t_us,
            {
                "account": name,
                "rep": account.owner.name if world.chance(0.8) else None,
                "lead": name,
                "contact": filled,
                "campaign": lead.campaign,
                "channel": lead.channel,
                "segment": account.segment,
                "region": account.region,
            },
        )
        if world.chance(TOUCHED):
            subject = Subject(account.owner, account, lead=name, campaign=lead.campaign)
            touch_us = t_us + world.delay_us(3_600.0 * world.plan.tempo * account.owner.team.slowness, 1.0)
            world.at_work(touch_us, partial(self._touches.first_touch, subject))

    def _convert(self, lead: Lead, t_us: int) -> None:
        world = self._world
        self._tell("converted", lead, t_us)
        if len(world.accounts) < GROWTH_MAX * world.plan.accounts:
            world.accounts.append(lead.account)
        else:
            world.accounts[world.rng.randrange(len(world.accounts))] = lead.account
        if world.chance(BECOMES_A_DEAL):
            deal_us = t_us + world.delay_us(600.0 * world.plan.tempo, 1.0)
            world.at_work(deal_us, partial(self._deals.create, lead.account, lead.campaign))

    def _tell(self, what: str, lead: Lead, t_us: int) -> None:
        data = {"account": lead.account.name, "rep": lead.account.owner.name, "lead": lead.account.name}
        self._world.emit("crm", f"lead.{what}", t_us, data)
