"""One partition's events through `Activity`, with restarts, and what remains of its facts."""

import random
from collections import Counter
from collections.abc import Callable, Sequence

from processors.activity import Activity
from processors.compile import Plan
from processors.entities.timeline import Fact
from processors.partition import StateItem
from schemas.event import Event
from schemas.fact import FACTS
from tests.processors.engine import marked, plan

WEEK_US = 7 * 86_400_000_000


def plan_of_all() -> Plan:
    """Return a plan that makes something of every kind of fact."""
    kpis = "".join(
        f"  x_{kind}: {{label: X, unit: count, {'gauge' if found.gauge else 'count'}: {kind}}}\n"
        for kind, found in FACTS.items()
    )
    return plan(f"kpis:\n{kpis}")


PLAN_OF_ALL = plan_of_all()


def activity(under: Plan = PLAN_OF_ALL, marks: Callable[[Event], str] | None = None) -> Activity:
    """Return an empty partition under that plan; `marks` are those of the catalog unless given."""
    found = Activity(under if marks is None else marked(under, marks), WEEK_US)
    found.restored()
    return found


def facts_of(
    events: Sequence[Event], under: Plan = PLAN_OF_ALL, marks: Callable[[Event], str] | None = None
) -> list[Fact]:
    """Return the facts of events in this order."""
    partition = activity(under, marks)
    return [fact for offset, event in enumerate(events) for fact in partition.digest(event, offset)]


def remaining(facts: Sequence[Fact]) -> Counter[Fact]:
    """Return what remains of facts given and taken back, each without its sign."""
    sums: Counter[Fact] = Counter()
    for fact in facts:
        sums[fact[0], *fact[2:]] += fact[1]
    return Counter({fact: n for fact, n in sums.items() if n})


def in_order(events: Sequence[Event]) -> list[Event]:
    """Return distinct events, sorted; of copies the first."""
    distinct = {(event.source, event.id): event for event in reversed(events)}
    return sorted(distinct.values(), key=lambda event: (event.t_us, event.source, event.id))


class Restarting:
    """A partition that crashes: what it has published stays, and repeated facts are dropped by their offset."""

    def __init__(self, events: Sequence[Event], under: Plan = PLAN_OF_ALL) -> None:
        self._events = events
        self._plan = under
        self.activity = activity(under)
        self.log: list[StateItem] = []
        self.facts: list[Fact] = []
        self._published = -1

    def step(self, count: int) -> bool:
        """Digest so many events behind the cut; say whether there are more."""
        first = self.activity.cut + 1
        for offset in range(first, min(first + count, len(self._events))):
            found = self.activity.digest(self._events[offset], offset)
            self.activity.cut = offset
            if offset > self._published:
                self.facts += found
        self._published = max(self._published, self.activity.cut)
        return self.activity.cut + 1 < len(self._events)

    def checkpoint(self, written: int | None = None) -> None:
        """Write a snapshot; of a crash only so many records, and restart."""
        items = [item for group in self.activity.snapshot() for item in group]
        if written is None or written >= len(items):
            self.log += items
        else:
            self.log += items[:written]
            self.restart()

    def restart(self) -> None:
        """Lose the memory and restore it from the changelog."""
        self.activity = Activity(self._plan, WEEK_US)
        self.activity.restore(self.log)
        self.activity.restored()

    def run(self, rng: random.Random) -> list[Fact]:
        """Go through all events, with checkpoints and crashes as the dice fall; return the facts published."""
        while self.step(rng.randrange(1, 6)):
            match rng.randrange(5):
                case 0 | 1:
                    self.checkpoint()
                case 2 | 3:
                    self.checkpoint(rng.randrange(12))
                case 4:
                    self.restart()
        return self.facts
