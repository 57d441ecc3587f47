"""Token buckets: so many requests a second on average, and so many at once after a quiet time."""

from collections import OrderedDict

US_PER_S = 1_000_000


class TokenBuckets:
    """One bucket for each name, for a bounded number of names."""

    def __init__(self, per_s: float, burst: int, names_max: int) -> None:
        self._us_each = US_PER_S / per_s
        self._full_us = burst * self._us_each
        self._names_max = names_max
        self._empty_us: OrderedDict[str, float] = OrderedDict()
        """Of each name, when its bucket would be empty if time ran backwards: `now` less what is in it."""

    def take(self, name: str, now_us: int) -> float:
        """Take one; return 0 when there was one, else the seconds until there is."""
        # A clock that was set back must not lock anybody out for longer than a bucket takes to fill.
        empty_us = min(max(self._empty_us.pop(name, float("-inf")), now_us - self._full_us), now_us)
        # The newest last: when names are too many, whoever asked longest ago has a full bucket most likely.
        self._empty_us[name] = empty_us
        if len(self._empty_us) > self._names_max:
            self._empty_us.popitem(last=False)
        missing_us = empty_us + self._us_each - now_us
        if missing_us > 0:
            return missing_us / US_PER_S
        self._empty_us[name] = empty_us + self._us_each
        return 0.0

    def __len__(self) -> int:
        return len(self._empty_us)
