"""The oldest that is open: in which pane its fact lies, as fine as panes of that age are."""

from collections.abc import Iterable, Mapping
from itertools import islice

from processors.adding.group import Group
from processors.calendar import Period
from processors.panes import Panes
from processors.planning.vector import Vector
from processors.windows import FINE_RETENTION_PANES, HOUR_PANES, HOUR_RETENTION
from schemas.duration import HOUR_US
from schemas.fact import PANE_US


class OpenDays:
    """On which days of a group there is something open: known from the last time, so that not all days are looked at.

    Whether it is on no other day is proven each time: what is open on all days is what is open in all. Where
    something is older than days are kept, all are looked at each time.
    """

    __slots__ = ("_days", "_seen")

    def __init__(self) -> None:
        self._days: list[Period] = []
        self._seen = 0
        """How many periods the group had."""

    def counts(self, periods: dict[Period, Vector], slot: int, total: int, after: int) -> dict[Period, int]:
        """Return how many are open by day, of days whose ordinal is above `after`; all sum to `total` or less."""
        came, self._seen = len(periods) - self._seen, len(periods)
        if came > 0:  # a dictionary has new keys at its end
            self._take(islice(reversed(periods), came), periods, slot)
        counts = self._counts(periods, slot, after)
        if sum(counts.values()) != total:
            self._days.clear()
            self._take(periods, periods, slot)
            counts = self._counts(periods, slot, after)
        return counts

    def _take(self, among: Iterable[Period], periods: Mapping[Period, Vector], slot: int) -> None:
        self._days += [
            period for period in among if period.name == "day" and periods[period].get(slot, 0) > 0
        ]

    def _counts(self, periods: Mapping[Period, Vector], slot: int, after: int) -> dict[Period, int]:
        return {
            day: count
            for day in self._days
            if day.ordinal > after and day in periods and (count := periods[day].get(slot, 0)) > 0
        }


def oldest_us(panes: Panes, group: Group, slot: int, pane_now: int, open_days: OpenDays) -> int | None:
    """Return the start of the oldest pane in which a slot of a group is above 0, in microseconds.

    What is older than days are kept counts from the first of these: it is at least that old.
    """
    floor, periods = panes.day_floor, group.periods
    ever = periods.get(panes.calendar.all_time)
    total = 0 if ever is None else ever.get(slot, 0)
    counts = open_days.counts(periods, slot, total, floor.ordinal)
    if total > sum(counts.values()):
        return floor.end_us
    if not counts:
        return None
    day = min(counts, key=lambda period: period.ordinal)
    assert day.start_us is not None
    assert day.end_us is not None
    first, last = day.start_us // HOUR_US, (day.end_us - 1) // HOUR_US
    # Beside what was younger on that day there may be what is kept less finely by now.
    hour = _oldest(
        group.hours, slot, range(first, last + 1), pane_now // HOUR_PANES - HOUR_RETENTION, counts[day]
    )
    if hour is None:
        return day.start_us
    of_hour = range(hour * HOUR_PANES, (hour + 1) * HOUR_PANES)
    pane = _oldest(group.fines, slot, of_hour, pane_now - FINE_RETENTION_PANES, group.hours[hour][slot])
    # An hour is one of UTC: where midnight falls into it, it began the day before.
    return hour * HOUR_US if pane is None else pane * PANE_US


def _oldest(cells: Mapping[int, Vector], slot: int, among: range, floor: int, count: int) -> int | None:
    """Return the first cell above the floor with more than 0 of a slot; None where all such have less than `count`."""
    found = None
    for index in range(max(among.start, floor + 1), among.stop):
        here = cells[index].get(slot, 0) if index in cells else 0
        if here > 0:
            count -= here
            if found is None:
                found = index
    return None if count > 0 else found
