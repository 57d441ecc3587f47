"""Runs a floor: which kinds of things begin how often, and everything in order of time."""

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

from streams.sources.salesfloor.customers import Customers
from streams.sources.salesfloor.deals import Deals
from streams.sources.salesfloor.hours import SLOT_US
from streams.sources.salesfloor.inquiries import Inquiries
from streams.sources.salesfloor.leads import Leads
from streams.sources.salesfloor.office import Office
from streams.sources.salesfloor.outbox import Arrival
from streams.sources.salesfloor.paperwork import Paperwork
from streams.sources.salesfloor.plan import FloorPlan
from streams.sources.salesfloor.touches import Touches
from streams.sources.salesfloor.world import Action, World

#: Events that one beginning leads to, itself included, on average: measured, and held by a test.
EVENTS_PER_BEGINNING = 1.5


class Beginnings:
    """A Poisson process: things begin at random, more often in busy hours."""

    def __init__(
        self, world: World, weights: Sequence[tuple[Action, float]], busy: Callable[[int], float]
    ) -> None:
        self._world = world
        self._actions = [action for action, _ in weights]
        self._cumulative = [*accumulate(weight for _, weight in weights)]
        self._busy = busy
        self._per_us = 0.0
        self.next_us = 0

    @property
    def weight(self) -> float:
        return self._cumulative[-1]

    def set_rate(self, per_s: float, now_us: int) -> None:
        """Let it happen that often in usual working hours, from now on."""
        self._per_us = per_s / 1_000_000
        self._draw(now_us)

    def happen(self) -> None:
        """Let the next thing begin."""
        t_us = self.next_us
        action = self._world.rng.choices(self._actions, cum_weights=self._cumulative)[0]
        action(t_us)
        self._draw(t_us)

    def _draw(self, t_us: int) -> None:
        # Busyness is constant within a slot; a gap that leaves the slot is drawn again from its end,
        # which changes nothing, because the process has no memory.
        while True:
            end_us = (t_us // SLOT_US + 1) * SLOT_US
            rate = self._per_us * self._busy(t_us)
            if rate > 0:
                next_us = t_us + int(self._world.rng.expovariate(rate)) + 1
                if next_us < end_us:
                    self.next_us = next_us
                    return
            t_us = end_us


class SalesFloor:
    """A sales floor from `start_us` on; the same seed, start and plan give the same bytes.

    `advance` may be called with any steps of time: they don't change what happens.
    """

    def __init__(self, seed: int, start_us: int, plan: FloorPlan) -> None:
        self.world = world = World(seed, start_us, plan)
        touches, deals = Touches(world), Deals(world)
        customers, paperwork = Customers(world), Paperwork(world)
        leads = Leads(world, touches, deals)
        self.inquiries = inquiries = Inquiries(world)
        Office(world).open(start_us)
        deals.open(world.hours.next_open(start_us))
        staff: list[tuple[Action, float]] = [
            (touches.call, 30.0),
            (touches.email, 23.0),
            (touches.meeting, 7.0),
            (deals.step, 9.0),
            (leads.step, 6.0),
            (paperwork.quote, 1.8),
            (paperwork.content, 1.2),
            (paperwork.cost, 0.6),
            (paperwork.price, 0.8),
        ]
        from_customers: list[tuple[Action, float]] = [
            (inquiries.receive, 13.0),
            (customers.order, 2.4),
            (customers.refund, 0.15),
            (customers.register, 0.7),
            (customers.leave, 0.3),
            (customers.survey, 1.2),
            (customers.feedback, 0.8),
        ]
        self._beginnings = (
            Beginnings(world, staff, world.hours.staff),
            Beginnings(world, from_customers, world.hours.customers),
        )
        self._now_us = start_us
        self.set_rate(plan.rate)

    def set_rate(self, events_per_s: float) -> None:
        """Let that many events happen in a second of usual working hours, from now on."""
        total = sum(beginnings.weight for beginnings in self._beginnings)
        for beginnings in self._beginnings:
            share = beginnings.weight / total
            beginnings.set_rate(events_per_s / EVENTS_PER_BEGINNING * share, self._now_us)

    def advance(self, until_us: int) -> Iterator[Arrival]:
        """Let time go on to `until_us`, and yield what arrives up to then, in order of arrival."""
        world = self.world
        staff, customers = self._beginnings
        while True:
            begins = staff if staff.next_us <= customers.next_us else customers
            agenda_us = world.next_us
            from_agenda = agenda_us is not None and agenda_us <= begins.next_us
            next_us = agenda_us if from_agenda and agenda_us is not None else begins.next_us
            if next_us > until_us:
                break
            # Nothing arrives before it happens, so all that arrives before the next thing is known.
            yield from world.arrivals(next_us - 1)
            self._now_us = next_us
            if from_agenda:
                world.happen()
            else:
                begins.happen()
        self._now_us = max(self._now_us, until_us)
        yield from world.arrivals(until_us)
