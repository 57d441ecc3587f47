"""What a local day had before its first full hour, where midnight falls inside one.

Five-minute panes say it for 26 hours only. Of days before it follows from hours and days: an hour with midnight
in it is the end of one day and the beginning of the next, and a day is its beginning, its full hours and its end.
So one is known from the next, up to one of which the panes are there or the hour is empty, as it mostly is.
"""

from processors.adding.group import Group
from processors.calendar import Period
from processors.panes import Panes
from processors.planning.vector import Vector, subtract, summed
from processors.windows import HOUR_PANES
from schemas.fact import PANE_US


def beginning(panes: Panes, group: Group, day: Period) -> Vector:
    """Return the sums of a group from a local midnight to the next full hour: nothing where that is at once."""
    later: list[Period] = []
    known: Vector = {}
    while (first := _first_pane(day)) % HOUR_PANES and first // HOUR_PANES in group.hours:
        if first > panes.fine_floor():
            hour = range(first, (first // HOUR_PANES + 1) * HOUR_PANES)
            known = summed(group.fines[pane] for pane in hour if pane in group.fines)
            break
        later.append(day)
        day = panes.calendar.day(day.ordinal + 1)
    for day in reversed(later):
        # The last of these hours is the first of the next day as well.
        found = summed((group.periods.get(day, {}), known))
        for at in panes.calendar.hours_from(day):
            subtract(found, group.hours.get(at, {}))
        # Of what is there; some sums are kept by the day and nowhere finer.
        had = group.hours[_first_pane(day) // HOUR_PANES]
        known = {slot: amount for slot, amount in found.items() if amount and slot in had}
    return known


def _first_pane(day: Period) -> int:
    assert day.start_us is not None
    return day.start_us // PANE_US
