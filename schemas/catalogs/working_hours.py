"""Working hours as the catalog writes them: days of the week, and spans of local time such as `09:00-18:00`.

A span ends by `24:00`, or on the next day when its end is not after its beginning: `22:00-06:00`. A day
has as many spans as there are; none makes it a day off.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_MINUTES = 1440

Span = tuple[int, int]
"""Minutes of local time since the midnight that the day begins with; the end is over 1440 on the next day."""
WorkingWeek = Mapping[int, tuple[Span, ...]]
"""The spans of each working day; 0 is Monday. A span belongs to the day that it begins in."""

STANDARD_DAYS = WEEKDAYS[:5]
STANDARD_HOURS = ("09:00-18:00",)

_SPAN = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9]) ?[-–] ?(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)")


def read_span(text: str) -> Span:
    """Return the minutes of a span. Raises ValueError with a sentence."""
    match = _SPAN.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no span of time such as '09:00-18:00'")
    hour, minute, end_hour, end_minute = match.groups()
    start = int(hour) * 60 + int(minute)
    end = DAY_MINUTES if end_hour is None else int(end_hour) * 60 + int(end_minute)
    return (start, end if end > start else end + DAY_MINUTES)


def working_week(
    days: Sequence[str] = STANDARD_DAYS,
    hours: Sequence[str] | Mapping[str, Sequence[str]] = STANDARD_HOURS,
) -> WorkingWeek:
    """Return the spans of each working day.

    `hours` are the same for all `days`, or are given by day; then a working day that is not named has none.

    Raises:
        ValueError: with a sentence: an unknown day, hours of a day that is none of `days`, no span of
            time, or spans that overlap, over midnight included.
    """
    for day in (*days, *(hours if isinstance(hours, Mapping) else ())):
        if day not in WEEKDAYS:
            raise ValueError(f"{day!r} is no day of the week; expected one of {', '.join(WEEKDAYS)}")
    if isinstance(hours, Mapping):
        idle = [day for day in hours if day not in days]
        if idle:
            raise ValueError(f"hours are given for {idle[0]}, which is no working day")
        texts = {day: hours[day] for day in hours}
    else:
        texts = dict.fromkeys(days, hours)
    week = {
        WEEKDAYS.index(day): tuple(sorted(map(read_span, texts[day]))) for day in WEEKDAYS if day in texts
    }
    _check_overlaps(week)
    return {day: spans for day, spans in week.items() if spans}


def _check_overlaps(week: WorkingWeek) -> None:
    minutes = [
        (day * DAY_MINUTES + start, day * DAY_MINUTES + end, day)
        for day, spans in week.items()
        for start, end in spans
    ]
    minutes.sort()
    if minutes:
        # The week is a circle: Sunday's night ends on Monday.
        start, end, day = minutes[0]
        minutes.append((start + 7 * DAY_MINUTES, end + 7 * DAY_MINUTES, day))
    for (_, end, day), (start, _, other) in pairwise(minutes):
        if start < end:
            raise ValueError(f"working hours of {WEEKDAYS[day]} and {WEEKDAYS[other]} overlap")
