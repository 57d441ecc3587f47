"""Windows that move with the clock: so many panes up to the running one, or those since midnight."""

from processors.calendar import Calendar
from schemas.catalogs.retention import FINE_H, HOURS_D
from schemas.catalogs.rolling import TODAY, rolling_panes
from schemas.duration import HOUR_US
from schemas.fact import PANE_US

HOUR_PANES = HOUR_US // PANE_US

FINE_RETENTION_PANES = FINE_H * HOUR_PANES
HOUR_RETENTION = HOURS_D * 24

ZERO_HOURS = 7 * 24
"""How long a key whose last fact left is still reported, as 0 or null, before its tombstone."""


class Rolling:
    """A rolling window: `panes` panes of a tier (`fine`: 5 minutes, `hour`, `day`: local), the running one included."""

    __slots__ = ("is_live", "name", "panes", "tier")

    def __init__(self, name: str):
        self.name = name
        self.tier, self.panes = rolling_panes(name)
        self.is_live = self.tier == "fine"

    def bounds_us(self, pane: int, calendar: Calendar) -> tuple[int, int]:
        """Return start and end, microseconds UTC, when `pane` (of five minutes) is the running one."""
        if self.tier == "fine":
            return (pane + 1 - self.panes) * PANE_US, (pane + 1) * PANE_US
        if self.tier == "hour":
            hour = pane // HOUR_PANES
            return (hour + 1 - self.panes) * HOUR_US, (hour + 1) * HOUR_US
        today = calendar.day_of_pane(pane)
        first = calendar.day(today.ordinal + 1 - self.panes)
        assert first.start_us is not None
        assert today.end_us is not None
        return first.start_us, today.end_us

    def __repr__(self) -> str:
        return f"Rolling({self.name})"


class Today(Rolling):
    """The window `today`: the five-minute panes since midnight, in the time zone of whom a group is about.

    It has no period: at midnight it begins anew under the same key, as a rolling window goes on.
    """

    __slots__ = ()

    def __init__(self) -> None:
        self.name = TODAY
        self.tier, self.panes = "fine", 0
        self.is_live = True

    def bounds_us(self, pane: int, calendar: Calendar) -> tuple[int, int]:
        """Return start and end of the day of a group's calendar (`processors.adding.own_days`)."""
        day = calendar.day_of_pane(pane)
        assert day.start_us is not None
        assert day.end_us is not None
        return day.start_us, day.end_us
