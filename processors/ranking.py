"""Where each rep of a team stands in one KPI and window: rank, field, places gained, team value.

Ties share a rank, and the next one down leaves as many free: 1, 2, 2, 4. A rep without a value (a mean of
nothing) has no rank and is not in the field, but is told the team's value all the same.

One rep's new value moves others. A team is therefore ranked as a whole, and what each record says of it is
written once: as part of the record's JSON, which is also what is compared to find out whose record is due.
"""

from bisect import bisect_left
from collections.abc import Mapping

Number = int | float

NOBODY: Mapping[str, Number] = {}


class Ranking:
    """One KPI and window in one team."""

    __slots__ = ("_said", "_sign", "_start", "_team_value", "_texts", "_values")

    def __init__(self, direction: str) -> None:
        """`direction` is the KPI's: `up` or `down` is the better."""
        self._sign = -1 if direction == "up" else 1
        self._values: Mapping[str, Number | None] = {}
        self._start: Mapping[str, Number] = {}
        self._team_value: Number | None = None
        self._texts: dict[str, str] = {}
        self._said: dict[str, str] = {}

    def take(
        self,
        values: Mapping[str, Number | None],
        team_value: Number | None,
        at_start: Mapping[str, Number] = NOBODY,
    ) -> None:
        """Take the values of all reps who have a record, what they are measured by, and this morning's values."""
        if values == self._values and team_value == self._team_value and at_start == self._start:
            return
        self._values, self._team_value, self._start = values, team_value, at_start
        sign = self._sign
        order = sorted([sign * value for value in values.values() if value is not None])
        start = sorted([sign * value for value in at_start.values()]) if at_start else []
        head = "" if team_value is None else f',"team_value":{team_value!r}'
        of = len(order)
        # Most values of a team differ; those that are equal are so side by side.
        places = {signed: f'{head},"rank":{of - at},"of":{of}' for at, signed in enumerate(reversed(order))}
        texts = {}
        for rep, value in values.items():
            if value is None:
                texts[rep] = head
                continue
            text = places[sign * value]
            if rep in at_start:
                before = at_start[rep]
                rank = bisect_left(order, sign * value)
                text = f'{text},"rank_change":{bisect_left(start, sign * before) - rank}'
            texts[rep] = text
        self._texts = texts

    def __contains__(self, rep: str) -> bool:
        return rep in self._values

    @property
    def team_value(self) -> Number | None:
        """What the team's reps are measured by."""
        return self._team_value

    def say(self, rep: str, value: Number | None) -> str | None:
        """Return what a rep's record with this value says of where he stands: it is no longer due for that.

        None where he is not known with this value.
        """
        values = self._values
        if rep not in values or values[rep] != value:
            return None
        text = self._said[rep] = self._texts[rep]
        return text

    def due(self) -> list[str]:
        """Return the reps of whom something else is to be said than was said last."""
        said = self._said
        return [rep for rep, text in self._texts.items() if said.get(rep) != text]
