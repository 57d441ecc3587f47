"""Whose turn it is in live windows: who was not told lately, and who was told longest ago.

The numbers of the busiest change all the time: of the company, its teams, a rep at a dialler. If they were told
before others, everybody else would wait behind them. So there are two queues, which take turns: of groups that were
not told lately, by their oldest change, which is nearly always short; and of those that were, by when that was. A
group is brought up to date when it has its turn: what changes until then is told with it.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator

from processors.adding.group import Group
from processors.panes import Panes
from processors.publishing.turn import by_team
from processors.roster import Roster

LATELY_US = 10_000_000
"""Told so long ago, a group is as good as one that was never told."""


class LiveTurn:
    """Who is to be told of, and who was lately."""

    def __init__(self, panes: Panes, roster: Roster):
        self._panes = panes
        self._roster = roster
        # Taken from the front: of a plain dict each look at its first key passes all that were taken before.
        self._left: OrderedDict[Group, None] = OrderedDict()
        """Groups with something due that were not told lately, oldest change first."""
        self._told: OrderedDict[Group, int] = OrderedDict()
        """When groups were told lately, by the clock of the calls, oldest first."""
        self._told_now: set[Group] = set()
        """Those that were in this tick."""
        self._again: Iterator[Group] = iter(())
        """Those with something due again that were told before this tick, longest ago first."""
        self._is_agains = False
        """Whose turn it is: of who was told lately, or of others."""

    def begin(self) -> None:
        """Begin a tick: each group is told once in it."""
        self._told_now.clear()

    def look(self, now_us: int, kept: Iterable[Group]) -> None:
        """Find who has something due: what changed, and `kept` who has facts that are not in the panes yet."""
        told, left = self._told, self._left
        while told:
            group, at_us = next(iter(told.items()))
            if at_us <= now_us < at_us + LATELY_US:  # not so where the clock was set back
                break
            del told[group]
            if group.held:
                group.held = False
                left[group] = None
        live, self._panes.live = self._panes.live, {}
        fresh = {group: None for due in (live, kept) for group in due if not group.held and group not in left}
        for group in by_team(fresh, self._roster):
            if group in told:
                group.held = True
            else:
                left[group] = None
        self._again = iter([group for group in told if group.held and group not in self._told_now])

    def take(self, now_us: int) -> Group | None:
        """Return the next group, whose live windows are due; None where nobody is left."""
        self._is_agains = not self._is_agains
        group = next(self._again, None) if self._is_agains or not self._left else None
        if group is not None:
            group.held = False
            del self._told[group]
        elif self._left:
            group, _ = self._left.popitem(last=False)
        else:
            return None
        self._told[group] = now_us
        self._told_now.add(group)
        return group
