"""An entity is a pure function of its events, sorted by (time, source, id).

An event that comes in order, as nearly all do, is a step forward. For one that comes late the
function is run over the events without it and with it, and the difference of what it says goes out
as facts taken back and facts given.
"""

from bisect import insort
from collections import Counter
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

Fact = tuple[Any, ...]
"""kind, sign, time at which it counts (microseconds), value, rep, team, marks, and the kind's dimensions.

A kind that ends in `^` counts only in the groups of the kind's own dimensions. Marks are the filters of the
catalog that the event passed which completes the fact: ids joined by commas, or nothing."""

Event = tuple[Any, ...]
"""time (microseconds), source, id, what the entity needs to know of the event, and its marks."""

TeamOf = Callable[[Event, str | None], str]
"""The team of an entity's owner at an event that names neither rep nor team."""


class State(Protocol):
    """What an entity is after some of its events."""

    def step(self, event: Any, facts: list[Fact], team_of: TeamOf, /) -> None:
        """Take the next event in order and append the facts that it gives or takes back."""
        ...


S = TypeVar("S", bound=State)


class Timeline(Generic[S]):
    """The events of one entity and, once one was digested, its state."""

    __slots__ = ("events", "fence", "owner_teams", "state")

    def __init__(self, events: list[Event], fence: int = -1):
        self.events = events
        self.fence = fence
        """The source offset up to which the events are complete; a replay brings those again."""
        self.state: S | None = None
        self.owner_teams: dict[tuple[str, str, str], str] | None = None
        """By source, id and owner: what the directory said when asked first. It must say so for ever. Few
        entities need it, hence None."""

    def digest(
        self,
        event: Event,
        new: Callable[[], S],
        team_of: TeamOf,
        facts: list[Fact],
        replaced: Event | None = None,
    ) -> bool:
        """Take an event; append the facts that it gives or takes back, and return whether it came late.

        `replaced` is an event that means nothing beside this one and is forgotten.
        """
        events = self.events
        if replaced is None and (not events or event[:3] > events[-1][:3]):
            if self.state is None:
                self.state = _run(events, new, [], team_of)
            events.append(event)
            self.state.step(event, facts, team_of)
            return False
        if any(event[:3] == other[:3] for other in events):
            return False  # a copy from beyond the de-duplication horizon
        before: list[Fact] = []
        after: list[Fact] = []
        _run(events, new, before, team_of)
        if replaced is not None:
            events.remove(replaced)
        insort(events, event, key=_order)
        self.state = _run(events, new, after, team_of)
        facts += difference(before, after)
        return True


def _order(event: Event) -> Event:
    return event[:3]


def _run(events: list[Event], new: Callable[[], S], facts: list[Fact], team_of: TeamOf) -> S:
    state = new()
    for event in events:
        state.step(event, facts, team_of)
    return state


def difference(before: list[Fact], after: list[Fact]) -> list[Fact]:
    """Return what makes `after` of `before`: the facts that only one of them says, taken back or given."""
    net: Counter[Fact] = Counter()
    for facts, direction in ((before, -1), (after, 1)):
        for fact in facts:
            net[(fact[0], *fact[2:])] += direction * fact[1]
    return [(fact[0], sign, *fact[1:]) for fact, sign in net.items() if sign]
