"""Times for histories: moments at which calendars are easily wrong, and the ways to write a moment down."""

import functools
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SECOND_US = 1_000_000
MINUTE_US, HOUR_US, DAY_US = 60 * SECOND_US, 3600 * SECOND_US, 86_400 * SECOND_US
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Delay = int | tuple[str, int]
"""Microseconds, or (landmark, microseconds after it); the landmarks are those of `landmark_after`."""


def moment_after(t_us: int, delay: Delay, timezone: str, fiscal_year_start_month: int) -> int:
    """The moment `delay` later: never before `t_us`, and strictly after it where a landmark is meant."""
    if isinstance(delay, int):
        return t_us + delay
    name, offset_us = delay
    return landmark_after(t_us - offset_us, name, timezone, fiscal_year_start_month) + offset_us


def landmark_after(t_us: int, name: str, timezone: str, fiscal_year_start_month: int) -> int:
    """The first `midnight`, `month`, `fiscal year` (their starts) or `clock change` after a moment."""
    zone = ZoneInfo(timezone)
    day = (EPOCH + timedelta(microseconds=t_us)).astimezone(zone).date()
    if name == "clock change":
        return next((change for change in _clock_changes(timezone, day.year) if change > t_us), t_us + DAY_US)
    while True:
        day += timedelta(days=1)
        is_landmark = {
            "midnight": True,
            "month": day.day == 1,
            "fiscal year": (day.day, day.month) == (1, fiscal_year_start_month),
        }[name]
        start_us = micros(datetime.combine(day, time(), zone))
        if is_landmark and start_us > t_us:
            return start_us


@functools.lru_cache(maxsize=1000)
def _clock_changes(timezone: str, year: int) -> list[int]:
    """The moments in a year and the next at which the zone's offset changes, in order."""
    zone = ZoneInfo(timezone)

    def offset(hour: int) -> timedelta | None:
        return (first + timedelta(hours=hour)).astimezone(zone).utcoffset()

    first = datetime.combine(date(year, 1, 1), time(), UTC)
    hours = range(1, 2 * 366 * 24)
    return [micros(first + timedelta(hours=hour)) for hour in hours if offset(hour) != offset(hour - 1)]


def period_of(
    t_us: int, window: str, timezone: str, fiscal_year_start_month: int, *, later_days: int = 0
) -> str:
    """The label of the calendar period that holds a moment, or the date some days after it."""
    day = (EPOCH + timedelta(microseconds=t_us)).astimezone(ZoneInfo(timezone)).date() + timedelta(
        days=later_days
    )
    fiscal_month = (day.month - fiscal_year_start_month) % 12
    fiscal_year = day.year + (fiscal_year_start_month > 1 and day.month >= fiscal_year_start_month)
    iso_year, week, _ = day.isocalendar()
    return {
        "day": f"{day}",
        "week": f"{iso_year}-W{week:02d}",
        "month": f"{day:%Y-%m}",
        "quarter": f"{fiscal_year}-Q{fiscal_month // 3 + 1}",
        "year": f"{fiscal_year}",
    }[window]


def micros(moment: datetime) -> int:
    """Microseconds since the epoch."""
    return (moment.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)


def instant(text: str) -> int:
    """Microseconds since the epoch of an ISO 8601 time; UTC where it has no offset."""
    moment = datetime.fromisoformat(text)
    return micros(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def written(t_us: int, style: int = 0) -> str:
    """A moment in one of the six ways of RFC 3339 that the contract allows."""
    moment = EPOCH + timedelta(microseconds=t_us)
    text = moment.isoformat().removesuffix("+00:00")
    match style % 6:
        case 1:
            return (moment + timedelta(hours=2)).isoformat().removesuffix("+00:00") + "+02:00"
        case 2:
            return (moment - timedelta(hours=5, minutes=30)).isoformat().removesuffix("+00:00") + "-05:30"
        case 3:
            return text.lower() + "z"
        case 4:
            return text.replace("T", " ") + "Z"
        case 5:  # beyond microseconds: to be cut, not rounded
            return moment.strftime("%Y-%m-%dT%H:%M:%S.%f") + "999Z"
        case _:
            return text + "Z"
