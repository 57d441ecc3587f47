"""What a running period is compared with: the same part of an earlier one.

Hours (UTC) are the finest panes that reach back for weeks, and local days the finest for months. So "the same
time" is local time cut to the last full hour; and for quarters and years, whose predecessor is longer ago
than hours are kept, to the last midnight. Both sides of a comparison are cut alike, so that neither has
more than the other. A day that a clock change shortened or lengthened is cut where its own clock shows that
time; in an hour that comes twice, twice at the same place.
"""

from datetime import UTC, date, datetime
from typing import NamedTuple

from processors.calendar import Calendar, Period
from schemas.duration import HOUR_US
from schemas.fact import PANE_US

HOURLY_WINDOWS = frozenset({"day", "week", "month"})
"""Their predecessor's hours are kept still: it began 62 days ago at most, and is cut within 46."""


class Part(NamedTuple):
    """A period from its start to a cut; the sum of the panes named."""

    period: Period
    whole: bool
    """The period is over: its own sum is what is asked for."""
    days: range
    """Ordinals of the whole local days before the day of the cut."""
    panes: range
    """Five-minute panes of the day of the cut before its first full hour: empty unless midnight falls inside one."""
    hours: range
    """Full hours since the epoch, of the day of the cut."""

    def until_us(self, calendar: Calendar) -> int | None:
        """Return the cut; None where there is none."""
        if self.whole:
            return None
        if self.hours.stop:
            return self.hours.stop * HOUR_US
        return calendar.day(self.days.stop).start_us if self.days.stop else self.period.start_us


def part_until(calendar: Calendar, period: Period, cut_us: int, hourly: bool = True) -> Part:
    """Return the part of a period up to the last full hour, or local midnight, at or before an instant."""
    assert period.start_us is not None
    assert period.end_us is not None
    nothing = range(0)
    if cut_us >= period.end_us:
        after = calendar.day_of_pane(period.end_us // PANE_US).ordinal
        return Part(period, True, range(period.ordinal, after), nothing, nothing)
    if cut_us < period.start_us:
        return Part(period, False, nothing, nothing, nothing)
    day = calendar.day_of_pane(cut_us // PANE_US)
    days = range(period.ordinal, day.ordinal)
    if not hourly:
        return Part(period, False, days, nothing, nothing)
    assert day.start_us is not None
    first, last = -(-day.start_us // HOUR_US), cut_us // HOUR_US
    if first > last:
        return Part(period, False, days, nothing, nothing)
    panes = range(day.start_us // PANE_US, first * HOUR_US // PANE_US)
    return Part(period, False, days, panes, range(first, last))


def same_elapsed(calendar: Calendar, period: Period, now_us: int) -> tuple[Part, Part] | None:
    """Return the elapsed part of a period, and the same of the period before it; None for all time.

    The same: as many days and the same time of the next one by the local clock. Where the period before
    is shorter (30 March and February), all of it. A period that is over is compared as a whole.
    """
    before = calendar.previous(period)
    if before is None:
        return None
    assert period.end_us is not None
    assert before.end_us is not None
    hourly = period.name in HOURLY_WINDOWS
    if now_us >= period.end_us:
        return part_until(calendar, period, now_us), part_until(calendar, before, before.end_us)
    cut_us = now_us // HOUR_US * HOUR_US if hourly else now_us
    days = calendar.day_of_pane(cut_us // PANE_US).ordinal - period.ordinal
    at_us = before.end_us
    if before.ordinal + days < period.ordinal:
        at_us = same_time_us(calendar, calendar.day(before.ordinal + days), cut_us)
    return part_until(calendar, period, cut_us, hourly), part_until(calendar, before, at_us, hourly)


def same_weekdays(calendar: Calendar, day: Period, count: int = 4) -> tuple[Period, ...]:
    """Return the last same weekdays before a day, the latest first."""
    return tuple(calendar.day(day.ordinal - 7 * weeks) for weeks in range(1, count + 1))


def same_time(calendar: Calendar, day: Period, now_us: int, count: int = 4) -> tuple[Part, ...]:
    """Return the last same weekdays before a day, each up to the last full hour that the clock showed on it.

    Whole days when the day is over.
    """
    days = same_weekdays(calendar, day, count)
    assert day.start_us is not None
    assert day.end_us is not None
    if now_us >= day.end_us:
        return tuple(part_until(calendar, other, other.end_us or 0) for other in days)
    cut_us = max(now_us // HOUR_US * HOUR_US, day.start_us)
    return tuple(part_until(calendar, other, same_time_us(calendar, other, cut_us)) for other in days)


def same_time_us(calendar: Calendar, day: Period, t_us: int) -> int:
    """Return when the clock showed on that day what it shows at an instant.

    Of two times the first; of a time that the clock skipped, the change.
    """
    local = datetime.fromtimestamp(t_us // 1_000_000, UTC).astimezone(calendar.zone)
    wanted = datetime.combine(date.fromordinal(day.ordinal), local.time().replace(fold=0), calendar.zone)
    at_s = int(wanted.timestamp())
    if _shown(calendar, at_s) != wanted.replace(tzinfo=None):
        # In a gap the clock is ahead or behind of what is wanted; the change lies between the two readings.
        low, high = sorted((at_s, int(wanted.replace(fold=1).timestamp())))
        while low < high:
            middle = (low + high) // 2
            if _shown(calendar, middle) > wanted.replace(tzinfo=None):
                high = middle
            else:
                low = middle + 1
        at_s = low
    return at_s * 1_000_000 + t_us % 1_000_000


def _shown(calendar: Calendar, t_s: int) -> datetime:
    return datetime.fromtimestamp(t_s, UTC).astimezone(calendar.zone).replace(tzinfo=None)
