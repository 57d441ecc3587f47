"""Event time: RFC 3339 text to microseconds since the epoch.

`2026-11-21T09:05:12.5+01:00`; `t` or a space in place of `T`, and `z` for `Z`, are read too. Digits
beyond microseconds are cut. The second 60 is read where a leap second can be, in the last minute (UTC)
of a month, and is the first second of the next minute.
"""

import re
from datetime import date
from typing import Final

from schemas.duration import DAY_US, MINUTE_US, SECOND_US

_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_FIRST_US: Final = (date.min.toordinal() - _EPOCH_DAY) * DAY_US
_LAST_US: Final = (date.max.toordinal() + 1 - _EPOCH_DAY) * DAY_US - 1

_SHAPE: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)
_MICROS_LENGTH: Final = len("05.123456Z")
_MINUTES_MAX: Final = 65_536
_TAILS_MAX: Final = 65_536
_minutes: dict[str, int] = {}
_tails: dict[str, int] = {}
"""What was read before: the start of a minute by the text up to and with the seconds' colon, and what
the rest of the text adds to it (seconds, and the offset). Both are pure functions of their text, so
keeping them is no state; most events come in a minute that was seen."""


_seconds: Final = {f"{second:02}.": second * SECOND_US for second in range(60)}
_millis: Final = {f"{milli:03}Z": milli * 1_000 for milli in range(1_000)}
"""Most events say their time in milliseconds: these tables are small, and so at hand."""


def decode_time(text: str) -> int:
    """Return microseconds since the epoch, UTC. Raises ValueError with a sentence about what is wrong."""
    minute = _minutes.get(text[:17])
    if minute is not None:
        second, millis = _seconds.get(text[17:20]), _millis.get(text[20:])
        if second is not None and millis is not None:
            return minute + second + millis
        tail = text[17:]
        added = _tails.get(tail)
        if added is not None:
            return minute + added
        # Seconds and fraction together are a number of microseconds (six digits; too many to be kept).
        if tail[2:3] == "." and tail[-1] == "Z" and len(tail) == _MICROS_LENGTH:
            digits = tail[:2] + tail[3:-1]
            if digits < "60" and digits.isdecimal() and digits.isascii():
                return minute + int(digits)
    return _read_time(text)


def _read_time(text: str) -> int:
    """Read a text in full, and keep what will do for others."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise ValueError("is no RFC 3339 date and time with an offset, such as 2026-11-21T09:05:12Z")
    year, month, day, hour, minute, second = map(int, match.group(1, 2, 3, 4, 5, 6))
    try:
        days = date(year, month, day).toordinal() - _EPOCH_DAY
    except ValueError:
        raise ValueError("has a date that doesn't exist") from None
    if hour > 23 or minute > 59 or second > 60:
        raise ValueError("has a time of day that doesn't exist")
    offset_us = _offset_us(match)
    fraction = match.group(7) or ""
    fraction_us = int(fraction[:6].ljust(6, "0"))
    minute_us = days * DAY_US + (hour * 60 + minute) * MINUTE_US
    tail_us = second * SECOND_US + fraction_us - offset_us
    if not _FIRST_US <= minute_us + tail_us <= _LAST_US:
        raise ValueError("lies outside the years 0001 to 9999")
    if second == 60:
        if not _ends_month(minute_us - offset_us):
            raise ValueError("has a second 60 where no leap second can be")
    else:
        _keep(text, minute_us, tail_us, many=len(fraction) > 2)
    return minute_us + tail_us


def _offset_us(match: re.Match[str]) -> int:
    sign, hours, minutes = match.group(8, 9, 10)
    if sign is None:
        return 0
    if int(hours) > 23 or int(minutes) > 59:
        raise ValueError("has an offset that doesn't exist")
    offset_us = (int(hours) * 60 + int(minutes)) * MINUTE_US
    return -offset_us if sign == "-" else offset_us


def _ends_month(minute_us: int) -> bool:
    """Say whether a minute (UTC) is the last one of a month."""
    day, minute_of_day = divmod(minute_us // MINUTE_US + 1, 1440)
    return minute_of_day == 0 and date.fromordinal(day + _EPOCH_DAY).day == 1


def _keep(text: str, minute_us: int, tail_us: int, many: bool) -> None:
    # Near both ends of the calendar an offset can lead out of it; those minutes are read in full each time.
    if _FIRST_US + 2 * DAY_US < minute_us < _LAST_US - 2 * DAY_US:
        if len(_minutes) >= _MINUTES_MAX:
            _minutes.clear()
        _minutes[text[:17]] = minute_us
        if not many:  # what is as fine as milliseconds, or finer, comes again too seldom
            if len(_tails) >= _TAILS_MAX:
                _tails.clear()
            _tails[text[17:]] = tail_us
