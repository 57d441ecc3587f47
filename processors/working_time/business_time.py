"""Business time: how much of the time between two instants was working time.

Working hours are spans of local time. An instant is working time when the clock on the wall says so: an
hour that a clock change repeats is worked twice, one that it skips not at all. A span belongs to the day
it begins in, so a night shift that begins on the eve of a holiday is worked to its end.

Working time is added up day by day (UTC), once; from then on, the time between two instants is the
difference of two sums, however far apart they are.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Container
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from schemas.catalogs.working_hours import DAY_MINUTES, Span, WorkingWeek
from schemas.duration import DAY_US, MINUTE_US

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()

FIRST_DAY = date(1900, 1, 1).toordinal() - _EPOCH_ORDINAL
LAST_DAY = date(2200, 1, 1).toordinal() - _EPOCH_ORDINAL
"""Working time is known between these days. Outside, where no calendar of holidays reaches, there is none."""

REACH_DAYS = 7_320
"""How far ahead an instant is looked for: twenty years."""

_LOOK_US = DAY_US // 4
"""Offsets from UTC are looked at so often: two changes never came within it."""


class BusinessTime:
    """Working time in a time zone. What is asked for is computed once and kept, some 100 bytes a day."""

    def __init__(self, timezone: str, week: WorkingWeek, holidays: Container[date] = ()) -> None:
        self.zone = ZoneInfo(timezone)
        self._week = dict(week)
        self._holidays = holidays
        self._anchor: int | None = None
        """The first day that was asked for, since the epoch; sums are kept from it in both directions."""
        self._after: list[int] = [0]
        """By days after the anchor: the working time from the anchor's beginning to that day's."""
        self._before: list[int] = [0]
        """By days before the anchor: the working time from that day's beginning to the anchor's."""
        self._worked: dict[int, tuple[tuple[int, int], ...]] = {}
        """The working spans of each summed day, in microseconds since its beginning."""
        self._local: dict[int, tuple[Span, ...]] = {}
        self._known: dict[tuple[object, ...], tuple[tuple[int, int], ...]] = {}

    def business_us(self, start_us: int, end_us: int) -> int:
        """Return the working microseconds from one instant to another; negative when the second is earlier."""
        return self._until(end_us) - self._until(start_us)

    def after_us(self, start_us: int, business_us: int) -> int | None:
        """Return the first instant by which so much working time (more than none) has passed since another.

        None where that is not within twenty years.
        """
        goal = self._until(start_us) + business_us
        first = min(max(start_us // DAY_US, FIRST_DAY), LAST_DAY)
        step = 1
        while self._until((first + step) * DAY_US) < goal:
            if step >= REACH_DAYS:
                return None
            step *= 2
        days = range(first, first + step)
        day = days[bisect_left(days, goal, key=lambda one: self._until((one + 1) * DAY_US))]
        left_us = goal - self._until(day * DAY_US)
        for start, end in self._worked.get(day) or self._of_day(day):
            if left_us <= end - start:
                return day * DAY_US + start + left_us
            left_us -= end - start
        raise AssertionError(f"{left_us} left on day {day}")

    def elapsed_us(self, start_us: int, end_us: int, now_us: int) -> tuple[int, int]:
        """Return how much of a period has elapsed, and how much it has in all, in working microseconds.

        A period without working time (a Sunday) elapses as the clock goes, for it must somehow.
        """
        now_us = min(max(now_us, start_us), end_us)
        total = self.business_us(start_us, end_us)
        return (
            (self.business_us(start_us, now_us), total) if total else (now_us - start_us, end_us - start_us)
        )

    def _until(self, t_us: int) -> int:
        """Return the working time from the anchor to an instant."""
        day, within_us = divmod(t_us, DAY_US)
        if not FIRST_DAY <= day < LAST_DAY:
            day, within_us = (FIRST_DAY, 0) if day < FIRST_DAY else (LAST_DAY, 0)
        if self._anchor is None:
            self._anchor = day
        ahead = day - self._anchor
        if ahead >= 0:
            if ahead >= len(self._after):
                self._sum_to(ahead)
            total = self._after[ahead]
        else:
            if -ahead >= len(self._before):
                self._sum_back(-ahead)
            total = -self._before[-ahead]
        if within_us:
            worked = self._worked.get(day)
            if worked is None:
                worked = self._worked[day] = self._of_day(day)
            for start, end in worked:
                if within_us <= start:
                    break
                total += (end if within_us > end else within_us) - start
        return total

    def _sum_to(self, ahead: int) -> None:
        assert self._anchor is not None
        for days in range(len(self._after), ahead + 1):
            self._after.append(self._after[-1] + self._sum_of(self._anchor + days - 1))

    def _sum_back(self, days_back: int) -> None:
        assert self._anchor is not None
        for days in range(len(self._before), days_back + 1):
            self._before.append(self._before[-1] + self._sum_of(self._anchor - days))

    def _sum_of(self, day: int) -> int:
        worked = self._worked.get(day)
        if worked is None:
            worked = self._worked[day] = self._of_day(day)
        return sum(end - start for start, end in worked)

    def _of_day(self, day: int) -> tuple[tuple[int, int], ...]:
        """Return the working spans of a day (UTC), in order, in microseconds since its beginning."""
        local = tuple(self._spans_of(day + near) for near in (-1, 0, 1))
        stretches = self._offsets(day * DAY_US)
        key = (local, stretches)
        known = self._known.get(key)
        if known is None:
            # Wherever the offset is the same, local time runs with UTC; a span is cut to each such stretch.
            spans = [
                (max(begin, first), min(finish, last))
                for first, last, offset in stretches
                for near, minutes in zip((-1, 0, 1), local, strict=True)
                for start, end in minutes
                for begin in [near * DAY_US + start * MINUTE_US - offset]
                for finish in [near * DAY_US + end * MINUTE_US - offset]
            ]
            known = self._known[key] = tuple(sorted(span for span in spans if span[0] < span[1]))
        return known

    def _offsets(self, start_us: int) -> tuple[tuple[int, int, int], ...]:
        """Return the stretches of a day (UTC) with the same offset: from, to, offset; microseconds."""
        stretches: list[tuple[int, int, int]] = []
        first, offset = 0, self._offset(start_us)
        for look in range(_LOOK_US, DAY_US + 1, _LOOK_US):
            new = self._offset(start_us + look - 1)
            if new != offset:
                steps = range(look - _LOOK_US, look, 1_000_000)
                change = steps[
                    bisect_right(steps, 0, key=lambda at: int(self._offset(start_us + at) != offset))
                ]
                stretches.append((first, change, offset))
                first, offset = change, new
        return (*stretches, (first, DAY_US, offset))

    def _offset(self, t_us: int) -> int:
        moment = (_EPOCH + timedelta(microseconds=t_us)).astimezone(self.zone)
        offset = moment.utcoffset()
        assert offset is not None
        return offset // timedelta(microseconds=1)

    def _spans_of(self, day: int) -> tuple[Span, ...]:
        """Return the spans within a local day: what is left of the night before, and its own up to midnight."""
        spans = self._local.get(day)
        if spans is None:
            own = [(start, min(end, DAY_MINUTES)) for start, end in self._begun(day)]
            night = [(0, end - DAY_MINUTES) for _, end in self._begun(day - 1) if end > DAY_MINUTES]
            spans = self._local[day] = (*night, *own)
        return spans

    def _begun(self, day: int) -> tuple[Span, ...]:
        at = date.fromordinal(day + _EPOCH_ORDINAL)
        return self._week.get(at.weekday(), ()) if at not in self._holidays else ()
