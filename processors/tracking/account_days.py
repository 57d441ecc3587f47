"""Panes, local days and longer periods, as the counting of distinct accounts looks at them."""

from processors.calendar import Calendar, Period, first_pane
from schemas.catalogs.distinct import DAY, MONTH, QUARTER, WEEK, YEAR

Spans = tuple[tuple[int, int, int], ...]
"""Periods: bit, first pane, first pane after."""

_BITS = {"day": DAY, "week": WEEK, "month": MONTH, "quarter": QUARTER, "year": YEAR}


class Days:
    """What is asked of the calendar again and again, by pane."""

    def __init__(self, calendar: Calendar):
        self._calendar = calendar
        self._spans: dict[Period, Spans] = {}
        self.day_of = calendar.day_of_pane
        self.first_of_hour = calendar.first_of_hour

    def differ(self, pane: int, other: int) -> int:
        """Return the bits of the calendar periods in which two panes don't lie together."""
        day, other_day = self.day_of(pane), self.day_of(other)
        if day is other_day:
            return 0
        bits = DAY
        _, week, month, quarter, year, _ = self._calendar.periods_of(day)
        _, other_week, other_month, other_quarter, other_year, _ = self._calendar.periods_of(other_day)
        if week is not other_week:
            bits |= WEEK
        if month is not other_month:
            bits |= MONTH
        if quarter is not other_quarter:
            bits |= QUARTER
        if year is not other_year:
            bits |= YEAR
        return bits

    def spans(self, pane: int) -> Spans:
        """Return the periods that a pane lies in, the day first. All time, which has no bounds, is left out."""
        day = self.day_of(pane)
        spans = self._spans.get(day)
        if spans is None:
            spans = self._spans[day] = tuple(
                (_BITS[period.name], first_pane(period.start_us), first_pane(period.end_us))
                for period in self._calendar.periods_of(day)
                if period.start_us is not None and period.end_us is not None
            )
        return spans

    def first_of_day(self, pane: int) -> int:
        """Return the pane that stands for a pane's local day."""
        return self.spans(pane)[0][1]
