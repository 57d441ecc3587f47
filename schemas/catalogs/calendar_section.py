"""The business calendar as the catalog says it: time zone, weeks, fiscal year, working time, holidays."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib import import_module
from itertools import chain
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from schemas.catalogs.working_hours import STANDARD_HOURS, WorkingWeek, read_span, working_week
from schemas.files.document import Section, readable, together, unknown
from schemas.files.fault import Path, PathMessage
from schemas.files.time_zone import known_zone

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


def _day(text: str) -> str:
    try:
        if len(text) == len("2026-12-24"):
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise ValueError(f"expected a day such as 2026-12-24, found {text!r}")


@cache
def countries() -> Mapping[str, tuple[str, ...]]:
    """Return the subdivisions of each country whose public holidays are known, by its ISO 3166 code."""
    # A tenth of a second that most commands can spare: imported when a catalog names a country.
    supported = import_module("holidays").list_supported_countries()
    return {code: tuple(parts) for code, parts in supported.items()}


Day = Annotated[str, AfterValidator(_day)]
TimeZone = Annotated[str, AfterValidator(known_zone)]
Spans = tuple[str, ...]


class Holidays(Section):
    """Days on which nobody works."""

    country: str | None = None
    """Public holidays of this country, as ISO 3166 calls it: `NL`."""
    subdivision: str | None = None
    """And of this part of it, as ISO 3166-2 calls it after the dash: `BY` for `DE-BY`."""
    extra: tuple[Day, ...] = ()
    """Days of your own, such as `2026-12-24`."""

    @together
    def _known_places(self) -> Iterator[PathMessage]:
        if self.country is None:
            if self.subdivision is not None:
                yield ("subdivision",), "subdivision needs country"
        elif self.country not in countries():
            yield ("country",), f"{unknown('country', self.country, countries())} (ISO 3166)"
        elif self.subdivision is not None and self.subdivision not in countries()[self.country]:
            parts = countries()[self.country]
            yield ("subdivision",), unknown(f"subdivision of {self.country}", self.subdivision, parts)


class CalendarSection(Section):
    """The business calendar."""

    timezone: TimeZone = "UTC"
    """Where days begin and end, such as `Europe/Amsterdam`."""
    week_start: Weekday = "monday"
    """On which day weeks begin."""
    fiscal_year_start_month: Annotated[int, Field(ge=1, le=12)] = 1
    """The month in which years and quarters begin."""
    working_days: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday")
    """On which days people work."""
    working_hours: str | Spans | dict[Weekday, str | Spans] = STANDARD_HOURS
    """When they work, in the business time zone: `09:00-17:30`, several in a list, or by day."""
    holidays: Holidays = Holidays()
    """Public holidays, and days of your own."""

    @together
    def _spans_of_time(self) -> Iterator[PathMessage]:
        hours = self.working_hours
        by_path: dict[Path, str | Spans] = (
            {("working_hours", day): own for day, own in hours.items()}
            if isinstance(hours, dict)
            else {("working_hours",): hours}
        )
        for path, own in by_path.items():
            for place, span in enumerate(_several(own)):
                try:
                    read_span(span)
                except ValueError as error:
                    yield (path if isinstance(own, str) else (*path, place)), str(error)

    @together
    def _on_working_days(self) -> Iterator[PathMessage]:
        for day in self.working_hours if isinstance(self.working_hours, dict) else ():
            if day not in self.working_days:
                yield ("working_hours", day), f"hours are given for {day}, which is no working day"

    @together
    def _some_time(self) -> Iterator[PathMessage]:
        if any(readable(chain(self._spans_of_time(), self._on_working_days()))):
            return
        try:
            week = self.working_week()
        except ValueError as error:  # spans that overlap
            yield ("working_hours",), str(error)
            return
        if not week:
            # Every business duration would be 0, and nobody ever disturbed.
            field = "working_hours" if self.working_days else "working_days"
            yield (field,), "there is no working time in the week"

    def working_week(self) -> WorkingWeek:
        """Return the spans of each working day."""
        hours = self.working_hours
        if isinstance(hours, dict):
            return working_week(self.working_days, {day: _several(own) for day, own in hours.items()})
        return working_week(self.working_days, _several(hours))


def _several(hours: str | Spans) -> Spans:
    return (hours,) if isinstance(hours, str) else hours
