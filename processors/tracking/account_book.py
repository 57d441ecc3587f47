"""One account's book: its orders, costs, activations and cancellations, and the facts that follow.

The events are kept sorted; one that comes in order is a step, one that comes late a difference, as with
the timelines of `processors.entities.timeline`. But a book grows as long as the account buys: so it is
kept, and written, in leaves of 32 days, and leaves behind the retention are summed up in the base.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable

from processors.calendar import Period
from processors.entities.customer import Change, Life, PeriodsOf, Worth
from processors.entities.order import (
    AMOUNT,
    CANCELED,
    COST,
    ORDER,
    PLACED,
    REFUNDED,
    Said,
    order_facts,
    segment_facts,
)
from processors.entities.timeline import Fact, difference
from schemas.duration import DAY_US

LEAF_US = 32 * DAY_US
"""Of how much time a leaf of a book has the events."""


class AccountBook:
    """The book of one account."""

    __slots__ = ("base_from", "base_life", "base_worth", "events", "fences", "life", "orders", "worth")

    def __init__(self) -> None:
        self.events: list[Said] = []
        """Sorted; all but those that the base sums up."""
        self.fences: dict[int, int] = {}
        """By leaf: the source offset up to which it is complete; a replay brings those events again."""
        self.orders: set[str] = set()
        """The orders that events are of."""
        self.base_from: int | None = None
        """The first leaf that is not in the base; None where the base is empty."""
        self.base_life = Life()
        self.base_worth = Worth()
        self.life = Life()
        self.worth = Worth()

    def has(self, t_us: int, offset: int) -> bool:
        """Say whether the event of that time and source offset is in the book already: it comes from a replay."""
        leaf = t_us // LEAF_US
        return self.fences.get(leaf, -1) >= offset or (self.base_from is not None and leaf < self.base_from)

    def open(self, leaves: Iterable[list[Said]]) -> None:
        """Take the events of the leaves, oldest first, and find out what follows."""
        self.life, self.worth = Life(self.base_life.active), Worth(*self.base_worth.written())
        for leaf in leaves:
            self.events += leaf
        for event in self.events:
            self.life.step(event, [], _no_periods)
            if event[3] >= COST:
                self.worth.add(event)
            if event[3] >= PLACED:
                self.orders.add(event[ORDER])

    def take(self, said: Said, segment: str | None, facts: list[Fact], periods_of: PeriodsOf) -> bool:
        """Take an event; append the facts that it gives or takes back, and return whether it came late.

        `segment` is the account's latest.
        """
        events, code = self.events, said[3]
        late = bool(events) and said[:3] <= events[-1][:3]
        if late and events[bisect_left(events, said[:3], key=_order)][:3] == said[:3]:
            return False  # a copy from beyond the de-duplication horizon
        if code >= PLACED:
            self._take_order(said, facts)
            if segment is not None:
                facts += segment_facts(said, 1, segment)
        if code >= COST:
            self._take_money(said, segment, facts)
        if code in (COST, REFUNDED):
            insort(events, said, key=_order)
        else:
            facts += [
                fact for change in self._take_life(said, late, periods_of) for fact in _both(change, segment)
            ]
        return late

    def move(self, before: str | None, after: str | None, facts: list[Fact], periods_of: PeriodsOf) -> None:
        """Append what follows when the account's latest segment becomes another."""
        changes = difference([], self._told(periods_of)[0])
        for segment, direction in ((before, -1), (after, 1)):
            if segment is not None:
                for event in self.events:
                    if event[3] >= PLACED:
                        facts += segment_facts(event, direction, segment)
                facts += self.worth.segment_facts(direction, segment)
                facts += [(f"{kind}^", sign * direction, *rest, segment) for kind, sign, *rest in changes]

    def fold(self, floor_us: int) -> list[int]:
        """Sum up the leaves that end before that time; return which."""
        leaf = floor_us // LEAF_US
        events = self.events
        if not events or events[0][0] // LEAF_US >= leaf:
            return []
        count = bisect_left(events, (leaf * LEAF_US,), key=_order)
        old, self.events = events[:count], events[count:]
        for event in old:
            self.base_life.step(event, [], _no_periods)
            if event[3] >= COST:
                self.base_worth.add(event)
        self.base_from = leaf
        self.orders = {event[ORDER] for event in self.events if event[3] >= PLACED}
        gone = sorted({event[0] // LEAF_US for event in old})
        for each in gone:
            self.fences.pop(each, None)
        return gone

    def leaf(self, leaf: int) -> list[Said]:
        """Return the events of a leaf."""
        low = bisect_left(self.events, (leaf * LEAF_US,), key=_order)
        high = bisect_left(self.events, ((leaf + 1) * LEAF_US,), key=_order)
        return self.events[low:high]

    def _take_order(self, said: Said, facts: list[Fact]) -> None:
        order = said[ORDER]
        if order not in self.orders:
            self.orders.add(order)
            facts += order_facts([said])
            return
        same = [event for event in self.events if event[3] >= PLACED and event[ORDER] == order]
        before = order_facts(same)
        insort(same, said, key=_order)
        facts += difference(before, order_facts(same))

    def _take_money(self, said: Said, segment: str | None, facts: list[Fact]) -> None:
        if said[3] == COST:
            facts.append(("account_cost", 1, said[0], said[AMOUNT], *said[4:7]))
        before = self.worth.facts(segment)
        self.worth.add(said)
        after = self.worth.facts(segment)
        facts += [(fact[0], -1, *fact[2:]) for fact in before if fact not in after]
        facts += [fact for fact in after if fact not in before]

    def _take_life(self, said: Said, late: bool, periods_of: PeriodsOf) -> list[Change]:
        changes: list[Change] = []
        if not late:
            self.events.append(said)
            self.life.step(said, changes, periods_of)
        elif said[3] != CANCELED and self._active_at(said):
            insort(self.events, said, key=_order)  # as most late orders: the customer was active anyway
        else:
            before, _ = self._told(periods_of)
            insort(self.events, said, key=_order)
            after, self.life = self._told(periods_of)
            changes = difference(before, after)
        return changes

    def _active_at(self, said: Said) -> bool:
        """Say whether the customer was active just before that event."""
        life = Life(self.base_life.active)
        for event in self.events[: bisect_left(self.events, said[:3], key=_order)]:
            life.step(event, [], _no_periods)
        return life.active is not None

    def _told(self, periods_of: PeriodsOf) -> tuple[list[Change], Life]:
        """Return what the customer's life says from the base on, and what it is by now."""
        life = Life(self.base_life.active)
        changes = life.told()
        for event in self.events:
            life.step(event, changes, periods_of)
        return changes, life


def _order(event: Said) -> Said:
    return event[:3]


def _no_periods(_t_us: int) -> tuple[Period, ...]:
    return ()


def _both(change: Change, segment: str | None) -> list[Fact]:
    """Return a fact of the customer's life, and the same for the account's latest segment."""
    kind, *rest = change
    plain = (kind, *rest, None)
    return [plain] if segment is None else [plain, (f"{kind}^", *rest, segment)]
