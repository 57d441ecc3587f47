"""Gauges at 0: a key that says 0 for a week gets its tombstone, each by itself.

Since when a gauge of a group is at 0 is part of the state: kept beyond the week too, so that no restart
brings a key back or puts its tombstone off.
"""

from collections.abc import Iterator, Mapping

from processors.adding.group import Group
from processors.panes import Panes
from processors.windows import ZERO_HOURS
from schemas.duration import HOUR_US

ZERO_US = ZERO_HOURS * HOUR_US


class EmptyGauges:
    """Of one roll-up: by group and slot of a count, since when it is at 0 (microseconds)."""

    def __init__(self, panes: Panes):
        self._panes = panes
        self._plan = panes.plan
        self._since: dict[Group, dict[int, int]] = {}

    def note(self, group: Group, now_us: int, changed: int = 0) -> None:
        """Take down which gauges of a group are at 0 now; `changed` are the bits of those with facts since.

        One whose key is gone, and that went up and down again since, is told anew, and has a week again.
        """
        cell = group.periods.get(self._panes.calendar.all_time, {})
        known = self._since.get(group, {})
        since = {slot: known.get(slot, now_us) for slot in self._plan.gauge_counts if cell.get(slot) == 0}
        for slot, at_us in since.items():
            if at_us + ZERO_US <= now_us and changed & self._plan.facts_in([slot]):
                since[slot] = now_us
        if since == known:
            return
        # Its cell says so after a restart; it may have been written before this was known.
        self._panes.touched.ever.add(group)
        if since:
            self._since[group] = since
        else:
            del self._since[group]

    def resume(self, group: Group, since: Mapping[int, int], now_us: int) -> None:
        """Take what a restored cell says; what it does not know yet is at 0 from now on."""
        self._since[group] = {**since}
        self.note(group, now_us)

    def of(self, group: Group) -> Mapping[int, int]:
        """Return since when which gauges of a group are at 0."""
        return self._since.get(group, {})

    def due(self, before_us: int, now_us: int) -> Iterator[tuple[Group, int]]:
        """Yield groups, and the bits of their gauges whose week was over since then."""
        for group, since in self._since.items():
            facts = self._plan.facts_in(
                slot for slot, at_us in since.items() if before_us < at_us + ZERO_US <= now_us
            )
            if facts:
                yield group, facts

    def shown(self, group: Group, now_us: int) -> int:
        """Return the bits of the gauges of a group that are told: above 0, or not at 0 for a week yet."""
        cell, since = group.periods.get(self._panes.calendar.all_time, {}), self.of(group)
        return self._plan.facts_in(
            slot
            for slot in self._plan.gauge_counts
            if slot in cell and since.get(slot, now_us) + ZERO_US > now_us
        )
