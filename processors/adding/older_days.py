"""Older days: what days that are no longer kept were to the weeks, months, quarters and years that still are.

These are sums of days, and a year is reported for as long as its last day is kept. Their sums in memory stay whole
when a day leaves; what it was to them is written, so that they are whole after a restart too.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from processors.adding.group import Group
from processors.calendar import Period
from processors.planning.vector import Vector, add


class Older(NamedTuple):
    """The older days of one group."""

    until: int
    """The ordinal of the last of them."""
    sums: dict[Period, Vector]
    """By longer period: what they were to it."""


NONE = Older(0, {})


class OlderDays:
    """The older days of all groups."""

    def __init__(self) -> None:
        self._of: dict[Group, Older] = {}

    def of(self, group: Group) -> Older:
        """Return what a group has of older days."""
        return self._of.get(group, NONE)

    def take(self, group: Group, day: Period, cell: Vector, longer: Iterable[Period]) -> bool:
        """Take a day that is no longer kept into the longer periods that are; return whether there are any."""
        known = self.of(group)
        sums = {period: known.sums.get(period, {}) for period in longer}
        for vector in sums.values():
            add(vector, cell)
        if not sums and not known.sums:
            return False
        self._of[group] = Older(max(known.until, day.ordinal), known.sums | sums)
        return True

    def leave(self, group: Group, period: Period) -> bool:
        """Let go of a longer period whose days are all older; return whether it had anything of them."""
        return self.of(group).sums.pop(period, None) is not None

    def restore(self, group: Group, until: int, sums: Mapping[Period, Vector]) -> None:
        """Take what was written."""
        self._of[group] = Older(until, {**sums})
