"""The years that a moment which a person gives may lie in.

At the ends of the calendar (the years 1 and 9999) there is no day before or after, no offset from UTC and no rolling
year, all of which a moment's KPIs need. Events may say any time: theirs are judged by when they arrive.
"""

from datetime import date
from typing import Final

from schemas.duration import DAY_US

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2999

_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_FIRST_US: Final = (date(FIRST_YEAR, 1, 1).toordinal() - _EPOCH_DAY) * DAY_US
_AFTER_US: Final = (date(LAST_YEAR + 1, 1, 1).toordinal() - _EPOCH_DAY) * DAY_US

GIVEN_YEARS: Final = f"a time of the years {FIRST_YEAR} to {LAST_YEAR}"
"""How a message calls what it expects."""


def in_given_years(t_us: int) -> bool:
    """Tell whether a moment, in microseconds since the epoch, lies in these years (UTC)."""
    return _FIRST_US <= t_us < _AFTER_US
