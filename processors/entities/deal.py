"""What the events of a deal mean: owners, stages, the decision, how long it took and what led there."""

from collections.abc import Collection, Sequence

from processors.entities.timeline import Event as Said
from processors.entities.timeline import Fact, TeamOf
from schemas.fact import FACTS

CREATED, STAGE_CHANGED, AMOUNT_CHANGED, OWNER_CHANGED, WON, LOST, CANCELED, REOPENED, FOLLOWED_UP, SHARED = (
    range(10)
)

_DECISIONS = {WON: "deal_won", LOST: "deal_lost", CANCELED: "deal_canceled"}

Event = tuple[
    int, str, str, int, str | None, str | None, str | None, str | None, int | None,
    str | None, str | None, str | None, str,
]  # fmt: skip
"""time (microseconds), source, id, what happened, rep, team, from_stage, stage (or the content that was shared),
amount (millionths), product, segment, region, marks. The team is known unless the rep isn't either; then it is
that of the deal's owner. Of follow-ups, and of each content, the deal has the earliest only."""

Who = tuple[int, str | None, str, str]
"""time, rep, team, marks: when a fact counts, for whom, and which filters it passed."""

Entry = tuple[str, int, str | None, str, str]
"""A stage, and time, rep, team and marks of the event that first entered it."""

StagePair = tuple[str, str]
"""Two stages whose conversion is kept: from, to."""


class Rules:
    """What a catalog asks of deals: the pairs of stages whose conversion is kept, and which kinds of fact."""

    __slots__ = ("cohort", "content", "into", "open", "out_of")

    def __init__(self, pairs: Sequence[StagePair], used: Collection[str] = FACTS) -> None:
        self.into = {stage: tuple(pair for pair in pairs if pair[1] == stage) for _, stage in pairs}
        """By stage: the pairs that end there; below likewise those that begin there."""
        self.out_of = {stage: tuple(pair for pair in pairs if pair[0] == stage) for stage, _ in pairs}
        self.cohort = "deal_cohort_won" in used
        self.open = "open_deal" in used
        self.content = "content_decided" in used or "content_won" in used


class Deal:
    """The state of a deal after some of its events, taken in order."""

    __slots__ = (
        "amount", "created", "decided", "entered", "followed_up_us", "owner", "owner_team", "product",
        "reached", "region", "rules", "segment", "shared", "since_us", "stage",
    )  # fmt: skip

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.created: Fact | None = None
        """The creation as a fact without kind and sign."""
        self.owner: str | None = None
        """The rep of the last created or owner_changed."""
        self.owner_team = ""
        self.amount: int | None = None
        self.product: str | None = None
        self.segment: str | None = None
        self.region: str | None = None
        self.stage: str | None = None
        """The last that it came to."""
        self.since_us: int | None = None
        """When it came there (microseconds), or was reopened there; None from a decision until one of the two."""
        # Tuples, since a deal enters few stages and there are many deals.
        self.entered: tuple[Entry, ...] = ()
        """The first for each stage that it entered."""
        self.reached: tuple[StagePair, ...] = ()
        self.shared: tuple[str, ...] = ()
        """The contents that were shared."""
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
        if code == SHARED:
            assert stage is not None
            self.shared += (stage,)
            return
        before = self._open()
        if amount is not None:
            self.amount = amount
        self.product = product or self.product
        self.segment = segment or self.segment
        self.region = region or self.region
        if code in (CREATED, OWNER_CHANGED):
            self.owner = rep = rep or self.owner
            self.owner_team = team = team or team_of(event, rep)
        else:
            rep = rep or self.owner
            team = team or team_of(event, rep)
        who = (t_us, rep, team, marks)
        if code == CREATED:
            if self.created is None:
                self._create(stage, who, facts)
        elif code == STAGE_CHANGED:
            self._enter(from_stage or self.stage, stage, who, facts)
        elif code in _DECISIONS or code == REOPENED:
            self._decide(code, who, facts)
        after = self._open()
        if after != before:
            facts += [("open_deal", sign, *fact) for sign, fact in ((-1, before), (1, after)) if fact]

    def _create(self, stage: str | None, who: Who, facts: list[Fact]) -> None:
        self.created = (who[0], None, *who[1:], self.product, self.segment, self.region)
        if self.followed_up_us is None:
            self.followed_up_us = who[0]
        facts.append(("deal_created", 1, *self.created))
        if self.rules.cohort and self.decided and self.decided[0][0] == "deal_won":
            won = ("deal_cohort_won", 1, *self.created)
            self.decided += (won,)
            facts.append(won)
        self._enter(None, stage, who, facts)

    def _enter(self, before: str | None, stage: str | None, who: Who, facts: list[Fact]) -> None:
        assert stage is not None
        facts.append(("stage_transition", 1, who[0], None, *who[1:], before, stage))
        entered = {name: first for name, *first in self.entered}
        for pair in self.rules.into.get(stage, ()):
            if pair[0] in entered and pair not in self.reached:
                self.reached += (pair,)
                first = entered[pair[0]]
                facts.append(("stage_reached", 1, first[0], None, *first[1:], *pair))
        if stage not in entered:
            self.entered += ((stage, *who),)
            facts += [
                ("stage_entered", 1, who[0], None, *who[1:], *pair)
                for pair in self.rules.out_of.get(stage, ())
            ]
        if self.since_us is None or self.stage != stage:
            self._leave(who, facts)
            self.stage, self.since_us = stage, who[0]

    def _leave(self, who: Who, facts: list[Fact]) -> None:
        if self.since_us is not None:
            facts.append(("stage_stay", 1, who[0], who[0] - self.since_us, *who[1:], self.stage))
            self.since_us = None

    def _decide(self, code: int, who: Who, facts: list[Fact]) -> None:
        facts += [(fact[0], -1, *fact[2:]) for fact in self.decided]
        self.decided = ()
        if code == REOPENED:
            if self.stage is not None:
                self.since_us = who[0]
            return
        self._leave(who, facts)
        rest = (*who[1:], self.product, self.segment, self.region)
        self.decided = ((_DECISIONS[code], 1, who[0], (self.amount or 0) if code == WON else None, *rest),)
        if code == WON and self.followed_up_us is not None:
            self.decided += (("sales_cycle", 1, who[0], who[0] - self.followed_up_us, *rest),)
        if code == WON and self.created is not None and self.rules.cohort:
            self.decided += (("deal_cohort_won", 1, *self.created),)
        if self.shared and self.rules.content:
            self.decided += self._content("content_decided", who)
            if code == WON:
                self.decided += self._content("content_won", who)
        facts.extend(self.decided)

    def _content(self, kind: str, who: Who) -> tuple[Fact, ...]:
        """Say it of the deal once, and of each content that was shared."""
        when, rest = who[0], who[1:]
        own = tuple((f"{kind}^", 1, when, None, *rest, content) for content in self.shared)
        return ((kind, 1, when, None, *rest, None), *own)

    def _open(self) -> Fact | None:
        """Return the fact that it is open, without kind and sign, if it is and the catalog asks."""
        created = self.created
        if created is None or self.decided or not self.rules.open:
            return None
        return (created[0], self.amount or 0, self.owner, self.owner_team, created[4], self.stage)


def is_over(events: list[Said]) -> bool:
    """Say whether a decision is in force after these events."""
    for event in reversed(events):
        if event[3] in _DECISIONS or event[3] == REOPENED:
            return bool(event[3] != REOPENED)
    return False
