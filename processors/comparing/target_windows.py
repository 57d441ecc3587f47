"""Where a target shows: in the group and period that it is for, and in those that count who reached theirs."""

from collections.abc import Iterable, Iterator

from processors.adding.group import UNSEEN, Group
from processors.calendar import Period
from processors.entities.directory import UNASSIGNED
from processors.panes import Panes
from processors.roster import Roster
from processors.targets import Targets, group_of


def show_targets(panes: Panes, targets: Targets, roster: Roster, now_us: int, everything: bool) -> None:
    """Note what changed targets show in, after a start all. Its groups are kept, also where they have no facts."""
    changed = targets.take_changed()
    # Before a crash a rep may have changed teams without the one left behind being told.
    teams = [group for group in panes.groups.values() if group.signature == ("team",)] if everything else []
    for key in targets if everything else changed:
        for group, period in windows_of(key, panes, roster, now_us, teams):
            panes.note_looked_at(group, period, panes.plan.all_facts | UNSEEN)
            panes.keep(group)


def windows_of(
    key: str, panes: Panes, roster: Roster, now_us: int, teams: Iterable[Group] = ()
) -> Iterator[tuple[Group, Period]]:
    """Yield groups and periods whose records say something of the target under that KPI key.

    Periods that have not begun have no records. A target of every period shows in the running one and in
    those in which the group has facts. `teams` are groups of teams that a rep may have been in before.
    """
    _, window, label, dims = group_of(key)
    groups = [panes.group(dims)]
    rep = dims.get("rep")
    if rep is not None and len(dims) == 1:
        groups += [panes.group({}), panes.group({"team": roster.directory_team(rep) or UNASSIGNED})]
        groups += teams
    for group in groups:
        for period in periods_of(window, label, group, panes, now_us):
            yield group, period


def periods_of(window: str, label: str | None, group: Group, panes: Panes, now_us: int) -> Iterator[Period]:
    """Yield the periods of a target's window in which a group can have records."""
    calendar = panes.calendar
    if label is not None:
        period = calendar.period(window, label)
        if period is not None and period.start_us is not None and period.start_us <= now_us:
            yield period
        return
    running = calendar.calendar_periods_of(calendar.day_at(now_us))
    yield from dict.fromkeys(period for period in (*running, *group.periods) if period.name == window)
