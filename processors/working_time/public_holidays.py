"""Public holidays of a country, as the library `holidays` knows them, and days that the company adds.

Whole days only: what is half a holiday by law or by custom is a working day. A holiday that is made up
for on another day (a Sunday's on the Monday after) is that day too. Where the library knows nothing of a
year, it has no holidays but the added ones.
"""

from collections.abc import Collection, Iterable
from datetime import date
from importlib import import_module

from schemas.catalogs.calendar_section import countries


class PublicHolidays:
    """The days on which nobody works, whatever the day of the week. Years are read when first asked for."""

    def __init__(
        self, country: str | None = None, subdivision: str | None = None, extra: Iterable[date] = ()
    ) -> None:
        """Take a country's holidays, all or those of a subdivision (`DE`, `BY`), and `extra` days.

        Raises:
            ValueError: there is no such country, or subdivision of it; or a subdivision without a country.
        """
        self._extra = frozenset(extra)
        self._country: Collection[date] | None = None
        if country is None:
            if subdivision is not None:
                raise ValueError(f"the subdivision {subdivision!r} has no country")
            return
        if country not in countries():
            raise ValueError(f"no public holidays are known of the country {country!r}")
        if subdivision is not None and subdivision not in countries()[country]:
            raise ValueError(f"{country} has no subdivision {subdivision!r}")
        # Not before a country is named: its import takes a tenth of a second.
        self._country = import_module("holidays").country_holidays(country, subdiv=subdivision)

    def __contains__(self, day: object) -> bool:
        return day in self._extra or (self._country is not None and day in self._country)
