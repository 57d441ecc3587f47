"""A turn: the groups that one tick publishes, which are those that had something due when it began.

A tick comes in slices, with chunks and checkpoints between them. What these change waits for the next tick,
unless its group is still to come in this one: otherwise a tick would go on for as long as events come, and the
busiest groups be published again at each checkpoint.

Windows of a day and shorter are live: somebody looks at them who has just done what they count. Days that are over are
not: after a history was loaded there are hundreds of them. There are five times as many records of longer windows, and
one event more or less is little to them. So live windows have turns of
their own, between the slices of the others' and more often (`processors.publishing.live_turn`).

While a history is read, what is over by its own time has turns of its own too (`processors.publishing.settled_turn`).

A team and its reps come one after the other: what they are compared with is made once and used while it is at hand.
In the order of their changes, a thousand teams would each have it made again for every rep.
"""

from collections import OrderedDict
from collections.abc import Iterable

from processors.adding.group import Group, Window
from processors.compile import CompiledKpi
from processors.panes import Panes
from processors.roster import Roster


class Turn:
    """What is left of a tick."""

    def __init__(self, panes: Panes, roster: Roster):
        self._panes = panes
        self._roster = roster
        # Taken from the front: of a plain dict each look at its first key passes all that were taken before.
        self.left: OrderedDict[Group, str | None] = OrderedDict()
        """The groups, the teams' oldest change first, and whose each is; None: of no team."""
        self._team: str | None = None
        self._finished: list[str] = []
        self.flushed = -1
        """Offset on `crm.facts` up to which every change is published when it is over."""

    @property
    def due(self) -> int:
        """How many groups have something due, in this tick or the next."""
        return len(self.left) + len(self._panes.changed)

    def begin(self, flushed: int) -> None:
        """Take what is due, all that was brought into the panes up to an offset."""
        assert not self.left
        self.left, self._panes.changed = by_team(self._panes.changed, self._roster), {}
        self.flushed = flushed

    def take(self) -> Group:
        """Return the next group, once; all of its windows are due."""
        group, team = self.left.popitem(last=False)
        if team != self._team:
            if self._team is not None:
                self._finished.append(self._team)
            self._team = team
        self._panes.changed.pop(group, None)
        self._panes.live.pop(group, None)
        return group

    def take_finished(self) -> list[str]:
        """Return the teams of which nothing is left since this was asked last, but for the one that is at it."""
        finished, self._finished = self._finished, []
        return finished

    def defers(self, group: Group, window: Window, kpis: Iterable[CompiledKpi]) -> bool:
        """Note what is due for others' sake in a group whose own turn is still to come; tell whether it is."""
        if group not in self.left:
            return False
        for kpi in kpis:
            self._panes.note_again(group, window, kpi.facts)
        return True


def by_team(due: Iterable[Group], roster: Roster) -> OrderedDict[Group, str | None]:
    """Return the groups team by team, the teams' oldest change first, and whose each is."""
    teams: dict[str | None, list[Group]] = {}
    for group in due:
        rep, team = group.dims.get("rep"), group.dims.get("team")
        if rep is not None:
            team = roster.team_of(rep)
        teams.setdefault(team, []).append(group)
    return OrderedDict((group, team) for team, groups in teams.items() for group in groups)
