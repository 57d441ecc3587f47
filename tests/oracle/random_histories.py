"""Big histories from a seed: sensible life-cycles for the most part, and everything nasty in between."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.oracle.arriving import altered, chunks, parted, times_us, within_horizon
from tests.oracle.moments import DAY_US, HOUR_US, MINUTE_US, SECOND_US, Delay, instant
from tests.oracle.stories import tell
from tests.oracle.vocabulary import (
    ACTIONS,
    PIPELINE,
    REPS,
    STARTS,
    STEP_CHOICES,
    BusinessCalendar,
    Event,
    Step,
    World,
)

EVENTS_PER_ENTITY = 12
ENTITIES_ALIVE = 30
"""Events at one time are about so many deals and conversations."""
TOUCHES = (
    "crm.call.logged",
    "crm.call.logged",
    "crm.email.sent",
    "crm.meeting.scheduled",
    "crm.meeting.held",
)
LIFE = (
    "crm.order.placed", "crm.order.placed", "crm.order.placed", "crm.order.refunded", "crm.customer.registered",
    "crm.customer.activated", "crm.customer.canceled", "crm.cost.recorded",
)  # fmt: skip
"""What an account lives through, in any order."""
SAYINGS = (
    "crm.email.replied", "crm.survey.answered", "crm.feedback.received", "crm.content.shared", "crm.content.shared",
    "crm.content.viewed", "crm.price.observed", "crm.target.set", "crm.alert.resolved", "crm.alert.acknowledged",
)  # fmt: skip
OTHERS = ("crm.rep.updated", "crm.meeting.canceled", "crm.email.replied")
INQUIRY_ACTIONS = tuple(action for action in ACTIONS if action.startswith("crm.inquiry."))
LEAD_ACTIONS = tuple(action for action in ACTIONS if action.startswith("crm.lead."))
DEAL_ACTIONS = tuple(action for action in ACTIONS if action.startswith("crm.deal."))
MIDNIGHTS: tuple[Delay, ...] = (("midnight", -1), ("midnight", 0))
FAR_LANDMARKS: tuple[Delay, ...] = (("month", -1), ("month", 0), ("fiscal year", -1), ("clock change", 0))


def random_history(
    seed: int,
    n: int,
    *,
    calendar: BusinessCalendar | None = None,
    start: str = STARTS[0],
    days: int = 90,
    accounts: int = 50,
    reps: int = 12,
) -> list[Event]:
    """`n` events over about `days` days from `start` (ISO 8601, UTC), in the order of their times."""
    rng = random.Random(seed)
    names = (*REPS, *(f"rep{number}" for number in range(reps)))[:reps]
    world = World(instant(start), accounts, calendar or BusinessCalendar(), names)
    teller = _Teller(rng, n, days, len(names))
    return tell(((teller.delay(), teller.step(number)) for number in range(n)), world)


def random_arrivals(
    seed: int,
    history: Sequence[Event],
    *,
    copies: float = 0.05,
    late: float = 0.1,
    lateness_h: float = 48,
    chunk: int = 500,
) -> list[list[Event]]:
    """The history in about the order of its times: a share comes up to `lateness_h` late, some comes again.

    Chunks have 1 to 2 × `chunk` events. As with `arrivals`, the directory comes first, copies come within the
    de-duplication horizon, and one in four says something else.
    """
    rng = random.Random(seed)

    def arrival_us(t_us: int) -> float:
        return t_us + (
            rng.random() * lateness_h * HOUR_US if rng.random() < late else rng.random() * SECOND_US
        )

    timed = list(zip(times_us(history), history, strict=True))
    again = [(t, altered(e) if rng.random() < 0.25 else e) for t, e in timed if rng.random() < copies]
    arriving = sorted(((arrival_us(t), e) for t, e in timed + again), key=lambda pair: pair[0])
    activity, directory = parted([event for _, event in arriving])
    kept = within_horizon([*directory, *activity])
    cuts = [0]
    while cuts[-1] < len(kept):
        cuts.append(cuts[-1] + rng.randint(1, 2 * chunk))
    return chunks(kept, cuts)


@dataclass
class _Teller:
    """Remembers how far each deal and conversation is, so that mostly the next step follows."""

    rng: random.Random
    n: int
    days: int
    reps: int
    stages: dict[int, int] = field(default_factory=dict)
    decided: set[int] = field(default_factory=set)
    asked: set[int] = field(default_factory=set)
    leads: set[int] = field(default_factory=set)

    def delay(self) -> Delay:
        """None at all, a whole pane, a landmark now and then, mostly so long that `n` events take `days`."""
        luck = self.rng.random()
        if luck < 0.1:
            return self.rng.choice((0, 0, 1))
        if luck < 0.13:
            return 5 * MINUTE_US
        if luck < 0.13 + min(0.02, self.days / self.n / 10):
            return self.rng.choice(MIDNIGHTS)
        if self.days >= 180 and luck > 1 - 4 / self.n:
            return self.rng.choice(FAR_LANDMARKS)
        return round(self.rng.expovariate(1) * self.days * DAY_US / self.n)

    def step(self, number: int) -> Step:
        rng = self.rng
        entity = max(0, number // EVENTS_PER_ENTITY - rng.randrange(ENTITIES_ALIVE))
        family = rng.random()
        stage = rng.randrange(STEP_CHOICES.stage)
        if family < 0.25:
            action = rng.choice(TOUCHES)
        elif family < 0.4:
            action = self._inquiry_action(entity)
        elif family < 0.65:
            action, stage = self._deal_action(entity, stage)
        elif family < 0.75:
            action = self._lead_action(entity)
        elif family < 0.8:
            action = rng.choice(("crm.quote.requested", "crm.quote.sent"))
        elif family < 0.9:
            action = rng.choice(LIFE)
        elif family < 0.97:
            action = rng.choice(SAYINGS)
        else:
            action = rng.choice(OTHERS)
        return Step(
            action=ACTIONS.index(action),
            entity=entity,
            # an entity has a rep of its own for the most part, and now and then nobody
            rep=entity % self.reps + 1 if rng.random() < 0.5 else rng.randrange(self.reps + 1),
            team=rng.randrange(STEP_CHOICES.team) if action == "crm.rep.updated" or rng.random() < 0.2 else 0,
            stage=stage,
            from_stage=rng.randrange(STEP_CHOICES.from_stage) if rng.random() < 0.3 else 0,
            amount=rng.randrange(STEP_CHOICES.amount),
            channel=rng.randrange(STEP_CHOICES.channel),
            about=rng.randrange(STEP_CHOICES.about),
            deal=rng.randrange(STEP_CHOICES.deal),
            form=rng.randrange(STEP_CHOICES.form),
            campaign=rng.randrange(STEP_CHOICES.campaign),
            detail=rng.randrange(STEP_CHOICES.detail),
        )

    def _inquiry_action(self, entity: int) -> str:
        if self.rng.random() < 0.1:
            return self.rng.choice(INQUIRY_ACTIONS)
        if entity not in self.asked or self.rng.random() < 0.15:
            self.asked.add(entity)
            return "crm.inquiry.received"
        self.asked.discard(entity)
        return "crm.inquiry.resolved" if self.rng.random() < 0.1 else "crm.inquiry.answered"

    def _lead_action(self, entity: int) -> str:
        if entity not in self.leads and self.rng.random() < 0.8:
            self.leads.add(entity)
            return "crm.lead.created"
        return self.rng.choice(LEAD_ACTIONS)

    def _deal_action(self, entity: int, any_stage: int) -> tuple[str, int]:
        """(action, stage)"""
        comes_from_elsewhere = entity % 17 == 5  # its creation was never told
        if self.rng.random() < 0.2:
            action = self.rng.choice(DEAL_ACTIONS)
            if comes_from_elsewhere:
                action = self.rng.choice(("crm.deal.amount_changed", "crm.deal.owner_changed"))
            return action, any_stage
        if entity not in self.stages:
            self.stages[entity] = 0
            if not comes_from_elsewhere:
                return "crm.deal.created", 0
        if entity in self.decided:
            self.decided.discard(entity)
            return "crm.deal.reopened", any_stage
        if self.stages[entity] + 1 >= len(PIPELINE) or self.rng.random() < 0.1:
            self.decided.add(entity)
            won_half_the_time = ("crm.deal.won", "crm.deal.won", "crm.deal.lost", "crm.deal.canceled")
            return self.rng.choice(won_half_the_time), any_stage
        self.stages[entity] += 1
        return "crm.deal.stage_changed", self.stages[entity]
