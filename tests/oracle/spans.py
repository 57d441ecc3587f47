"""Where a window starts and ends: the contract's section 4, from the window's name and the period's label."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
ALLOWED_LATENESS_US = HOUR_US
CALENDAR_WINDOWS = frozenset({"day", "week", "month", "quarter", "year"})
ROLLING_PANES = {
    "rolling_24h": (5 * MINUTE_US, 288),
    "rolling_7d": (HOUR_US, 168),
    "rolling_30d": (HOUR_US, 720),
}

Span = tuple[int, int]
"""(start, end) in microseconds since the epoch; the end is not in it."""


@dataclass(frozen=True)
class Calendar:
    """The moment that is asked about and the business's calendar."""

    as_of_us: int
    timezone: str = "UTC"
    fiscal_year_start_month: int = 1
    zones: Mapping[str, str] = field(default_factory=dict)
    """Where reps work who don't in the business time zone."""

    def span(self, window: str, period: str | None, rep: str | None = None) -> Span | None:
        """The window's span, of whose records are of a rep; None for `all_time` and `now`. ValueError for a window or label there is not."""
        if window in CALENDAR_WINDOWS:
            first, end = self._dates(window, period)
        elif period is not None:
            raise ValueError(f"{window} has no periods, got {period!r}")
        elif window in ("all_time", "now"):
            return None
        elif window == "today":
            own = replace(self, timezone=self.zones.get(rep or "", self.timezone))
            return own.span("day", own.date_of(self.as_of_us).isoformat())
        elif window == "rolling_365d":
            end = self.date_of(self.as_of_us) + timedelta(days=1)
            first = end - timedelta(days=365)
        elif window in ROLLING_PANES:
            pane_us, panes = ROLLING_PANES[window]
            end_us = (self.as_of_us // pane_us + 1) * pane_us
            return end_us - panes * pane_us, end_us
        else:
            raise ValueError(f"no window {window!r}")
        return self._midnight_us(first), self._midnight_us(end)

    def is_final(self, window: str, period: str | None) -> bool:
        """Whether the period closed, and the allowed lateness passed, before `as_of_us`."""
        if window not in CALENDAR_WINDOWS:
            return False
        span = self.span(window, period)
        return span is not None and span[1] + ALLOWED_LATENESS_US <= self.as_of_us

    def date_of(self, t_us: int) -> date:
        """The local date of a moment."""
        moment = EPOCH + timedelta(microseconds=t_us)
        return moment.astimezone(ZoneInfo(self.timezone)).date()

    def _dates(self, window: str, period: str | None) -> tuple[date, date]:
        label = period or ""
        if window == "day" and re.fullmatch(r"\d{4}-\d\d-\d\d", label):
            first = date.fromisoformat(label)
            return first, first + timedelta(days=1)
        if window == "week" and re.fullmatch(r"\d{4}-W\d\d", label):
            first = date.fromisocalendar(int(label[:4]), int(label[6:]), 1)
            return first, first + timedelta(days=7)
        if window == "month" and re.fullmatch(r"\d{4}-\d\d", label):
            first = date(int(label[:4]), int(label[5:]), 1)
            return first, _months_later(first, 1)
        if window == "quarter" and re.fullmatch(r"\d{4}-Q[1-4]", label):
            first = _months_later(self._fiscal_year(int(label[:4])), 3 * (int(label[6:]) - 1))
            return first, _months_later(first, 3)
        if window == "year" and re.fullmatch(r"\d{4}", label):
            first = self._fiscal_year(int(label))
            return first, _months_later(first, 12)
        raise ValueError(f"{period!r} is no period of {window}")

    def _fiscal_year(self, label: int) -> date:
        starts_the_year_before = self.fiscal_year_start_month > 1
        return date(label - starts_the_year_before, self.fiscal_year_start_month, 1)

    def _midnight_us(self, day: date) -> int:
        # fold 0: where the clock jumps over midnight this is the moment of the jump, where it passes midnight
        # twice the first time, so a day starts with its first moment.
        start = datetime.combine(day, time(), ZoneInfo(self.timezone)).astimezone(UTC)
        return (start - EPOCH) // timedelta(microseconds=1)


def _months_later(first: date, months: int) -> date:
    month = first.month - 1 + months
    return date(first.year + month // 12, month % 12 + 1, 1)


def rfc3339(t_us: int) -> str:
    """A moment as KPI records write it: UTC with Z, a fraction only where there is one."""
    moment = EPOCH + timedelta(microseconds=t_us)
    return moment.isoformat().replace("+00:00", "Z")
