"""Expiring: panes behind their retention are forgotten, and the keys of periods that have no day left are taken away.

Five-minute panes go by the clock, hours by the clock or the watermark, whichever is later, and days by the watermark
alone, so that a company that was silent for a year keeps its years.
"""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterator

from processors.adding.group import Group, Window
from processors.adding.older_days import OlderDays
from processors.calendar import Calendar, Period
from processors.compile import Plan
from processors.windows import FINE_RETENTION_PANES, HOUR_PANES
from schemas.catalogs.retention import DAYS_D

SETTLE_EVENTS = 50_000
"""Where no clock ticks, panes expire after so many events; bounds memory, changes nothing."""
RETIRED_AGAIN_D = 2
"""Of so many days periods are retired once more after a restart; a day's are a handful, of each group."""


class Touched:
    """Cells to be written at the next snapshot, by hour and by day; groups, for all time and for older days."""

    def __init__(self) -> None:
        self.hours: defaultdict[int, set[Group]] = defaultdict(set)
        self.days: defaultdict[Period, set[Group]] = defaultdict(set)
        self.ever: set[Group] = set()
        self.older: set[Group] = set()

    def __bool__(self) -> bool:
        return bool(self.hours or self.days or self.ever or self.older)

    def clear(self) -> None:
        """All is written."""
        self.hours.clear()
        self.days.clear()
        self.ever.clear()
        self.older.clear()


class Expiring(ABC):
    """A part of the panes."""

    plan: Plan
    calendar: Calendar
    groups: dict[str, Group]
    fines: dict[int, list[Group]]
    hours: dict[int, list[Group]]
    periods: dict[Period, list[Group]]
    older_days: OlderDays
    top_pane: int

    @property
    @abstractmethod
    def pane_now(self) -> int | None:
        """The running pane by the clock."""
        ...

    touched: Touched
    dropped: list[tuple[str, Group, int]]
    hour_retention: int
    _looked_until: int | None
    """Up to which day what has a value in periods without facts was retired."""

    @property
    def last_ordinal(self) -> int:
        """The latest day that can have anything in it."""
        return self.calendar.day_of_pane(max(self.top_pane, self.pane_now or 0)).ordinal

    @abstractmethod
    def note_retired(self, group: Group, window: Window, facts: int) -> None:
        """Note that keys made of these kinds of fact have nothing to say any more."""
        ...

    @property
    def day_floor(self) -> Period:
        """The last local day behind the retention, by the watermark alone: a company's quiet years stay.

        By the clock only where there are no facts yet.
        """
        return self.calendar.day(
            self.calendar.day_of_pane(self.top_pane or self.pane_now or 0).ordinal - DAYS_D
        )

    def fine_floor(self) -> int:
        """The last pane behind the retention of five-minute panes, by the clock where there is one."""
        # Not by the watermark beside it: what windows hold is let go of when the clock gets there, and not before.
        return (self.top_pane if self.pane_now is None else self.pane_now) - FINE_RETENTION_PANES

    def keeps(self, period: Period) -> bool:
        """Say whether the last day of a period is kept."""
        return _ends_after(period, self.day_floor)

    def kept_around(self, day: Period, floor: Period) -> list[Period]:
        """Return the longer periods around a day whose last day is kept."""
        return [one for one in self.calendar.calendar_periods_of(day)[1:] if _ends_after(one, floor)]

    def begun_since(self, day: Period, floor: Period) -> Iterator[Period]:
        """Yield the periods that are kept and began after a day, up to those that run; each once."""
        for period in self.calendar.periods_around(floor.ordinal, self.last_ordinal):
            if period.ordinal > day.ordinal and _ends_after(period, floor):
                yield period

    def expire(self) -> None:
        """Forget the panes behind their retention. Rolling windows must have left them (`slide`)."""
        floor = self.fine_floor()
        for pane in [pane for pane in self.fines if pane <= floor]:
            for group in self.fines.pop(pane):
                del group.fines[pane]
        last_hour = max(self.top_pane, self.pane_now or 0) // HOUR_PANES - self.hour_retention
        for hour in [hour for hour in self.hours if hour <= last_hour]:
            for group in self.hours.pop(hour):
                del group.hours[hour]
        if self.top_pane:
            self._expire_periods(self.day_floor)

    def _expire_periods(self, floor: Period) -> None:
        for period in [period for period in self.periods if not _ends_after(period, floor)]:
            longer: list[Period] = []
            if period.name == "day":
                self.touched.days.pop(period, None)
                longer = self.kept_around(period, floor)
            for group in self.periods.pop(period):
                cell = group.periods.pop(period)
                if period.name == "day":
                    self.dropped.append(("d", group, period.ordinal))
                    if self.older_days.take(group, period, cell, longer):
                        self.touched.older.add(group)
                elif self.older_days.leave(group, period):
                    self.touched.older.add(group)
                if self.pane_now is not None:
                    self.note_retired(group, period, self.plan.facts_in(cell))
        self._retire_looking(floor)

    def resume_retiring(self) -> None:
        """Retire once more what left lately, if anything did: a predecessor that crashed may not have told."""
        if self.top_pane:
            floor = self.day_floor.ordinal
            reaches_back = any(one.end_us is not None and one.ordinal <= floor for one in self.periods)
            self._looked_until = floor - RETIRED_AGAIN_D if reaches_back else floor

    def _retire_looking(self, floor: Period) -> None:
        """Note what has a value in periods without facts, where these are no longer kept."""
        before, self._looked_until = self._looked_until, floor.ordinal
        if before is None or self.pane_now is None or not self.plan.looking:
            return
        around = self.calendar.periods_around(before + 1, floor.ordinal)
        gone = [period for period in around if not _ends_after(period, floor)]
        for group in self.groups.values() if gone else ():
            if group.signature in self.plan.looking_signatures:
                for period in gone:
                    self.note_retired(group, period, self.plan.looking)


def _ends_after(period: Period, floor: Period) -> bool:
    """Say whether a period's last day is behind the last that is no longer kept; all time never ends."""
    assert floor.end_us is not None
    return period.end_us is None or period.end_us > floor.end_us
