"""The business calendar: local days and the periods they belong to.

A pane of five minutes lies in one local day (offsets from UTC are multiples of a quarter of an
hour), a day in one week, month, quarter and year. Periods are made once and compared by identity.

A week is called by the year that its fourth day lies in, and by its number among the weeks of that year:
the first has 4 January. From Monday on these are the weeks of ISO 8601; from Sunday on, the
epidemiologists' (MMWR). So the labels have one form, and two weeks never share one.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from schemas.catalogs.working_hours import WEEKDAYS
from schemas.duration import HOUR_US
from schemas.events.directory import is_period
from schemas.fact import PANE_US

_QUARTER_PANES = 3
_QUARTER_HOUR_US = _QUARTER_PANES * PANE_US
_HOUR_PANES = HOUR_US // PANE_US


class Period:
    """A calendar period, half open: `start_us` <= t < `end_us`, microseconds UTC; None where unbounded."""

    __slots__ = ("end_us", "is_live", "label", "name", "ordinal", "start_us")

    def __init__(self, name: str, label: str | None, ordinal: int, start_us: int | None, end_us: int | None):
        self.name = name
        """Its window: `day`, `week`, …"""
        self.label = label
        self.ordinal = ordinal
        """A day's number since 0001-01-01, as `date.toordinal`; for longer periods that of the first day."""
        self.start_us = start_us
        self.end_us = end_us
        self.is_live = name == "day"
        """Whether it is among the windows that are published first while it runs; see `processors.publishing.turn`."""

    def __repr__(self) -> str:
        return f"Period({self.name}:{self.label})"


class Calendar:
    """Which periods a time belongs to, in a time zone.

    The fiscal year starts in a given month, the week on a given day.
    """

    def __init__(
        self, timezone: str = "UTC", fiscal_year_start_month: int = 1, week_start: str = "monday"
    ) -> None:
        self.zone = ZoneInfo(timezone)
        self._fiscal_start = fiscal_year_start_month
        self._week_start = WEEKDAYS.index(week_start)
        self._quarter_hours: dict[int, Period] = {}
        self._hours: dict[int, Period | None] = {}
        self._days: dict[int, Period] = {}
        self._periods: dict[tuple[str, str], Period] = {}
        self._of_day: dict[Period, tuple[Period, ...]] = {}
        self._calendar_of_day: dict[Period, tuple[Period, ...]] = {}
        self._previous: dict[Period, Period | None] = {}
        self._spans_after: dict[Period, tuple[int, tuple[Period, ...]]] = {}
        self.all_time = Period("all_time", None, 0, None, None)

    def day_of_pane(self, pane: int) -> Period:
        """Return the local day in which a five-minute pane lies."""
        quarter = pane // _QUARTER_PANES
        day = self._quarter_hours.get(quarter)
        if day is None:
            local = datetime.fromtimestamp(quarter * _QUARTER_HOUR_US // 1_000_000, UTC).astimezone(self.zone)
            day = self._quarter_hours[quarter] = self.day(local.toordinal())
        return day

    def day_at(self, t_us: int) -> Period:
        """Return the local day in which a moment lies."""
        return self.day_of_pane(t_us // PANE_US)

    def day_of_hour(self, hour: int) -> Period | None:
        """Return the local day in which an hour since the epoch lies; None when midnight falls inside it."""
        try:
            return self._hours[hour]
        except KeyError:
            pane = hour * _HOUR_PANES
            first, last = self.day_of_pane(pane), self.day_of_pane(pane + _HOUR_PANES - 1)
            day = self._hours[hour] = first if first is last else None
            return day

    def first_of_hour(self, pane: int) -> int:
        """Return the pane that stands for a pane's hour; where midnight falls inside it, for its quarter."""
        hour = pane // _HOUR_PANES
        return pane - pane % _QUARTER_PANES if self.day_of_hour(hour) is None else hour * _HOUR_PANES

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

    def periods_around(self, first: int, last: int) -> Iterable[Period]:
        """Return the days with ordinals from `first` to `last` and the longer periods that they are in, each once."""
        return dict.fromkeys(
            period
            for ordinal in range(first, last + 1)
            for period in self.calendar_periods_of(self.day(ordinal))
        )

    def period(self, window: str, label: str) -> Period | None:
        """Return the period of a calendar window with that label; None where there is none."""
        if not is_period(window, label):
            return None
        try:
            first = self._first_day(window, label)
            found = self.day(first.toordinal())
            if window != "day":
                found = next(period for period in self._longer(first) if period.name == window)
        except (ValueError, OverflowError):
            return None  # at the ends of the calendar
        return found if found.label == label else None

    def previous(self, period: Period) -> Period | None:
        """Return the period before; all time has none."""
        if period not in self._previous:
            self._previous[period] = None if period.label is None else self._ending_before(period)
        return self._previous[period]

    def _ending_before(self, period: Period) -> Period:
        last = self.day(period.ordinal - 1)
        return next(longer for longer in self.periods_of(last) if longer.name == period.name)

    def following(self, period: Period) -> Period:
        """Return the period after one that ends."""
        assert period.end_us is not None
        first = self.day_of_pane(period.end_us // PANE_US)
        return next(longer for longer in self.periods_of(first) if longer.name == period.name)

    def spans_after(self, period: Period, last: int) -> tuple[Period, ...]:
        """Return few days, months, quarters and years that follow a period without a gap, up to the day `last`.

        The last may end later. No weeks: these would keep others from where they begin.
        """
        known = self._spans_after.get(period)
        if known is None or known[0] != last:
            known = self._spans_after[period] = (last, tuple(self._find_spans(period, last)))
        return known[1]

    def _find_spans(self, period: Period, last: int) -> Iterator[Period]:
        following = self.following(period)
        while following.ordinal <= last:
            first = self.day(following.ordinal)
            _, _, *longer = self.calendar_periods_of(first)
            longest = next((one for one in reversed(longer) if one.ordinal == first.ordinal), first)
            yield longest
            following = self.following(longest)

    def _first_day(self, window: str, label: str) -> date:
        year = int(label[:4])
        match window:
            case "day":
                return date.fromisoformat(label)
            case "week":
                return self._week_of(date(year, 1, 4)) + timedelta(weeks=int(label[6:]) - 1)
            case "month":
                return date(year, int(label[5:]), 1)
        # A fiscal year is called by the calendar year in which it ends.
        start = date(year - (self._fiscal_start > 1), self._fiscal_start, 1)
        return start if window == "year" else _months_later(start, 3 * (int(label[6:]) - 1))

    def _week_of(self, day: date) -> date:
        """Return the first day of the week that a day lies in."""
        return day - timedelta(days=(day.weekday() - self._week_start) % 7)

    def _longer(self, day: date) -> list[Period]:
        week = self._week_of(day)
        fourth = week + timedelta(days=3)
        number = (fourth.timetuple().tm_yday - 1) // 7 + 1
        since_start = (day.month - self._fiscal_start) % 12
        fiscal_start = _months_later(day.replace(day=1), -since_start)
        # A fiscal year is called by the calendar year in which it ends.
        fiscal_year = _months_later(fiscal_start, 11).year
        quarter = since_start // 3
        month = day.replace(day=1)
        quarter_start = _months_later(fiscal_start, 3 * quarter)
        return [
            self._period("week", f"{fourth.year:04}-W{number:02}", week, week + timedelta(days=7)),
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


def first_pane(midnight_us: int) -> int:
    """Return the first five-minute pane that the calendar takes for later than a midnight.

    It looks by the quarter of an hour, of which a few offsets of long ago are no multiple.
    """
    return -(-midnight_us // _QUARTER_HOUR_US) * _QUARTER_PANES


def _months_later(first_of_month: date, months: int) -> date:
    index = first_of_month.year * 12 + first_of_month.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
