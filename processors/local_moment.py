"""A moment as people say it in a sentence: `19:50` of today, `Mon 19:50`, `9 Nov 19:50`, `9 Nov 2025 19:50`.

In English whatever the locale of the process, so that workers on different machines say the same.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def local_moment(at_us: int, said_us: int, zone: ZoneInfo) -> str:
    """Return a moment, to the minute, for who hears of it on the day of `said_us` in that zone."""
    at, said = _local(at_us, zone), _local(said_us, zone)
    days = (said.date() - at.date()).days
    clock = f"{at:%H:%M}"
    if days == 0:
        return clock
    if 0 < days < len(DAYS):
        return f"{DAYS[at.weekday()]} {clock}"
    year = "" if at.year == said.year else f" {at.year}"
    return f"{at.day} {MONTHS[at.month - 1]}{year} {clock}"


def _local(at_us: int, zone: ZoneInfo) -> datetime:
    return (_EPOCH + timedelta(microseconds=at_us)).astimezone(zone)
