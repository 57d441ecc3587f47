"""All rankings of a roll-up: by KPI, window and team, with the reps' teams as of now.

Kept for running windows; for a period that is over a `Ranking` is made when one of its records is due
(`add` it again, and `forget` the oldest), since days are kept for years and are hardly ever corrected.
"""

from collections.abc import Iterable, Iterator, Mapping

from processors.ranking import Number, Ranking, Standing

Table = tuple[str, str]
"""KPI and window, as in a record's key: `month:2026-11`."""


class Rankings:
    """Takes values as the roll-up computes them, and knows whose records are due for others' sake."""

    def __init__(self, directions: Mapping[str, str]) -> None:
        """`directions` says of each ranked KPI whether `up` or `down` is the better."""
        self._directions = directions
        self._tables: dict[Table, dict[str, Ranking]] = {}
        self._teams: dict[str, str] = {}
        self._tables_of: dict[str, dict[Table, None]] = {}
        self._moved: dict[tuple[str, str, str], None] = {}
        """KPI, window and team of the rankings in which something moved; those that waited longest first."""

    def __len__(self) -> int:
        """How many values are kept."""
        return sum(map(len, self._tables_of.values()))

    def set(
        self, kpi: str, window: str, rep: str, value: Number | None, at_start: Number | None = None
    ) -> None:
        """Take the value of a rep's record. His team must have been told (`move`).

        `at_start` is the value as the local day began: that of the window's panes without today's. None
        where that is not asked (the day itself) or can't be told (rolling windows).
        """
        self._tables_of.setdefault(rep, {})[(kpi, window)] = None
        team = self._teams[rep]
        self._ranking(kpi, window, team).set(rep, value, at_start)
        self._moved[(kpi, window, team)] = None

    def drop(self, kpi: str, window: str, rep: str) -> None:
        """Forget a rep's record that is no more."""
        if self._tables_of.get(rep, {}).pop((kpi, window), False) is not False:
            team = self._teams[rep]
            self._ranking(kpi, window, team).drop(rep)
            self._moved[(kpi, window, team)] = None

    def set_team(self, kpi: str, window: str, team: str, value: Number | None) -> None:
        """Take what a team's reps are measured by (`compare.team_value`)."""
        self._ranking(kpi, window, team).set_team(value)
        self._moved[(kpi, window, team)] = None

    def move(self, rep: str, team: str) -> None:
        """Say which team a rep is in now; his values go with him."""
        before = self._teams.get(rep)
        self._teams[rep] = team
        if before is None or before == team:
            return
        for kpi, window in self._tables_of.get(rep, ()):
            value, at_start = self._ranking(kpi, window, before).drop(rep)
            self._ranking(kpi, window, team).set(rep, value, at_start)
            self._moved[(kpi, window, before)] = self._moved[(kpi, window, team)] = None

    def new_day(self, running: Iterable[str]) -> None:
        """Begin a local day, in which these windows (`month:2026-11`) are the running ones with changes."""
        windows = frozenset(running)
        for (kpi, window), teams in self._tables.items():
            for team, ranking in teams.items():
                if ranking.new_day(window in windows):
                    self._moved[(kpi, window, team)] = None

    def forget(self, kpi: str, window: str) -> None:
        """Forget a window that no longer runs, or is behind its retention."""
        for team, ranking in self._tables.pop((kpi, window), {}).items():
            self._moved.pop((kpi, window, team), None)
            for rep in ranking:
                self._tables_of[rep].pop((kpi, window), None)

    def say(self, kpi: str, window: str, rep: str) -> Standing | None:
        """Return where a rep stands, for his record; None where he has no ranking."""
        ranking = self._tables.get((kpi, window), {}).get(self._teams.get(rep, ""))
        return None if ranking is None else ranking.say(rep)

    def due(self, most: int) -> Iterator[tuple[str, str, str]]:
        """Yield KPI, window and rep of records to be published for others' sake: of about `most`, whole teams.

        What is left is due the next time; so is what is yielded, until it is said.
        """
        left = most
        for kpi, window, team in [*self._moved]:
            if left <= 0:
                return
            due = self._ranking(kpi, window, team).due()
            del self._moved[(kpi, window, team)]
            if due:
                self._moved[(kpi, window, team)] = None  # behind those that wait
            left -= len(due)
            for rep in due:
                yield kpi, window, rep

    def settle(self, again: Iterable[tuple[str, str, str]] = ()) -> None:
        """Take for said what is so, after a restart; but for the rankings `again` (KPI, window, team).

        These are the ones in which a record is published again, since it may have moved others before the
        crash that were not told.
        """
        doubtful = dict.fromkeys(again)
        for (kpi, window), teams in self._tables.items():
            for team, ranking in teams.items():
                if (kpi, window, team) not in doubtful:
                    ranking.settle()
        self._moved = {where: None for where in doubtful if where[2] in self._tables.get(where[:2], {})}

    def _ranking(self, kpi: str, window: str, team: str) -> Ranking:
        teams = self._tables.setdefault((kpi, window), {})
        ranking = teams.get(team)
        if ranking is None:
            ranking = teams[team] = Ranking(self._directions[kpi])
        return ranking
