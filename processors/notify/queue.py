"""The queue of one receiver: which message is tried next, when a failed one is tried again, when it is given up.

Messages of one group go in their order. A receiver that fails again and again is left alone for a while (the
breaker is open), then tried with one message. What piled up while it was away keeps to its route's rate, as what is
decided does. Randomness and time are arguments.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from heapq import heappop, heappush
from itertools import chain, count

from processors.notify.rate import Rate
from processors.notify.set_back import queued_by
from schemas.delivery.route import RateLimit
from schemas.duration import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from schemas.notified import Queued
from schemas.severity import rank

GIVE_UP_US = DAY_US
"""What can't be delivered in a day is no news any more."""
BACK_OFF_US = SECOND_US
"""The most that the first retry waits; each next one twice as long…"""
BACK_OFF_MAX_US = 5 * MINUTE_US
"""…up to this: a receiver that is back hears from us within five minutes."""
BACK_OFF_MIN_US = SECOND_US // 20
"""Chance must not make a busy loop."""
FAILURES_MAX = 5
"""So many failures in a row open the breaker."""
OPEN_US = 30 * SECOND_US
"""The most that the breaker is open first; it doubles as back-off does."""
RETRY_AFTER_MAX_US = 6 * HOUR_US
"""A receiver that wants to be left alone for longer made a mistake."""


class Item:
    """A message on its way to one receiver."""

    __slots__ = ("attempts", "group", "in_flight", "kept", "queued", "reached", "tried_us", "why")

    def __init__(self, group: str, queued: Queued, kept: bool = True) -> None:
        self.group = group
        self.queued = queued
        self.kept = kept
        """Whether a record has it until it is delivered."""
        self.attempts = 0
        self.in_flight = False
        self.reached = False
        """Whether some of the receiver's people have it."""
        self.tried_us = 0
        """When it was tried last."""
        self.why = ""
        """Of the last failure."""


class ReceiverQueue:
    """All that one receiver has not got yet."""

    def __init__(self, limits: Mapping[str, RateLimit] = {}) -> None:
        """`limits` are those of the routes that have one."""
        self._rates = {route: Rate(limit) for route, limit in limits.items()}
        """By route: what arrived here."""
        self._groups: dict[str, deque[Item]] = {}
        """By group, in their order; only the first of each may be tried. None is empty."""
        self._ready: list[tuple[int, int, Item]] = []
        self._waiting: list[tuple[int, int, Item]] = []
        self._numbers = count()
        self._failures = 0
        self._paused_until_us = 0
        self.in_flight: Item | None = None

    def __len__(self) -> int:
        return sum(map(len, self._groups.values()))

    def __iter__(self) -> Iterator[Item]:
        return chain.from_iterable(self._groups.values())

    @property
    def broken(self) -> bool:
        """Whether the breaker is open: it failed too often to be trusted with more than one message."""
        return self._failures >= FAILURES_MAX

    @property
    def oldest_us(self) -> int | None:
        """Since when the oldest message waits."""
        return min((item.queued.since_us for item in self), default=None)

    def put(self, item: Item) -> None:
        """Take a message; it is tried when those of its group before it are done."""
        items = self._groups.setdefault(item.group, deque())
        items.append(item)
        if len(items) == 1:
            self._make_ready(item)

    def take_back(self, group: str, message_id: str) -> bool:
        """Drop a message that something newer says better; False when it is on its way, partly there, or not here."""
        for item in self._groups.get(group, ()):
            if item.queued.message.id == message_id and not item.in_flight and not item.reached:
                self._remove(item)
                return True
        return False

    def take_all_back(self, group: str) -> None:
        """Drop all of a group's messages but the one that is on its way."""
        for item in [*self._groups.get(group, ())]:
            if not item.in_flight:
                self._remove(item)

    def next(self, now_us: int) -> Item | None:
        """Return what is to be tried now, the worst first; None when nothing is. One at a time."""
        if self.in_flight is not None or now_us < self._paused_until_us:
            return None
        while self._waiting and self._waiting[0][0] <= now_us:
            item = heappop(self._waiting)[2]
            self._make_ready(item)
        while self._ready:
            item = heappop(self._ready)[2]
            if not self._is_first(item):
                continue
            free_us = self._free_us(item)
            if free_us > now_us:
                heappush(self._waiting, (free_us, next(self._numbers), item))
                continue
            item.in_flight, item.tried_us, self.in_flight = True, now_us, item
            return item
        return None

    def arrived(self, route: str, at_us: int) -> None:
        """Count a message of a route against its rate."""
        rate = self._rates.get(route)
        if rate is not None:
            rate.take(at_us)

    def due_us(self) -> int | None:
        """Return when `next` has something; 0 for at once, None while something is on its way, or never."""
        if self.in_flight is not None or not self._groups:
            return None
        first_us = 0 if self._ready else self._waiting[0][0] if self._waiting else None
        return None if first_us is None else max(first_us, self._paused_until_us)

    def delivered(self, item: Item) -> None:
        """It arrived."""
        self._reached(item)
        self._landed(item)
        self._remove(item)

    def partly(self, item: Item, now_us: int, jitter: float) -> bool:
        """Some have it, and others may when it is tried again; see `later`."""
        self._reached(item)
        return self._again(item, now_us, jitter)

    def passed_over(self, group: str) -> Item | None:
        """Drop and return a message that some have, and the others need no more: something newer waits behind it."""
        items = self._groups.get(group)
        if items is None or len(items) < 2 or not items[0].reached or items[0].in_flight:
            return None
        item = items[0]
        self._remove(item)
        return item

    def refused(self, item: Item) -> None:
        """It will never arrive. Says nothing of others: the receiver answered."""
        self._landed(item)
        self._remove(item)

    def later(self, item: Item, now_us: int, jitter: float, after_us: int | None = None) -> bool:
        """It may arrive when tried again; False when it is too old for that.

        `jitter` is in [0, 1): retries of many that failed together come apart (full jitter). `after_us` is how
        long the receiver wants to be left alone.
        """
        self._failures += 1
        if after_us is not None:
            self._pause(now_us + min(after_us, RETRY_AFTER_MAX_US))
        if self.broken:
            self._pause(now_us + back_off_us(OPEN_US, self._failures - FAILURES_MAX, jitter))
        return self._again(item, now_us, jitter)

    def _again(self, item: Item, now_us: int, jitter: float) -> bool:
        self._landed(item)
        item.attempts += 1
        if now_us >= item.queued.since_us + GIVE_UP_US:
            self._remove(item)
            return False
        wait_us = back_off_us(BACK_OFF_US, item.attempts - 1, jitter)
        heappush(self._waiting, (now_us + wait_us, next(self._numbers), item))
        return True

    def give_up(self, now_us: int) -> list[Item]:
        """Drop and return what is a day old while the receiver is not to be reached."""
        if not self.broken:
            return []
        late = [item for item in self if not item.in_flight and now_us >= item.queued.since_us + GIVE_UP_US]
        for item in late:
            self._remove(item)
        return late

    def set_back(self, now_us: int, by_us: int) -> None:
        """The clock was set back: what was to be tried at a time is tried as much sooner."""
        self._paused_until_us -= by_us
        self._waiting = [(at_us - by_us, number, item) for at_us, number, item in self._waiting]
        for rate in self._rates.values():
            rate.set_back(now_us)
        for item in self:
            item.queued = queued_by(item.queued, now_us)

    def _free_us(self, item: Item) -> int:
        # What is only sent again, so that it is not taken for over, is not news.
        rate = self._rates.get(item.queued.message.route) if item.kept else None
        return 0 if rate is None else rate.free_us()

    def _reached(self, item: Item) -> None:
        """The receiver answered, and people have the message, if they had it not before."""
        self._failures = 0
        self._paused_until_us = 0
        if item.kept and not item.reached:
            self.arrived(item.queued.message.route, item.tried_us)
        item.reached = True

    def _pause(self, until_us: int) -> None:
        self._paused_until_us = max(self._paused_until_us, until_us)

    def _landed(self, item: Item) -> None:
        item.in_flight, self.in_flight = False, None

    def _make_ready(self, item: Item) -> None:
        heappush(self._ready, (-rank(item.queued.message.severity), next(self._numbers), item))

    def _is_first(self, item: Item) -> bool:
        items = self._groups.get(item.group)
        return items is not None and items[0] is item

    def _remove(self, item: Item) -> None:
        items = self._groups.get(item.group)
        if not items or item not in items:
            return
        was_first = items[0] is item
        items.remove(item)
        if not items:
            del self._groups[item.group]
        elif was_first:
            self._make_ready(items[0])


def back_off_us(first_us: int, times: int, jitter: float) -> int:
    """Return how long to wait: any time up to twice as long as before, by chance."""
    most = min(first_us << min(times, 32), BACK_OFF_MAX_US)
    return max(BACK_OFF_MIN_US, int(most * jitter))
