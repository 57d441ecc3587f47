"""Corrections in a replay: which closed periods late events changed, by a clock that goes with the events.

A worker that heard each event at its time would have taken the `final` of their records back for an hour. An event
that is older than one before it in the file came as late as that one.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from processors.calendar import Calendar, Period
from processors.group import Group, Route
from processors.records import LATENESS_US, is_final
from processors.rows import Row
from schemas.fact import PANE_US


class Corrections:
    """Rows of the last hour, by the events' clock, that lie in days which were closed by then."""

    def __init__(self, calendar: Calendar):
        self._calendar = calendar
        self._late: deque[tuple[int, Row]] = deque()

    def take(self, rows: Sequence[Row], clock_us: int) -> None:
        """Take the rows of an event that came when the clock showed that."""
        while self._late and self._late[0][0] + LATENESS_US <= clock_us:
            self._late.popleft()
        # The day that ended last may not be final yet; `at` looks closer.
        today = self._calendar.day_at(clock_us).start_us
        assert today is not None
        self._late += [(clock_us, row) for row in rows if row[2] * PANE_US < today]

    def at(self, now_us: int, routes: Mapping[str, Route]) -> set[tuple[Group, Period]]:
        """Return the periods that are not final at a moment, since they were corrected less than an hour ago."""
        return {
            (group, period)
            for clock_us, (_, _, pane, _, text) in self._late
            if clock_us + LATENESS_US > now_us and not routes[text].now_only
            for period in self._closed(pane, clock_us)
            for group in routes[text].groups
        }

    def _closed(self, pane: int, clock_us: int) -> Iterator[Period]:
        calendar = self._calendar
        for period in calendar.calendar_periods_of(calendar.day_of_pane(pane)):
            if is_final(period, clock_us):
                yield period
