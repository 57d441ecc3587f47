"""A moment as people say it in a sentence: `19:50` of today, `Mon 19:50`, `9 Nov 19:50`, `9 Nov 2025 19:50`.

Or in full, where it stands by itself: `2026-11-21 10:15 CET`.

In English whatever the locale of the process, so that workers on different machines say the same.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from processors.reading.event_time import decode_time

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


def local_minute(time: str, zone: ZoneInfo) -> str:
    """Return an RFC 3339 time in a zone, which it names; what is no time as it is."""
    try:
        at = _local(decode_time(time), zone)
    except ValueError:
        return time
    name = f"{at:%Z}"
    return f"{at:%Y-%m-%d %H:%M} {name if name.isalpha() else f'UTC{at.isoformat()[-6:]}'}"


def _local(at_us: int, zone: ZoneInfo) -> datetime:
    return (_EPOCH + timedelta(microseconds=at_us)).astimezone(zone)
