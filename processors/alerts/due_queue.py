"""When the clock makes the next step of each of many things, the earliest first.

A thing whose time moves on with everything that is heard of it, as a deadline for silence does, costs an entry until
it is due and not one each time: an entry that comes too early is put back at the time that holds by then.
"""

from collections.abc import Hashable, Iterator
from heapq import heappop, heappush
from itertools import count
from typing import Generic, TypeVar

_T = TypeVar("_T", bound=Hashable)

_Due = tuple[int, int]
"""The time (microseconds), and a number by which those of one moment come in the order in which they were put."""


class DueQueue(Generic[_T]):
    """Things by the time at which they are due. What stands in it must be small where things come and go."""

    def __init__(self) -> None:
        self._dues: dict[_T, _Due] = {}
        self._queued: dict[_T, _Due] = {}
        """The earliest entry of each; never later than it is due. Others that the heap has of it are void."""
        self._heap: list[tuple[int, int, _T]] = []
        self._numbers = count()

    def __len__(self) -> int:
        """Return how many entries there are, void ones too."""
        return len(self._heap)

    @property
    def next_us(self) -> int | None:
        """When to `take` again, at the latest; None for never."""
        return self._heap[0][0] if self._heap else None

    def put(self, thing: _T, due_us: int | None) -> None:
        """Note when a thing is due now; None for never."""
        if due_us is None:
            self._dues.pop(thing, None)
            return
        due = self._dues.get(thing)
        if due is None or due[0] != due_us:
            self._dues[thing] = due = (due_us, next(self._numbers))
            self._enter(thing, due)

    def take(self, now_us: int, most: int) -> Iterator[_T]:
        """Take out what is due, one by one; look at so many entries at most."""
        for _ in range(most):
            if not self._heap or self._heap[0][0] > now_us:
                return
            at_us, number, thing = heappop(self._heap)
            if self._queued.get(thing) != (at_us, number):
                continue
            del self._queued[thing]
            due = self._dues.get(thing)
            if due is not None and due[0] > at_us:
                self._enter(thing, due)
            elif due is not None:
                del self._dues[thing]
                yield thing

    def _enter(self, thing: _T, due: _Due) -> None:
        queued = self._queued.get(thing)
        if queued is None or due[0] < queued[0]:
            heappush(self._heap, (*due, thing))
            self._queued[thing] = due
