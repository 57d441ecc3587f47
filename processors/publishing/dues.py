"""Dues: records that are to be published again though nothing of their own changed, for what they are compared with.

The turn of an hour moves baselines, the turn of a day the places gained since it began, and a rep who moves
to another team moves both. All of it is bounded: so many groups a tick, and a team at most once a minute.
"""

from collections import deque
from collections.abc import Iterable, Iterator

from processors.adding.group import UNSEEN, Group, Window
from processors.calendar import Period
from processors.comparing.ranking_upkeep import WITH_CHANGES
from processors.comparing.rankings import Rankings
from processors.comparing.target_windows import periods_of
from processors.compile import CompiledKpi
from processors.entities.directory import UNASSIGNED
from processors.panes import Panes
from processors.roster import Roster
from processors.targets import Targets, group_of
from processors.valuing.earlier import same_weekdays
from processors.valuing.known import LATE_US, Known
from schemas.duration import HOUR_US
from schemas.fact import PANE_US

BASELINES_MAX = 200
"""Groups whose baselines are looked at in a tick."""


class Dues:
    """What is due of one roll-up for others' sake."""

    def __init__(
        self, panes: Panes, targets: Targets, roster: Roster, known: Known, rankings: Rankings
    ) -> None:
        self._panes = panes
        self._plan = panes.plan
        self._calendar = panes.calendar
        self._targets = targets
        self._roster = roster
        self._known = known
        self._rankings = rankings
        self._baselines: deque[Group] = deque()
        """Groups whose running day is compared with one hour more of earlier days now."""
        self._untold_us: int | None = None
        """The clock before the turn whose baselines are not all told yet."""
        self._finished: deque[str] = deque()
        """Teams whose own records are published, as far as they were due."""
        self._telling: str | None = None
        self._has_rest = False
        self._due: Iterator[tuple[Group, Window, list[CompiledKpi]]] | None = None

    def resume(self, told_us: int, waiting: Iterable[str], beyond: bool) -> None:
        """Go on from where a predecessor was: what it had not told is due.

        `beyond` says that there may be changes of the roster which nobody will hear of again.
        """
        now_us = self._known.now_us
        self._rankings.move_all(self._roster.teams() if beyond else waiting)
        if told_us and told_us // HOUR_US != now_us // HOUR_US:
            self._turn_hour(told_us)

    def turn(self, before_us: int) -> None:
        """Note what the clock moved since then."""
        now_us, calendar = self._known.now_us, self._calendar
        if not before_us or before_us // HOUR_US == now_us // HOUR_US:
            return
        self._turn_hour(before_us)
        self._move_late()
        today = calendar.day_at(now_us)
        if (yesterday := calendar.day_at(before_us)) is not today:
            # What ended last is still corrected, and becomes final within the hour.
            self._rankings.forget_ended(yesterday.start_us or 0)
            self._move_changing(self._roster.teams())

    def _move_changing(self, teams: Iterable[str]) -> None:
        """Note teams in the running periods in which places gained since the day began are told."""
        today = self._calendar.day_at(self._known.now_us)
        changing = [period for period in self._calendar.periods_of(today) if period.name in WITH_CHANGES]
        for team in teams:
            self._rankings.move(team, changing)

    def _move_late(self) -> None:
        """Note the teams of reps whose values of this morning facts of earlier days have moved since.

        Not of the last ten minutes: those values may not be taken anew before that.
        """
        late, settled_pane = self._panes.late, (self._known.now_us - LATE_US) // PANE_US
        settled = [group for group, pane in late.items() if pane < settled_pane]
        self._move_changing(self._teams_of(settled))
        for group in settled:
            del late[group]

    def _teams_of(self, reps: Iterable[Group]) -> set[str]:
        teams = (self._roster.team_of(group.dims["rep"] or "") for group in reps)
        return {team for team in teams if team is not None}

    def _turn_hour(self, before_us: int) -> None:
        today = self._calendar.day_at(self._known.now_us)
        self._baselines = deque(self._panes.periods.get(today, ()))
        self._untold_us = self._untold_us or before_us

    @property
    def told_us(self) -> int:
        """Up to when what the clock moved is told: 0 for now."""
        return self._untold_us or 0

    @property
    def waiting(self) -> list[str]:
        """The teams that have records due, or will when the roster is asked."""
        telling = () if self._telling is None else (self._telling,)
        late = self._teams_of(self._panes.late)
        return sorted({*self._rankings.waiting, *self._roster.changing, *telling, *late})

    def begin(self) -> None:
        """Begin a tick: note what has its turn in it."""
        self._has_rest = True
        self._rankings.new_turn()
        self._take_changes()
        for _ in range(min(len(self._baselines), BASELINES_MAX)):
            self._note_baseline(self._baselines.popleft())
        if not self._baselines:
            self._untold_us = None

    def _note_baseline(self, group: Group) -> None:
        today = self._calendar.day_at(self._known.now_us)
        cell = group.periods.get(today)
        if cell is not None and any(day in group.periods for day in same_weekdays(self._calendar, today)):
            self._panes.note_again(group, today, self._plan.facts_in(cell))

    def _take_changes(self) -> None:
        for change in self._roster.take_changes():
            if change.before is not None and change.before.team != change.now.team:
                self._rankings.joined(change.rep, change.now.team)
            self._rankings.move_all(change.teams)
            updated = change.now.updated or (change.before is not None and change.before.updated)
            if updated and self._plan.shares_of_reps:
                # By the directory alone: until it says so, a rep counts with those who are in no team.
                known = change.before is not None and change.before.updated
                before = change.before.team if known and change.before is not None else UNASSIGNED
                self._note_shares(change.rep, (before, change.now.team))

    def _note_shares(self, rep: str, teams: Iterable[str]) -> None:
        """Note the teams' shares of reps on target where that rep has one."""
        for key in self._targets.of_rep(rep):
            _, window, label, _ = group_of(key)
            for team in teams:
                group = self._panes.group({"team": team})
                self._panes.keep(group)
                for period in periods_of(window, label, group, self._panes, self._known.now_us):
                    self._panes.note_looked_at(group, period, self._plan.shares_of_reps | UNSEEN)

    def follow(self, group: Group, windows: dict[Window, int], again: dict[Window, int]) -> None:
        """Add to `again` what is compared with these periods, in which these kinds of fact changed."""
        now_us = self._known.now_us
        for window, facts in windows.items():
            if not isinstance(window, Period) or window.end_us is None or window.end_us > now_us:
                continue
            following = self._calendar.following(window)
            if following in group.periods:
                _add(again, following, facts)
            if window.name == "day":
                today = self._calendar.day_at(now_us)
                weeks, rest = divmod(today.ordinal - window.ordinal, 7)
                if not rest and 1 <= weeks <= 4 and today in group.periods:
                    values = group.values.get(today)
                    if values is not None:
                        values.baseline_hour = -1
                    _add(again, today, facts)

    def finish(self, teams: Iterable[str]) -> None:
        """Take that teams' own records are published: what is due in them for others' sake may follow."""
        self._finished.extend(teams)

    def finish_rest(self) -> None:
        """Take the same of all teams, once in a tick."""
        if self._has_rest:
            self._has_rest = False
            self.finish(self._rankings.waiting)

    def records(self) -> Iterator[tuple[Group, Window, list[CompiledKpi]]]:
        """Return what is due in finished teams, to be taken a piece at a time over as many calls as it takes."""
        if self._due is None:
            self._due = self._of_finished()
        return self._due

    def _of_finished(self) -> Iterator[tuple[Group, Window, list[CompiledKpi]]]:
        while self._finished:
            self._telling = self._finished.popleft()
            yield from self._rankings.due(self._telling)
        self._telling = self._due = None


def _add(windows: dict[Window, int], window: Window, facts: int) -> None:
    windows[window] = windows.get(window, 0) | facts
