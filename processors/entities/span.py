"""What the events of a span mean: how long it took from one type of event to the next of another."""

from collections.abc import Callable
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


class SpanRule(NamedTuple):
    """What the catalog says of a span."""

    kind: str
    """The kind of fact that it gives."""
    latest: bool
    """Whether it begins with the latest event before its end, not with the earliest that is open."""
    took_us: Callable[[int, int], int]
    """The time between two instants that counts: all of it, or working time."""


class Span:
    """The state of a span after some of its events, taken in order."""

    __slots__ = ("open", "owners", "rule")

    def __init__(self, rule: SpanRule) -> None:
        self.rule = rule
        self.open: dict[str | None, int] = {}
        """By value of the linking field: since when it is open (microseconds)."""
        self.owners: Owners = {}

    def step(self, event: Event, facts: list[Fact], team_of: TeamOf) -> None:
        """Take the next event and append the fact that it gives. What ends a span closes all that is open."""
        roles, value = event[ROLES], event[VALUE]
        if roles & OWNS:
            learn_owner(self.owners, event)
        if roles & OPENS:
            if self.rule.latest or value not in self.open:
                self.open[value] = event[0]
        elif roles & CLOSES:
            since_us = self.open.pop(value, None)
            if since_us is not None:
                took_us = self.rule.took_us(since_us, event[0])
                facts.append((self.rule.kind, 1, *counted(event, took_us, self.owners, team_of)))

    def wants(self, _event: Event) -> bool:
        """Say whether the next event in order may ever mean something: one that opens may come late."""
        return True


def folded(rule: SpanRule, events: list[Event], floor_us: int) -> list[Event]:
    """Return the events that still mean something when none comes from before that time."""
    open_: dict[str | None, Event] = {}
    for event in events:
        if event[0] >= floor_us:
            break
        if event[ROLES] & OPENS:
            if rule.latest or event[VALUE] not in open_:
                open_[event[VALUE]] = event
        elif event[ROLES] & CLOSES:
            open_.pop(event[VALUE], None)
    needed = {*open_.values()}
    owning = latest_owners(events, floor_us) - needed
    kept = []
    for event in events:
        if event in owning:
            event = (*event[:ROLES], OWNS, *event[ROLES + 1 :])  # what it began has ended
        elif event[0] < floor_us and event not in needed:
            continue
        kept.append(event)
    return kept


def is_over(events: list[Event]) -> bool:
    """Say whether nothing is open after these events."""
    open_: set[str | None] = set()
    for event in events:
        if event[ROLES] & OPENS:
            open_.add(event[VALUE])
        elif event[ROLES] & CLOSES:
            open_.discard(event[VALUE])
    return not open_
