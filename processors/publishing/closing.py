"""Closing: periods that end become final an hour later, corrections open them again, empty keys leave in a week.

All of it is what time does to records without a fact of their own.
"""

from collections import OrderedDict
from collections.abc import Iterable

from processors.adding.group import NOW, RETIRE, Group, Window
from processors.calendar import Period
from processors.panes import Panes
from processors.publishing.empty_gauges import EmptyGauges
from processors.publishing.empty_keys import EmptyKeys
from processors.publishing.records import LATENESS_US, is_final


class Closing:
    """What of one roll-up must be looked at again when time has passed."""

    def __init__(self, panes: Panes):
        self._panes = panes
        self._plan = panes.plan
        self.corrected: dict[tuple[Group, Period], int] = {}
        """Closed periods whose records aren't final because they were corrected then (microseconds)."""
        self._written_with: OrderedDict[tuple[Group, Period], tuple[Period, int]] = OrderedDict()
        """By corrected period the day whose cell says so after a restart, and when it was corrected, oldest first.

        Until it is told that it is final again: what the clock moved and nobody was told of is found again from here.
        What a predecessor noted comes first, in any order: some of it is kept for longer than it need be.
        """
        self.empty_keys = EmptyKeys(panes)
        self.empty_gauges = EmptyGauges(panes)

    def note_correction(self, group: Group, window: Window, facts: int, now_us: int) -> bool:
        """Note that facts changed in a window; return whether that corrects a closed period."""
        if facts & RETIRE or not isinstance(window, Period) or not is_final(window, now_us):
            return False
        self.corrected[group, window] = now_us
        day = self._latest_day(group, window)
        if day is not None:
            # It may have been written before this was known.
            self._note_written_with(group, window, day, now_us)
            self._panes.touched.days[day].add(group)
        return True

    def resume(self, group: Group, window: Period, day: Period, at_us: int) -> None:
        """Take what the cell of a day says: that a closed period was corrected then."""
        self.corrected[group, window] = at_us
        self._note_written_with(group, window, day, at_us)

    def _note_written_with(self, group: Group, window: Period, day: Period, at_us: int) -> None:
        self._written_with[group, window] = day, at_us
        self._written_with.move_to_end((group, window))

    def _latest_day(self, group: Group, period: Period) -> Period | None:
        """Return the latest day of a period that a group has anything in."""
        assert period.end_us is not None
        calendar = self._panes.calendar
        for ordinal in range(calendar.day_at(period.end_us - 1).ordinal, period.ordinal - 1, -1):
            day = calendar.day(ordinal)
            if day in group.periods:
                return day
        return None

    def corrected_us(self, group: Group, day: Period) -> int:
        """Return when a period was corrected last of which this day's cell says so; 0: none was."""
        latest_us, written_with = 0, self._written_with
        if written_with:
            for period in self._panes.calendar.periods_of(day):
                said = written_with.get((group, period))
                if said is not None and said[0] == day and said[1] > latest_us:
                    latest_us = said[1]
        return latest_us

    def settle(self, settled_us: int) -> None:
        """Take that what the clock moved until then was published."""
        written_with = self._written_with
        while written_with:
            key, (_, at_us) = next(iter(written_with.items()))
            if at_us + LATENESS_US > settled_us:
                return
            del written_with[key]

    def turn(self, before_us: int, now_us: int) -> None:
        """Note what the clock made final since then, and what it takes away."""
        panes = self._panes
        for period in self._became_final(before_us, now_us):
            for group in panes.periods.get(period, ()):
                self._note_final(group, period)
            # Some KPIs have a value where there are no facts.
            for group in panes.groups.values():
                if period not in group.periods and group.signature in self._plan.looking_signatures:
                    self._note_final(group, period)
        for (group, period), at_us in [*self.corrected.items()]:
            if at_us + LATENESS_US <= now_us:
                del self.corrected[group, period]
                self._note_final(group, period)
        for group, window, facts in self.empty_keys.due(before_us, now_us):
            panes.note_retired(group, window, facts)
        for group, facts in self.empty_gauges.due(before_us, now_us):
            panes.note(group, NOW, facts | RETIRE)

    def _note_final(self, group: Group, period: Period) -> None:
        facts = self._plan.facts_in(group.periods.get(period, ()))
        if group.signature in self._plan.looking_signatures:
            facts |= self._plan.looking
        if facts:
            self._panes.note_again(group, period, facts)

    def _became_final(self, before_us: int, now_us: int) -> Iterable[Period]:
        """Return the calendar periods that are final since then, each once."""
        calendar = self._panes.calendar
        first, last = (calendar.day_at(at_us - LATENESS_US).ordinal for at_us in (before_us, now_us))
        return [
            period
            for period in calendar.periods_around(first, last)
            if is_final(period, now_us) and not is_final(period, before_us)
        ]
