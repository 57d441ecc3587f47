"""Own days: the local day that `today` stands for, by whom a group is about.

A rep's day is that of the time zone that the directory gives for the rep now. Teams, the company, and reps for whom
it gives none, or an unknown one, have the day of the business calendar.
"""

from collections.abc import Iterator

from processors.calendar import Calendar, first_pane
from schemas.files.time_zone import time_zones
from schemas.kpi import Dims


class OwnDays:
    """In which time zone each rep's day is."""

    def __init__(self, business: Calendar):
        self._business = business
        self._by_zone: dict[str, Calendar] = {business.zone.key: business}
        self._of_rep: dict[str, Calendar] = {}
        self.unknown: dict[str, str] = {}
        """The time zones that there are not, by rep."""

    def move(self, rep: str, timezone: str | None) -> None:
        """Take where a rep works now."""
        found = self._business if timezone is None else self._days_in(timezone)
        self.unknown.pop(rep, None)
        if found is None:
            assert timezone is not None
            self.unknown[rep] = timezone
        if found is None or found is self._business:
            self._of_rep.pop(rep, None)
        else:
            self._of_rep[rep] = found

    def _days_in(self, timezone: str) -> Calendar | None:
        if timezone not in self._by_zone and timezone in time_zones():
            self._by_zone[timezone] = Calendar(timezone)
        return self._by_zone.get(timezone)

    def calendar(self, dims: Dims) -> Calendar:
        """Return whose days those of a group are."""
        return self._of_rep.get(dims.get("rep") or "", self._business)

    def calendars(self) -> Iterator[Calendar]:
        """Yield each calendar that there is, whether anybody goes by it now or not."""
        return iter(self._by_zone.values())

    def first_pane(self, dims: Dims, pane: int) -> int:
        """Return the first pane of the day of a group in which a pane lies."""
        return first_pane_at(self.calendar(dims), pane)


def first_pane_at(calendar: Calendar, pane: int) -> int:
    """Return the first five-minute pane of the day in which a pane lies."""
    start_us = calendar.day_of_pane(pane).start_us
    assert start_us is not None
    return first_pane(start_us)
