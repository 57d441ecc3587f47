"""The business calendar: local days and the periods they belong to.

A pane of five minutes lies in one local day (offsets from UTC are multiples of a quarter of an
hour), a day in one week, month, quarter and year. Periods are made once and compared by identity.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

CALENDAR_WINDOWS = ("day", "week", "month", "quarter", "year")
_QUARTER_HOUR_S = 900
HOUR_US = 3_600_000_000


class Period:
    """A calendar period, half open: `start_us` <= t < `end_us`, microseconds UTC; None where unbounded."""

    __slots__ = ("end_us", "label", "name", "ordinal", "start_us")

    def __init__(self, name: str, label: str | None, ordinal: int, start_us: int | None, end_us: int | None):
        self.name = name
        """Its window: `day`, `week`, …"""
        self.label = label
        self.ordinal = ordinal
        """A day's number since 0001-01-01, as `date.toordinal`; for longer periods that of the first day."""
        self.start_us = start_us
        self.end_us = end_us

    def __repr__(self) -> str:
        return f"Period({self.name}:{self.label})"


class Calendar:
    """Which periods a time belongs to, in a time zone, with a fiscal year that starts in a given month."""

    def __init__(self, timezone: str = "UTC", fiscal_year_start_month: int = 1):
        self.zone = ZoneInfo(timezone)
        self._fiscal_start = fiscal_year_start_month
        self._quarter_hours: dict[int, Period] = {}
        self._hours: dict[int, Period | None] = {}
        self._days: dict[int, Period] = {}
        self._periods: dict[tuple[str, str], Period] = {}
        self._of_day: dict[Period, tuple[Period, ...]] = {}
        self._calendar_of_day: dict[Period, tuple[Period, ...]] = {}
        self.all_time = Period("all_time", None, 0, None, None)

    def day_of_pane(self, pane: int) -> Period:
        """Return the local day in which a five-minute pane lies."""
        quarter = pane // 3
        day = self._quarter_hours.get(quarter)
        if day is None:
            local = datetime.fromtimestamp(quarter * _QUARTER_HOUR_S, UTC).astimezone(self.zone)
            day = self._quarter_hours[quarter] = self.day(local.toordinal())
        return day

    def day_of_hour(self, hour: int) -> Period | None:
        """Return the local day in which an hour since the epoch lies; None when midnight falls inside it."""
        try:
            return self._hours[hour]
        except KeyError:
            first, last = self.day_of_pane(hour * 12), self.day_of_pane(hour * 12 + 11)
            day = self._hours[hour] = first if first is last else None
            return day

    def hours_from(self, day: Period) -> range:
        """Return the hours since the epoch that begin in a local day."""
        assert day.start_us is not None
        assert day.end_us is not None
        return range(-(-day.start_us // HOUR_US), -(-day.end_us // HOUR_US))

    def day(self, ordinal: int) -> Period:
        """Return the local day with that ordinal."""
        day = self._days.get(ordinal)
        if day is None:
            label = date.fromordinal(ordinal).isoformat()
            day = Period("day", label, ordinal, self._midnight_us(ordinal), self._midnight_us(ordinal + 1))
            self._days[ordinal] = day
        return day

    def periods_of(self, day: Period) -> tuple[Period, ...]:
        """Return the day, its week, month, quarter, year, and all time."""
        found = self._of_day.get(day)
        if found is None:
            found = self._of_day[day] = (day, *self._longer(date.fromordinal(day.ordinal)), self.all_time)
        return found

    def calendar_periods_of(self, day: Period) -> tuple[Period, ...]:
        """Return the day, its week, month, quarter and year."""
        found = self._calendar_of_day.get(day)
        if found is None:
            found = self._calendar_of_day[day] = self.periods_of(day)[:-1]
        return found

    def _longer(self, day: date) -> list[Period]:
        week = day - timedelta(days=day.weekday())
        iso = day.isocalendar()
        since_start = (day.month - self._fiscal_start) % 12
        fiscal_start = _months_later(day.replace(day=1), -since_start)
        # A fiscal year is called by the calendar year in which it ends.
        fiscal_year = _months_later(fiscal_start, 11).year
        quarter = since_start // 3
        month = day.replace(day=1)
        quarter_start = _months_later(fiscal_start, 3 * quarter)
        return [
            self._period("week", f"{iso.year}-W{iso.week:02d}", week, week + timedelta(days=7)),
            self._period("month", f"{day.year}-{day.month:02d}", month, _months_later(month, 1)),
            self._period(
                "quarter", f"{fiscal_year}-Q{quarter + 1}", quarter_start, _months_later(quarter_start, 3)
            ),
            self._period("year", f"{fiscal_year}", fiscal_start, _months_later(fiscal_start, 12)),
        ]

    def _period(self, window: str, label: str, first: date, after: date) -> Period:
        period = self._periods.get((window, label))
        if period is None:
            start, end = self._midnight_us(first.toordinal()), self._midnight_us(after.toordinal())
            period = self._periods[(window, label)] = Period(window, label, first.toordinal(), start, end)
        return period

    def _midnight_us(self, ordinal: int) -> int:
        # Where a clock change skips midnight this gives the instant of the change: the day's true start.
        local = datetime.combine(date.fromordinal(ordinal), datetime.min.time(), self.zone)
        return int(local.timestamp()) * 1_000_000


def _months_later(first_of_month: date, months: int) -> date:
    index = first_of_month.year * 12 + first_of_month.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
