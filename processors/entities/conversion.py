"""What the events of a conversion mean: each entity counts once, and may reach what it is to reach."""

from typing import NamedTuple

from processors.entities.linked import (
    CLOSES,
    OPENS,
    OWNS,
    ROLES,
    VALUE,
    Owners,
    counted,
    latest_owners,
    learn_owner,
)
from processors.entities.timeline import Event, Fact, TeamOf


class ConversionRule(NamedTuple):
    """What the catalog says of a conversion between types of event."""

    base: str
    """The kind of fact of an entity's first event."""
    reached: str
    """The kind of fact of those that another event followed; at the time of the first, and for its rep."""
    within_us: int | None
    """How soon it must follow."""


class Conversion:
    """The state of a conversion after some of its events, taken in order."""

    __slots__ = ("first", "owners", "reached", "rule")

    def __init__(self, rule: ConversionRule) -> None:
        self.rule = rule
        self.first: dict[str | None, Fact] = {}
        """By value of the linking field: the fact of its first event, without kind and sign."""
        self.reached: set[str | None] = set()
        """Values of which the first event that follows was seen, in time or not."""
        self.owners: Owners = {}

    def step(self, event: Event, facts: list[Fact], team_of: TeamOf) -> None:
        """Take the next event and append the facts that it gives; both are at the time of the first."""
        roles, value = event[ROLES], event[VALUE]
        if roles & OWNS:
            learn_owner(self.owners, event)
        first = self.first.get(value)
        if first is None:
            if roles & OPENS:
                first = self.first[value] = counted(event, None, self.owners, team_of)
                facts.append((self.rule.base, 1, *first))
        elif roles & CLOSES and value not in self.reached:
            self.reached.add(value)
            within_us = self.rule.within_us
            if within_us is None or event[0] - first[0] <= within_us:
                facts.append((self.rule.reached, 1, *first))

    def wants(self, event: Event) -> bool:
        """Say whether the next event in order may ever mean something, whatever comes late."""
        roles, value = event[ROLES], event[VALUE]
        if roles & OWNS or value not in self.first:
            return True
        return bool(roles & CLOSES) and value not in self.reached


def folded(_rule: ConversionRule, events: list[Event], floor_us: int) -> list[Event]:
    """Return the events that still mean something when none comes from before that time.

    Late ones put the first event earlier, never later: what opens after it means nothing, nor does what follows
    the first that closes after it.
    """
    first: set[str | None] = set()
    reached: set[str | None] = set()
    owners = latest_owners(events, floor_us)
    needed: list[Event] = []
    for event in events:
        roles, value = event[ROLES], event[VALUE]
        need = event in owners if event[0] < floor_us else bool(roles & OWNS)
        if value not in first:
            if roles & OPENS:
                first.add(value)
                need = True
            elif roles & CLOSES and event[0] >= floor_us:
                need = True
        elif roles & CLOSES and value not in reached:
            reached.add(value)
            need = True
        if need:
            needed.append(event)
    return needed


def is_over(rule: ConversionRule, events: list[Event]) -> bool:
    """Say whether these events mean nothing to any that comes in order; the limit, if there is one, has passed."""
    opened = closed = owned = False
    for event in events:
        roles = event[ROLES]
        if opened and roles & CLOSES:
            closed = True
        opened = opened or bool(roles & OPENS)
        owned = owned or bool(roles & OWNS)
    return (closed or rule.within_us is not None) if opened else not owned
