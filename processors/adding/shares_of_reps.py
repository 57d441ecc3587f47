"""Shares of reps on target: reps count in the team that they are in now, whatever team their facts count for.

So a late fact for a team that its rep has left changes this share in the rep's team of now, and nothing else there.
"""

from processors.adding.group import Group
from processors.calendar import Period
from processors.entities.directory import UNASSIGNED
from processors.panes import Panes
from processors.roster import Roster
from processors.targets import Targets
from schemas.catalogs.kpi_groups import REP


class SharesOfReps:
    """Finds the team whose share a rep's facts change."""

    def __init__(self, panes: Panes, roster: Roster, targets: Targets):
        self._panes = panes
        self._roster = roster
        self._targets = targets
        self._facts = panes.plan.shares_of_reps

    def follow(self, group: Group, period: Period, facts: int) -> None:
        """Note that these kinds of fact changed in a period of a group, where it is that of a rep with a target."""
        team = self.team_of(group, period, facts)
        if team is not None:
            self._panes.keep(team)
            self._panes.note(team, period, facts & self._facts)

    def team_of(self, group: Group, period: Period, facts: int) -> Group | None:
        """Return the group of the team whose share these kinds of fact change; None for none."""
        if not facts & self._facts or group.signature != REP or period.label is None:
            return None
        for kpi in self._targets.kpis_of(group.text) or ():
            if self._targets.of(kpi, period.name, period.label, group.text) is not None:
                break
        else:
            return None
        rep = group.dims["rep"]
        assert rep is not None
        return self._panes.group({"team": self._roster.directory_team(rep) or UNASSIGNED})
