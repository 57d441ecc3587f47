"""When people work, and when customers write: the floor's business hours in its time zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

#: The hours don't change within a quarter of an hour, in any time zone.
SLOT_US = 900_000_000

#: How busy staff are, by local hour of a weekday; outside it is closed.
_STAFF = {8: 0.7, 9: 1.0, 10: 1.1, 11: 1.05, 12: 0.6, 13: 0.9, 14: 1.1, 15: 1.05, 16: 0.9, 17: 0.5}
_CUSTOMERS_AT_NIGHT = 0.03
_CUSTOMERS_IN_THE_EVENING = 0.2
_CUSTOMERS_ON_WEEKENDS = 0.08
_EVENING = range(18, 23)


class Hours:
    """How busy the floor is at a time (1 is a usual working hour), and when it opens again."""

    def __init__(self, timezone: str, always_open: bool) -> None:
        self.zone = ZoneInfo(timezone)
        self._always_open = always_open
        self._factors: dict[int, tuple[float, float]] = {}

    def staff(self, t_us: int) -> float:
        """How busy staff are; 0 is closed. Constant within a slot."""
        return self._of(t_us // SLOT_US)[0]

    def customers(self, t_us: int) -> float:
        """How busy customers are; never 0. Constant within a slot."""
        return self._of(t_us // SLOT_US)[1]

    def next_open(self, t_us: int) -> int:
        """Return `t_us` where staff work then, else the time at which they come in next."""
        slot = t_us // SLOT_US
        if self._of(slot)[0]:
            return t_us
        while not self._of(slot)[0]:
            slot += 1
        return slot * SLOT_US

    def local(self, t_us: int) -> datetime:
        """Return the floor's local time, to the second."""
        return datetime.fromtimestamp(t_us // 1_000_000, UTC).astimezone(self.zone)

    def _of(self, slot: int) -> tuple[float, float]:
        if self._always_open:
            return 1.0, 1.0
        factors = self._factors.get(slot)
        if factors is None:
            if len(self._factors) > 10_000:
                self._factors.clear()
            factors = self._factors[slot] = self._compute(self.local(slot * SLOT_US))
        return factors

    @staticmethod
    def _compute(local: datetime) -> tuple[float, float]:
        weekday = local.weekday() < 5
        staff = _STAFF.get(local.hour, 0.0) if weekday else 0.0
        if not weekday:
            return staff, _CUSTOMERS_ON_WEEKENDS
        return staff, staff or (_CUSTOMERS_IN_THE_EVENING if local.hour in _EVENING else _CUSTOMERS_AT_NIGHT)
