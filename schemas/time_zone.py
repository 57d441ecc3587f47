"""Names of time zones: those of the tz database, and no others that a machine may have files of."""

from functools import cache
from zoneinfo import available_timezones

_OF_THIS_MACHINE = frozenset({"localtime"})
"""Another zone on each."""


@cache
def time_zones() -> frozenset[str]:
    """Return all names. ZoneInfo itself would try any file of its directory."""
    return frozenset(available_timezones()) - _OF_THIS_MACHINE
