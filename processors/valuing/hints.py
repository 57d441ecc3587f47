"""Hints: where in something large the little was that a value is made of, from the last time it was looked for.

A vector has hundreds of slots, and a percentile is of one histogram's; a group has a cell for each day, and what is
open is in few of them. Whoever is given a hint proves it before it is believed: a wrong one costs a look at
everything, and is never wrong in a value. So nobody has to tell of what changes.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

from processors.adding.group import Group, Window
from processors.forgetting import forget_oldest
from processors.histogram import Buckets
from processors.valuing.oldest import OpenDays

HINTS_MAX = 50_000
"""So many are kept of each kind, some hundred bytes each; beyond, the oldest are forgotten."""

Key = TypeVar("Key", bound=tuple[object, ...])
Hint = TypeVar("Hint")


class Kept(dict[Key, Hint], Generic[Key, Hint]):
    """Hints of one kind, made when they are first asked for."""

    def __init__(self, make: Callable[[Key], Hint]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Key) -> Hint:
        forget_oldest(self, HINTS_MAX)
        hint = self[key] = self._make(key)
        return hint


class Hints:
    """The hints of one roll-up."""

    def __init__(self) -> None:
        self.buckets = Kept[tuple[Group, Window, int], Buckets](lambda key: Buckets(key[2]))
        """By group, window and the first slot of a histogram."""
        self.open_days = Kept[tuple[Group, int], OpenDays](lambda _: OpenDays())
        """By group and slot."""
