"""Names of time zones: those of the tz database, and no others that a machine may have files of."""

from functools import cache
from zoneinfo import available_timezones

from schemas.files.fault import nearest

_OF_THIS_MACHINE = frozenset({"localtime"})
"""Another zone on each."""


@cache
def time_zones() -> frozenset[str]:
    """Return all names. ZoneInfo itself would try any file of its directory."""
    return frozenset(available_timezones()) - _OF_THIS_MACHINE


def known_zone(name: str) -> str:
    """Return the name of a time zone. Raises ValueError with a sentence where there is none of that name."""
    if name not in time_zones():
        near = nearest(name, time_zones())
        hint = f", did you mean {near!r}?" if near else "; expected one like Europe/Amsterdam"
        raise ValueError(f"unknown time zone {name!r}{hint}")
    return name
