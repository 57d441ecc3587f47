"""The time of day: when it is next eight o'clock somewhere."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def next_us(clock: str, zone: ZoneInfo, after_us: int) -> int:
    """Return when the clock on the wall next shows `HH:MM`, after an instant; microseconds.

    A time that the clocks skip comes as much later as they skip, one that they repeat is taken the first time.
    """
    hour, minute = map(int, clock.split(":"))
    day = (_EPOCH + after_us * _MICROSECOND).astimezone(zone).date() - timedelta(days=1)
    while True:
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
        at_us = (moment.astimezone(UTC) - _EPOCH) // _MICROSECOND
        if at_us > after_us:
            return at_us
        day += timedelta(days=1)
