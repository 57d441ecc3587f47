"""Where each rep of a team stands in one KPI and window: rank, field, team value; kept value by value.

Ties share a rank, and the next one down leaves as many free: 1, 2, 2, 4. A rep without a value (a mean of
nothing) has no rank and is not in the field, but is told the team's value all the same.

One rep's new value moves others. What it costs is bounded: a ranking is sorted when it is asked after
something in it moved, so however many values change in between, a team costs one pass over its reps, and
one in which nothing moved costs nothing.
"""

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

Number = int | float


class Standing(NamedTuple):
    """A rep's rank among `of` reps that have a value (1 is best), and the team's value."""

    rank: int | None
    of: int | None
    change: int | None
    """How many places were gained since the day began, lost ones negative; None for who had none then."""
    team_value: Number | None


class Ranking:
    """One KPI and window in one team."""

    __slots__ = ("_moved", "_orders", "_said", "_sign", "_start", "_values", "team_value")

    def __init__(self, direction: str) -> None:
        """`direction` is the KPI's: `up` or `down` is the better."""
        self._sign = -1 if direction == "up" else 1
        self._values: dict[str, Number | None] = {}
        """Of each rep that has a record."""
        self._start: dict[str, Number] = {}
        """Of each rep that had a value when the day began."""
        self.team_value: Number | None = None
        self._said: dict[str, Standing] = {}
        self._moved = False
        self._orders: tuple[list[Number], list[Number]] | None = None

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __contains__(self, rep: str) -> bool:
        return rep in self._values

    def set(self, rep: str, value: Number | None, at_start: Number | None = None) -> bool:
        """Take a rep's value, and what it was when the local day began; say whether that is news."""
        if rep in self._values and self._values[rep] == value and self._start.get(rep) == at_start:
            return False
        self._values[rep] = value
        if at_start is None:
            self._start.pop(rep, None)
        else:
            self._start[rep] = at_start
        self._moved, self._orders = True, None
        return True

    def set_team(self, value: Number | None) -> bool:
        """Take what the team's reps are measured by; say whether that is news."""
        if value == self.team_value:
            return False
        self.team_value = value
        self._moved = True
        return True

    def drop(self, rep: str) -> None:
        """Forget a rep who has no record any more, or left the team."""
        self._values.pop(rep, None)
        self._start.pop(rep, None)
        self._said.pop(rep, None)
        self._moved, self._orders = True, None

    def standing(self, rep: str) -> Standing:
        """Return where a rep stands as of now."""
        value = self._values.get(rep)
        if value is None:
            return Standing(None, None, None, self.team_value)
        if self._orders is None:
            self._orders = (
                sorted(self._sign * value for value in self._values.values() if value is not None),
                sorted(self._sign * value for value in self._start.values()),
            )
        order, start = self._orders
        rank = bisect_left(order, self._sign * value) + 1
        before = self._start.get(rep)
        change = None if before is None else bisect_left(start, self._sign * before) + 1 - rank
        return Standing(rank, len(order), change, self.team_value)

    def say(self, rep: str) -> Standing:
        """Return where a rep stands, for his record: it is no longer due for that."""
        standing = self.standing(rep)
        if rep in self._values:
            self._said[rep] = standing
        return standing

    def due(self) -> list[str]:
        """Return the reps who stand elsewhere than was last said. They stay due until it is said."""
        if not self._moved:
            return []
        due = [rep for rep in self._values if self._said.get(rep) != self.standing(rep)]
        self._moved = bool(due)
        return due
