"""What the events of a lead mean: it comes in, someone gets in touch, it becomes a customer or it doesn't."""

from collections.abc import Collection

from processors.entities.timeline import Event as Said
from processors.entities.timeline import Fact, TeamOf
from schemas.fact import FACTS

CREATED, QUALIFIED, CONVERTED, LOST, TOUCHED = range(5)

_KINDS = {QUALIFIED: "lead_qualified", CONVERTED: "lead_converted", LOST: "lead_lost"}

Event = tuple[int, str, str, int, str | None, str, str | None, str | None, int, str]
"""time (microseconds), source, id, what happened, rep, team, campaign, channel, how many contact fields are
filled (millionths), marks. Of all touches it holds one at most: the first at or after the creation."""


class Lead:
    """The state of a lead after some of its events, taken in order."""

    __slots__ = ("campaign", "channel", "created", "seen", "touched", "used")

    def __init__(self, used: Collection[str] = FACTS) -> None:
        self.used = used
        self.created: Fact | None = None
        """The creation as a fact without kind and sign."""
        self.campaign: str | None = None
        self.channel: str | None = None
        self.touched = False
        self.seen: tuple[int, ...] = ()
        """Which of qualified, converted and lost it was; each counts once."""

    def step(self, event: Event, facts: list[Fact], _team_of: TeamOf) -> None:
        """Take the next event and append the facts that it gives."""
        t_us, _, _, code, rep, team, campaign, channel, filled, marks = event
        if code == TOUCHED:
            if self.created is not None and not self.touched:
                self.touched = True
                if "lead_response" not in self.used:
                    return
                dims = (campaign or self.campaign, channel or self.channel)
                facts.append(("lead_response", 1, t_us, t_us - self.created[0], rep, team, marks, *dims))
            return
        self.campaign = campaign = campaign or self.campaign
        self.channel = channel = channel or self.channel
        counted = (t_us, None, rep, team, marks, campaign, channel)
        if code == CREATED:
            if self.created is None:
                self.created = counted
                if "lead_created" in self.used:
                    facts.append(("lead_created", 1, t_us, filled, rep, team, marks, campaign, channel))
                if CONVERTED in self.seen:
                    self._convert(facts)
        elif code not in self.seen:
            self.seen += (code,)
            kind = _KINDS[code]
            if kind in self.used:
                facts.append((kind, 1, *counted))
            if code == CONVERTED:
                self._convert(facts)

    def _convert(self, facts: list[Fact]) -> None:
        if self.created is not None and "lead_cohort_converted" in self.used:
            facts.append(("lead_cohort_converted", 1, *self.created))


def is_over(events: list[Said]) -> bool:
    """Say whether the lead was converted or lost."""
    return any(event[3] in (CONVERTED, LOST) for event in events)
