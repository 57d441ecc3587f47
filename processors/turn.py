"""A turn: the groups that one tick publishes, which are those that had something due when it began.

A tick comes in slices, with chunks and checkpoints between them. What these change waits for the next tick,
unless its group is still to come in this one: otherwise a tick would go on for as long as events come, and the
busiest groups be published again at each checkpoint.

Windows of a day and shorter are live: somebody looks at them who has just done what they count. There are five
times as many records of longer ones, and one event more or less is little to them. So live windows have turns of
their own, between the slices of the others' and more often.
"""

from collections.abc import Iterator

from processors.group import Group
from processors.panes import Panes


class Turn:
    """What is left of a tick."""

    def __init__(self, panes: Panes):
        self._panes = panes
        self.left: dict[Group, None] = {}
        self._live: dict[Group, None] = {}
        self.flushed = -1
        """Offset on `crm.facts` up to which every change is published when it is over."""

    @property
    def due(self) -> int:
        """How many groups have something due, in this tick or the next."""
        return len(self.left) + len(self._panes.changed)

    def begin(self, flushed: int) -> None:
        """Take what is due, all that was brought into the panes up to an offset."""
        assert not self.left
        self.left, self._panes.changed = self._panes.changed, {}
        self.flushed = flushed

    def groups(self) -> Iterator[Group]:
        """Yield the groups, oldest change first, each once; all of their windows are due."""
        for group in self._taken(self.left):
            self._panes.changed.pop(group, None)
            yield group

    def begin_live(self) -> None:
        """Take what is due in live windows."""
        assert not self._live
        self._live, self._panes.live = self._panes.live, {}

    def live_groups(self) -> Iterator[Group]:
        """Yield groups likewise whose live windows are due; the others stay due, and so do the groups."""
        return self._taken(self._live)

    def _taken(self, left: dict[Group, None]) -> Iterator[Group]:
        while left:
            group = next(iter(left))
            del left[group]
            self._panes.live.pop(group, None)
            yield group
