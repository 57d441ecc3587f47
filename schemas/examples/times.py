"""Times in examples: `day 1 09:00`, `2026-06-01 09:00`, or RFC 3339 with an offset.

The first two are local times of the catalog's business time zone. Day 1 is a date of the example's own,
by default a Monday that is also the first of a month, so that days, weeks and months are easy to count.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from schemas.files.given_time import GIVEN_YEARS, in_given_years

DAY_1: Final = date(2026, 6, 1)

_CLOCK = r"(?P<clock>[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?)"
_COUNTED = re.compile(rf"day (?P<day>-?[0-9]{{1,4}}) {_CLOCK}", re.ASCII)
_DATED = re.compile(rf"(?P<date>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}) {_CLOCK}", re.ASCII)
_WITH_OFFSET = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment_us(text: str, day_1: date = DAY_1, zone: ZoneInfo | None = None) -> int:
    """Return the moment as microseconds since the epoch. Raises ValueError with a sentence."""
    try:
        t_us = _moment_us(text, day_1, zone)
        in_years = in_given_years(t_us)
    except OverflowError:  # it leaves the calendar
        in_years = False
    if not in_years:
        raise ValueError(f"expected {GIVEN_YEARS}, found {text!r}")
    return t_us


def _moment_us(text: str, day_1: date, zone: ZoneInfo | None) -> int:
    counted, dated = _COUNTED.fullmatch(text), _DATED.fullmatch(text)
    try:
        if counted is not None:
            day = day_1 + timedelta(days=int(counted["day"]) - 1)
            return _local_us(day, counted["clock"], zone)
        if dated is not None:
            return _local_us(date.fromisoformat(dated["date"]), dated["clock"], zone)
        if _WITH_OFFSET.fullmatch(text):
            return _micros(datetime.fromisoformat(text))
    except ValueError as error:
        raise ValueError(f"{text!r}: no such time: {error}") from None
    raise ValueError(f"expected a time such as 'day 1 09:00' or 2026-06-01T09:00:00Z, found {text!r}")


def moment_text(at_us: int, day_1: date = DAY_1, zone: ZoneInfo | None = None) -> str:
    """Return a moment as an example would say it: `day 1 09:00`, with seconds and less only where there are any."""
    local = (_EPOCH + timedelta(microseconds=at_us)).astimezone(zone or UTC)
    clock = (
        local.strftime("%H:%M:%S.%f").rstrip("0").rstrip(".") if local.microsecond else f"{local:%H:%M:%S}"
    )
    return f"day {(local.date() - day_1).days + 1} {clock.removesuffix(':00') if len(clock) == 8 else clock}"


def _local_us(day: date, clock: str, zone: ZoneInfo | None) -> int:
    local = datetime.combine(day, time.fromisoformat(clock), zone or UTC)
    if local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValueError(f"clocks are moved forward over it in {zone}")
    return _micros(local)


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)
