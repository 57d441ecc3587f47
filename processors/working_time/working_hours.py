"""From working hours as a file says them to what knows working time."""

from collections.abc import Callable
from datetime import date

from processors.working_time.business_time import BusinessTime
from processors.working_time.public_holidays import PublicHolidays
from schemas.catalogs.calendar_section import CalendarSection


def business_time(section: CalendarSection) -> BusinessTime:
    """Return a calendar's working time."""
    held = section.holidays
    extra = [date.fromisoformat(day) for day in held.extra]
    holidays = PublicHolidays(held.country, held.subdivision, extra)
    return BusinessTime(section.timezone, section.working_week(), holidays)


def at_work(section: CalendarSection) -> Callable[[int], bool]:
    """Return what tells whether an instant (microseconds) is working time."""
    time = business_time(section)
    return lambda at_us: time.business_us(at_us, at_us + 1) > 0
