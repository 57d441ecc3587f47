"""Where each rep of a team stands in one KPI and window: rank, field, places gained, team value.

Ties share a rank, and the next one down leaves as many free: 1, 2, 2, 4. A rep without a value (a mean of
nothing) has no rank and is not in the field, but is told the team's value all the same.

One rep's new value moves others. It goes into an order that is kept, so it costs the same in a team of ten and
of a thousand; what is to be said of a rep is written when somebody asks. It is part of the record's JSON, which is
also what is compared to find out whose record is due.
"""

from bisect import bisect_left, insort
from collections.abc import Mapping

Number = int | float

NOBODY: Mapping[str, Number] = {}


class Ranking:
    """One KPI and window in one team."""

    __slots__ = ("_head", "_order", "_said", "_sign", "_start", "_start_order", "_team_value", "_values")

    def __init__(self, direction: str) -> None:
        """`direction` is the KPI's: `up` or `down` is the better."""
        self._sign = -1 if direction == "up" else 1
        self._values: dict[str, Number | None] = {}
        self._order: list[Number] = []
        """All values, the best first, as `sign * value`."""
        self._start: Mapping[str, Number] = NOBODY
        self._start_order: list[Number] = []
        self._team_value: Number | None = None
        self._head = ""
        self._said: dict[str, str] = {}

    def take_all(self, values: Mapping[str, Number | None]) -> bool:
        """Take the values of all reps who have a record; return whether any is another."""
        if values == self._values:
            return False
        self._values = dict(values)
        self._order = sorted([self._sign * value for value in values.values() if value is not None])
        return True

    def take(self, rep: str, value: Number | None) -> bool:
        """Take one rep's value; return whether it is another."""
        values = self._values
        known = rep in values
        before = values[rep] if known else None
        if known and before == value:
            return False
        if before is not None:
            self._leave(before)
        values[rep] = value
        if value is not None:
            insort(self._order, self._sign * value)
        return True

    def drop(self, rep: str) -> bool:
        """Take that a rep has no record; return whether there was one."""
        if rep not in self._values:
            return False
        before = self._values.pop(rep)
        if before is not None:
            self._leave(before)
        return True

    def measure(self, team_value: Number | None) -> bool:
        """Take what the reps are measured by; return whether it is another."""
        if team_value == self._team_value:
            return False
        self._team_value = team_value
        self._head = "" if team_value is None else f',"team_value":{team_value!r}'
        return True

    def start(self, values: Mapping[str, Number]) -> bool:
        """Take this morning's values of those who had one; return whether any is another."""
        if values == self._start:
            return False
        self._start = values
        self._start_order = sorted([self._sign * value for value in values.values()])
        return True

    def _leave(self, value: Number) -> None:
        order, signed = self._order, self._sign * value
        del order[bisect_left(order, signed)]

    def __contains__(self, rep: str) -> bool:
        return rep in self._values

    @property
    def team_value(self) -> Number | None:
        """What the team's reps are measured by."""
        return self._team_value

    def say(self, rep: str) -> str:
        """Return what the record of a rep with a value says of the place, for which it is no longer due."""
        text = self._said[rep] = self._text(rep, self._values[rep])
        return text

    def unsay(self, rep: str) -> None:
        """Take that the rep's record says something else by now: what another team's ranking said."""
        self._said.pop(rep, None)

    def due(self) -> list[str]:
        """Return the reps of whom something else is to be said than was said last."""
        said = self._said
        return [rep for rep, value in self._values.items() if said.get(rep) != self._text(rep, value)]

    def _text(self, rep: str, value: Number | None) -> str:
        if value is None:
            return self._head
        order = self._order
        better = bisect_left(order, self._sign * value)
        text = f'{self._head},"rank":{better + 1},"of":{len(order)}'
        before = self._start.get(rep)
        if before is None:
            return text
        return f'{text},"rank_change":{bisect_left(self._start_order, self._sign * before) - better}'
