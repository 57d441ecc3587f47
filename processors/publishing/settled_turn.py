"""Whose turn it is in what is over, while a history is read.

Events of a history are of days long before the clock's. What they change is changed again by the next ones, but for
periods that have ended by the events' own time. So these are told as they end, once. What changes them after that,
such as the end of a deal that began in them, waits with all the rest until the history has come to its end.
"""

from collections import deque

from processors.adding.group import Group, Window
from processors.calendar import Period
from processors.panes import Panes
from processors.publishing.turn import by_team
from processors.roster import Roster
from schemas.duration import DAY_US
from schemas.fact import PANE_US

HISTORY_US = DAY_US
"""Events are history when the latest of some partition that is being read is so much older than the clock."""
SETTLED_US = 2 * DAY_US
"""Much is said of a day in the days after it, and events of a history come late too."""


class SettledTurn:
    """Who has a period that ended long before what is being read, and is still to be told."""

    def __init__(self, panes: Panes, roster: Roster):
        self._panes = panes
        self._roster = roster
        self.left: deque[Group] = deque()
        self._told_us = self._settled_us = 0
        """What ended by then is settled, as of the turn before and of this one."""

    def reads_history(self) -> bool:
        """Say whether what is being read is long before the clock."""
        pane_now = self._panes.pane_now
        return pane_now is not None and (pane_now - self._read_pane) * PANE_US > HISTORY_US

    @property
    def _read_pane(self) -> int:
        """Up to where it was read: of partitions that are read side by side some are days ahead of others."""
        return self._panes.sources.slowest_pane or self._panes.top_pane

    def begin(self) -> None:
        """Take all that is due; of each only what has settled since the last turn will be told."""
        self._told_us = self._settled_us
        self._settled_us = max(self._settled_us, self._read_pane * PANE_US - SETTLED_US)
        self.left = deque(by_team(self._panes.changed, self._roster))

    def is_settled(self, window: Window) -> bool:
        """Say whether a window is a period that has settled since the last turn."""
        end_us = window.end_us if isinstance(window, Period) else None
        return end_us is not None and self._told_us < end_us <= self._settled_us

    def take(self) -> Group:
        """Return the next group; all that is not settled stays due. When the history is at its end, so is the turn."""
        group = self.left.popleft()
        if not self.reads_history():
            self.left.clear()
        return group
