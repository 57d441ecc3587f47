"""Whose turn it is in live windows: the oldest change first, and nobody twice within an interval.

The numbers of the busiest change all the time: of the company, its teams, a rep at a dialler. If they were told
each time that they can be, everybody else would wait behind them. So a group that has been told waits out the
interval, whatever changes in it, and who was not told lately is told at once. The facts of who waits need not come
into the panes before either.
"""

from collections import OrderedDict
from collections.abc import Container

from processors.adding.group import Group
from processors.panes import Panes
from processors.publishing.turn import by_team
from processors.roster import Roster


class LiveTurn:
    """Who is to be told of, and who was lately."""

    def __init__(self, panes: Panes, roster: Roster):
        self._panes = panes
        self._roster = roster
        # Taken from the front: of a plain dict each look at its first key passes all that were taken before.
        self.left: OrderedDict[Group, None] = OrderedDict()
        """The groups to be told now, as long as the tick lasts."""
        self._told: OrderedDict[Group, int] = OrderedDict()
        """When groups were told, by the clock of the calls, oldest first; none from before the interval."""

    def release(self, now_us: int, apart_us: int) -> Container[Group]:
        """Let go of groups that were told `apart_us` ago or longer; return those that were told since, and wait."""
        assert not self.left
        told = self._told
        while told:
            group, at_us = next(iter(told.items()))
            if at_us <= now_us < at_us + apart_us:  # not so where the clock was set back
                break
            del told[group]
            if group.held:
                group.held = False
                self.left[group] = None
        return told

    def begin(self) -> None:
        """Take what is due, but for groups that wait: these are kept for later."""
        due, self._panes.live = self._panes.live, {}
        for group in by_team(due, self._roster):
            if group in self._told:
                group.held = True
            else:
                self.left[group] = None

    @property
    def holds_back(self) -> bool:
        """Whether groups with something due wait."""
        return any(group.held for group in self._told)

    def take(self, now_us: int) -> Group:
        """Return the next group; its live windows are due, and the others stay due."""
        group, _ = self.left.popitem(last=False)
        self._panes.live.pop(group, None)
        self._told[group] = now_us
        return group
