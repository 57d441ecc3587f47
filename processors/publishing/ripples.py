"""Ripples: values that change without a fact of their own in the window.

Growth looks at the period before, churn at all that came before, arithmetic at windows that it names, and
the age of the oldest at the clock. So a change in one window is a change in others, and the turn of a
period is one in itself: where something begins, and where what was looked at is over.
"""

from collections.abc import Iterator

from processors.adding.group import FLAGS, NOW, UNSEEN, Group, Window
from processors.calendar import Period
from processors.panes import Panes
from processors.valuing.earlier import HOURLY_WINDOWS
from schemas.duration import HOUR_US
from schemas.fact import PANE_US


class Ripples:
    """Finds the windows that are due as well."""

    def __init__(self, panes: Panes):
        self._panes = panes
        self._plan = panes.plan
        self._aging: dict[Group, None] = {}
        """Groups in which something is open whose age is told."""

    def spread(self, windows: dict[Window, int], now_us: int) -> None:
        """Add to the changed windows of a group those that look at them."""
        plan = self._plan
        for window, facts in [*windows.items()]:
            facts &= ~FLAGS
            for name, bits in plan.follows.get(window.name, {}).items():
                if facts & bits:
                    _note(windows, self._panes.window(name, now_us // PANE_US), facts & bits)
            if not isinstance(window, Period) or window.end_us is None:
                continue
            if facts & plan.growth and window.end_us <= now_us:
                _note(windows, self._panes.calendar.following(window), facts & plan.growth)
            if facts & plan.openings and window.name == "day" and window.end_us <= now_us:
                for later in self._begun(window.end_us, now_us):
                    _note(windows, later, facts & plan.openings | UNSEEN)

    def turn(self, before_us: int, now_us: int) -> None:
        """Note what the clock moved: periods that began, and the age of what is open."""
        panes, plan = self._panes, self._plan
        for group in self._aging:
            panes.note(group, NOW, plan.aging)
        if not before_us:
            return
        self._turn_parts(before_us, now_us)
        if not plan.looking:
            return
        self._turn_hour(before_us, now_us)
        begun = [*self._begun(before_us + 1, now_us)]
        if begun:
            for group in panes.groups.values():
                if group.signature in plan.looking_signatures:
                    for period in begun:
                        # Of one that is over when it is told, after a sleep, this is the first word and no correction.
                        panes.note_again(group, period, plan.looking)

    def _turn_parts(self, before_us: int, now_us: int) -> None:
        """Note what looks at the running day, week and so on, where another one runs now.

        It has what came ahead of the clock already, and not what the one before had.
        """
        panes, plan, calendar = self._panes, self._plan, self._panes.calendar
        then, today = (calendar.calendar_periods_of(calendar.day_at(at_us)) for at_us in (before_us, now_us))
        for ended, runs in zip(then, today, strict=True):
            followers = plan.follows.get(runs.name)
            if not followers or ended is runs:
                continue
            for period in (ended, runs):
                for group in panes.periods.get(period, ()):
                    facts = plan.facts_in(group.periods[period])
                    for name, bits in followers.items():
                        if facts & bits:
                            panes.note(group, panes.window(name, now_us // PANE_US), facts & bits)

    def _turn_hour(self, before_us: int, now_us: int) -> None:
        """Note what is compared with as much of the period before: full hours, and local days of long periods."""
        panes, plan, calendar = self._panes, self._plan, self._panes.calendar
        if not plan.same_elapsed or before_us // HOUR_US == now_us // HOUR_US:
            return
        then, today = calendar.day_at(before_us), calendar.day_at(now_us)
        # Also those that ended meanwhile: they are compared with all of the one before.
        for period in calendar.periods_around(then.ordinal, today.ordinal):
            if then is today and period.name not in HOURLY_WINDOWS:
                continue
            before = calendar.previous(period)
            found = dict.fromkeys(panes.periods.get(period, ()))
            if before is not None:
                found |= dict.fromkeys(panes.periods.get(before, ()))
            for group in found:
                if group.signature in plan.looking_signatures:
                    panes.note_looked_at(group, period, plan.same_elapsed)

    def _begun(self, since_us: int, now_us: int) -> Iterator[Period]:
        """Yield the calendar periods that began at `since_us` or later, up to now; each once."""
        calendar = self._panes.calendar
        first, last = (calendar.day_at(at_us).ordinal for at_us in (since_us, now_us))
        for period in calendar.periods_around(first, last):
            if period.start_us is not None and period.start_us >= since_us:
                yield period

    def age(self, group: Group, is_open: bool) -> None:
        """Take down whether something is open in a group whose age is told."""
        if is_open:
            self._aging[group] = None
        else:
            self._aging.pop(group, None)

    def resume(self) -> None:
        """Find after a restart where something is open."""
        ever = self._panes.calendar.all_time
        for group in self._panes.groups.values():
            cell = group.periods.get(ever, {})
            if self._plan.facts_in(slot for slot, count in cell.items() if count > 0) & self._plan.aging:
                self._aging[group] = None


def _note(windows: dict[Window, int], window: Window, facts: int) -> None:
    windows[window] = windows.get(window, 0) | facts
