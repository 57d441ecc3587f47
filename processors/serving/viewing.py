"""Who sees what: everything, or what is of one's own teams and their reps."""

from collections.abc import Mapping
from dataclasses import dataclass

from schemas.kpi import Dims

TeamOf = Mapping[str, str]
"""The team of each rep, as the directory has it now."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """A reader's restriction."""

    teams: frozenset[str] | None = None
    """None: everything is seen."""
    company: bool = True
    """Whether what is of no team and no rep is seen too."""

    @property
    def sees_all(self) -> bool:
        """Whether nothing is hidden."""
        return self.teams is None

    def sees_team(self, team: str) -> bool:
        """Tell whether a team's records are seen."""
        return self.teams is None or team in self.teams

    def sees_rep(self, rep: str, team_of: TeamOf) -> bool:
        """Tell whether a rep's records are seen; whom the directory doesn't know is of no team."""
        return self.teams is None or team_of.get(rep) in self.teams

    def sees(self, dims: Dims, team_of: TeamOf) -> bool:
        """Tell whether a record with these dimensions is seen. Each team and rep that it names must be."""
        if self.teams is None:
            return True
        if "team" not in dims and "rep" not in dims:
            return self.company
        if "team" in dims and dims["team"] not in self.teams:
            return False
        return "rep" not in dims or self.sees_rep(dims["rep"] or "", team_of)

    def sees_matchers(self, matchers: Mapping[str, str], team_of: TeamOf) -> bool:
        """Tell whether a silence can only be about what is seen: it names an own team or rep, without wildcards.

        A name has no `*` or `?` in a matcher that means it alone; so one that has is never an own team here.
        """
        if self.teams is None:
            return True
        team, rep = matchers.get("team", ""), matchers.get("rep", "")
        if any({"*", "?"} & {*pattern} for pattern in (team, rep)):
            return False
        if team and team not in self.teams:
            return False
        if rep and not self.sees_rep(rep, team_of):
            return False
        return bool(team or rep)
