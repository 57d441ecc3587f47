"""What the events of a deal mean: owners, stages, the decision and how long it took."""

from processors.entities.timeline import Event as Said
from processors.entities.timeline import Fact, TeamOf

CREATED, STAGE_CHANGED, AMOUNT_CHANGED, OWNER_CHANGED, WON, LOST, CANCELED, REOPENED, FOLLOWED_UP = range(9)

_DECISIONS = {WON: "deal_won", LOST: "deal_lost", CANCELED: "deal_canceled"}

Event = tuple[
    int, str, str, int, str | None, str | None, str | None, str | None, int | None,
    str | None, str | None, str | None, str,
]  # fmt: skip
"""time (microseconds), source, id, what happened, rep, team, from_stage, stage, amount (millionths), product,
segment, region, marks. The team is known unless the rep isn't either; then it is that of the deal's owner."""

Who = tuple[int, str | None, str, str]
"""time, rep, team, marks: when a fact counts, for whom, and which filters it passed."""


class Deal:
    """The state of a deal after some of its events, taken in order."""

    __slots__ = (
        "amount", "created", "decided", "entered", "followed_up_us", "owner", "pairs", "product", "reached",
        "region", "segment", "stage", "stay",
    )  # fmt: skip

    def __init__(self, pairs: tuple[tuple[str, str], ...]) -> None:
        self.pairs = pairs
        self.created = False
        self.owner: str | None = None
        self.amount: int | None = None
        self.product: str | None = None
        self.segment: str | None = None
        self.region: str | None = None
        self.stage: str | None = None
        self.stay: tuple[str, int] | None = None
        """The stage that the deal is in and since when (microseconds); None before the first and once decided."""
        # Tuples, since a deal enters few stages and there are many deals.
        self.entered: tuple[tuple[str, Who], ...] = ()
        """Each stage that it entered, and who entered it first and when."""
        self.reached: tuple[tuple[str, str], ...] = ()
        self.followed_up_us: int | None = None
        self.decided: tuple[Fact, ...] = ()
        """The facts of the decision in force."""

    def step(self, event: Event, facts: list[Fact], team_of: TeamOf) -> None:
        """Take the next event and append the facts that it gives or takes back."""
        t_us, _, _, code, rep, team, from_stage, stage, amount, product, segment, region, marks = event
        if code == FOLLOWED_UP:
            if self.followed_up_us is None:
                self.followed_up_us = t_us
            return
        self._inherit(code, rep, amount, product, segment, region)
        if rep is None:
            rep = self.owner
        if team is None:
            team = team_of(event, rep)
        who = (t_us, rep, team, marks)
        if code == CREATED:
            if self.created:
                return
            self.created = True
            if self.followed_up_us is None:
                self.followed_up_us = t_us
            facts.append(
                ("deal_created", 1, t_us, None, rep, team, marks, self.product, self.segment, self.region)
            )
            self._enter(None, stage, who, facts)
        elif code == STAGE_CHANGED:
            self._enter(from_stage or self.stage, stage, who, facts)
        elif code in _DECISIONS or code == REOPENED:
            self._decide(code, who, facts)

    def _inherit(
        self, code: int, rep: str | None, amount: int | None, product: str | None, segment: str | None,
        region: str | None,
    ) -> None:  # fmt: skip
        if rep is not None and code in (CREATED, OWNER_CHANGED):
            self.owner = rep
        if amount is not None:
            self.amount = amount
        self.product = product or self.product
        self.segment = segment or self.segment
        self.region = region or self.region

    def _enter(self, before: str | None, stage: str | None, who: Who, facts: list[Fact]) -> None:
        assert stage is not None
        facts.append(("stage_transition", 1, who[0], None, *who[1:], before, stage))
        entered = dict(self.entered)
        for pair in self.pairs:
            if pair[1] == stage and pair[0] in entered and pair not in self.reached:
                self.reached += (pair,)
                first = entered[pair[0]]
                facts.append(("stage_reached", 1, first[0], None, *first[1:], *pair))
        if stage not in entered:
            self.entered += ((stage, who),)
            facts += [
                ("stage_entered", 1, who[0], None, *who[1:], *pair) for pair in self.pairs if pair[0] == stage
            ]
        if self.stay is None or self.stay[0] != stage:
            self._leave(who, facts)
            self.stay = (stage, who[0])
        self.stage = stage

    def _leave(self, who: Who, facts: list[Fact]) -> None:
        if self.stay is not None:
            stage, since_us = self.stay
            facts.append(("stage_stay", 1, who[0], who[0] - since_us, *who[1:], stage))
            self.stay = None

    def _decide(self, code: int, who: Who, facts: list[Fact]) -> None:
        facts += [(fact[0], -1, *fact[2:]) for fact in self.decided]
        self.decided = ()
        if code == REOPENED:
            if self.stay is None and self.stage is not None:
                self.stay = (self.stage, who[0])
            return
        self._leave(who, facts)
        rest = (*who[1:], self.product, self.segment, self.region)
        self.decided = ((_DECISIONS[code], 1, who[0], (self.amount or 0) if code == WON else None, *rest),)
        if code == WON and self.followed_up_us is not None:
            self.decided += (("sales_cycle", 1, who[0], who[0] - self.followed_up_us, *rest),)
        facts.extend(self.decided)


def is_over(events: list[Said]) -> bool:
    """Say whether a decision is in force after these events."""
    for event in reversed(events):
        if event[3] in _DECISIONS or event[3] == REOPENED:
            return bool(event[3] != REOPENED)
    return False
