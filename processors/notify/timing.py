"""Timing: which group is looked at next. Some wait for their time, some for their route to be allowed to send."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import count
from zoneinfo import ZoneInfo

from processors.alerts.due_queue import DueQueue
from processors.notify.group import Group
from processors.notify.rate import Rate
from processors.notify.routing import Policy


class Timing:
    """The order in which groups are looked at."""

    def __init__(self, zone: ZoneInfo, policies: Iterable[Policy]) -> None:
        self._zone = zone
        self._rates = {one.name: Rate(one.rate_limit) for one in policies if one.rate_limit is not None}
        self._queue: DueQueue[Group] = DueQueue()
        self._wanting: defaultdict[str, list[tuple[int, int, Group]]] = defaultdict(list)
        """By route: groups that wait for its rate, worst first; void where the group does not wait any more."""
        self._numbers = count()

    def schedule(self, group: Group, now_us: int) -> None:
        """Have a group looked at when something may be due."""
        self.put(group, group.due(self._zone, now_us))

    def put(self, group: Group, due_us: int | None) -> None:
        """Have a group looked at at a time; None: not at all."""
        self._queue.put(group, due_us)

    def sent(self, group: Group, at_us: int) -> None:
        """Count a message of the group's route."""
        if group.policy is not None and (rate := self._rates.get(group.policy.name)) is not None:
            rate.take(at_us)

    def set_back(self, now_us: int) -> None:
        """Wait no longer for what a clock that was ahead has counted."""
        for rate in self._rates.values():
            rate.set_back(now_us)

    def may_send(self, policy: Policy, now_us: int) -> bool:
        """Tell whether a route may send a message now."""
        rate = self._rates.get(policy.name)
        return rate is None or rate.free_us() <= now_us

    def wait(self, group: Group, severity: int) -> None:
        """Have a group looked at when its route may send, before those that are less severe."""
        assert group.policy is not None
        group.waiting = True
        self.put(group, None)
        heappush(self._wanting[group.policy.name], (-severity, next(self._numbers), group))

    def due(self, now_us: int, most: int) -> Iterator[Group]:
        """Yield the groups that are to be looked at now, at most so many."""
        looked = 0
        for name, wanting in self._wanting.items():
            while wanting and self._rates[name].free_us() <= now_us and looked < most:
                group = heappop(wanting)[2]
                if group.waiting:
                    group.waiting = False
                    looked += 1
                    yield group
        yield from self._queue.take(now_us, most - looked)

    def next_us(self) -> int | None:
        """Return when `due` has something again; 0 is at once."""
        times = [] if self._queue.next_us is None else [self._queue.next_us]
        times += [self._rates[name].free_us() for name, wanting in self._wanting.items() if wanting]
        return min(times, default=None)
