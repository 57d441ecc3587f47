"""Resuming: what a restored cell says of what was not published, and of what time will do."""

from processors.adding.group import NOW, RETIRE, Group, Window
from processors.adding.refilling import Cell
from processors.adding.shares_of_reps import SharesOfReps
from processors.adding.slide import forget_sums
from processors.calendar import Period
from processors.panes import Panes
from processors.publishing.emission import Emission
from processors.publishing.records import LATENESS_US, is_final
from processors.windows import FINE_RETENTION_PANES, HOUR_PANES
from schemas.fact import PANE_US

SHOWN_AGAIN_MAX = 10_000
"""After a restart so many groups' running windows are published again, for readers that keep only those."""


def resume(cell: Cell, panes: Panes, emission: Emission, shares: SharesOfReps) -> None:
    """Note of a restored cell what is due: all that changed since what was emitted."""
    tier, group, number, fence, since_us, empty_us = cell
    calendar, plan = panes.calendar, panes.plan
    if tier == "o":
        return  # that a day is older changes nothing
    if tier == "d" and since_us and since_us + LATENESS_US > emission.clock_us:
        _resume_correction(cell, panes, emission, shares)
    if tier == "e":
        emission.closing.empty_gauges.resume(group, empty_us, emission.clock_us)
    if tier != "h":
        period = calendar.all_time if tier == "e" else calendar.day(number)
        emission.closing.empty_keys.resume(group, period, emission.clock_us)
    if fence <= emission.emitted:
        return
    if tier == "h":
        _note_rolling(group, plan.facts_in(group.hours[number]), panes)
    elif tier == "d":
        day = calendar.day(number)
        for period in calendar.periods_of(day)[:-1]:
            if period in group.periods:
                facts = plan.facts_in(group.periods[period])
                panes.note(group, period, facts)
                shares.follow(group, period, facts)
        _note_rolling(group, plan.facts_in(group.periods.get(day, ())), panes)
    else:
        facts = plan.facts_in(group.periods[calendar.all_time])
        panes.note(group, calendar.all_time, facts)
        panes.note(group, NOW, facts & plan.gauges | RETIRE)


def _resume_correction(cell: Cell, panes: Panes, emission: Emission, shares: SharesOfReps) -> None:
    """Note that a closed day was corrected lately, and so whatever was final and looks at it."""
    group, at_us, closing = cell.group, cell.since_us, emission.closing
    day = panes.calendar.day(cell.number)
    windows: dict[Window, int] = {
        period: panes.plan.facts_in(group.periods.get(period, ()))
        for period in panes.calendar.periods_of(day)[:-1]
    }
    emission.ripples.spread(windows, emission.clock_us)
    for window, facts in windows.items():
        if isinstance(window, Period) and is_final(window, at_us):
            closing.resume(group, window, day, at_us)
            team = shares.team_of(group, window, facts)
            if team is not None:
                closing.corrected[team, window] = at_us


def show_again(panes: Panes, emission: Emission) -> None:
    """Note running values again: the exported gauges start empty in a new process."""
    emission.ripples.resume()
    shown = panes.plan.catalog.prometheus.windows
    if panes.pane_now is None:
        return
    running = panes.calendar.periods_of(panes.calendar.day_of_pane(panes.pane_now))
    levels = {(), ("team",), ("rep",)}
    groups = [group for group in panes.groups.values() if group.signature in levels]
    for group in groups[:SHOWN_AGAIN_MAX]:
        facts = panes.plan.facts_in(group.periods.get(panes.calendar.all_time, ()))
        windows: tuple[Window, ...] = (*panes.plan.rolling, *running)
        for window in windows:
            if window.name in shown:
                panes.note_again(group, window, facts)
        panes.note_again(group, NOW, emission.closing.empty_gauges.shown(group, emission.clock_us))


def note_slid(panes: Panes, settled_us: int, clock_us: int) -> None:
    """Note windows of five-minute panes that moved between what was published whole and the clock.

    They are found again by what is in the panes; but the predecessor let go of panes that its clock had left.
    """
    settled, clock = settled_us // PANE_US, clock_us // PANE_US
    if settled == clock:
        return
    fine = [window for window in panes.plan.rolling if window.tier == "fine"]
    first = settled - FINE_RETENTION_PANES - HOUR_PANES
    for hour in [hour for hour in panes.hours if first <= hour * HOUR_PANES <= clock]:
        for group in panes.hours[hour]:
            for window in fine:
                # Made as of then: what left since is in the panes no more, and would never be seen leaving.
                forget_sums(group, window)
                panes.note(group, window, panes.plan.facts_in(group.hours[hour]) | RETIRE)


def note_all(panes: Panes, emission: Emission) -> None:
    """Note everything that there is to say, as what did not change: a closed period stays final."""
    plan, calendar, clock_us = panes.plan, panes.calendar, emission.clock_us
    today = calendar.day_at(clock_us).ordinal
    for group in panes.groups.values():
        windows: dict[Window, int] = {period: plan.facts_in(cell) for period, cell in group.periods.items()}
        ever = windows.get(calendar.all_time, 0)
        windows |= dict.fromkeys(plan.rolling, ever)
        windows[NOW] = emission.closing.empty_gauges.shown(group, clock_us)
        if group.signature in plan.looking_signatures:
            # Some KPIs have a value in each period since a group's first fact, whatever happened in it.
            for period in panes.periods_since_first(group, today):
                windows[period] = windows.get(period, 0) | plan.looking
        emission.ripples.spread(windows, clock_us)
        for window, facts in windows.items():
            panes.note_again(group, window, facts)


def _note_rolling(group: Group, facts: int, panes: Panes) -> None:
    """Note every rolling window: what was published may have left it, so with its tombstone if so."""
    for window in panes.plan.rolling:
        panes.note(group, window, facts | RETIRE)
