"""Measures: what a fact adds to a vector, and under which slots.

Formulas ask for slots; what they asked for is what facts add. A slot's number comes from its name, which
says the kind of fact, the condition it is under (`~`) and whether working time counts (`@business`): so
written state keeps its meaning when the catalog changes.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from processors.histogram import bucket
from processors.planning.vector import Vector, slot_of
from schemas.catalogs.condition import Where
from schemas.fact import MICRO
from schemas.facts.kind import FactKind

AddTo = Callable[[Vector, Any, int], None]
"""Adds a fact to a vector, by its value (None, an integer, or both wall and working time) and sign."""


def count_slot(kind: str, where: str = "") -> int:
    """Return the slot of how many facts of a kind there are."""
    return slot_of(f"{_base(kind, where)}.count")


def sum_slot(kind: str, where: str = "", business: bool = False) -> int:
    """Return the slot of the sum of their values."""
    return slot_of(f"{_base(kind, where, business)}.sum")


def _base(kind: str, where: str, business: bool = False) -> str:
    return f"{kind}{'~' + where if where else ''}{'@business' if business else ''}"


class _Values:
    """What is kept of the values of facts under one condition, of wall or of working time."""

    def __init__(self, kind: str, where: str, business: bool, optional: bool):
        self.where = where
        self.business = business
        self._name = _base(kind, where, business)
        self.samples = slot_of(f"{self._name}.samples") if optional else None
        self.sum = sum_slot(kind, where, business)
        self.limits: dict[int, int] = {}
        """Limit in microseconds to the slot of how many are at most that."""
        self.histogram: int | None = None
        """The first slot of the buckets."""

    def at_most(self, limit_us: int) -> int:
        return self.limits.setdefault(limit_us, slot_of(f"{self._name}.at_most.{limit_us}"))

    def buckets(self) -> int:
        self.histogram = slot_of(f"{self._name}.histogram")
        return self.histogram

    @property
    def slots(self) -> list[int]:
        found = [self.sum, *self.limits.values()]
        return [*found, *(slot for slot in (self.samples, self.histogram) if slot is not None)]


class Measures:
    """What is measured of one kind of fact."""

    def __init__(self, name: str, kind: FactKind):
        self.name = name
        self.kind = kind
        self.filters: dict[str, Where] = {}
        """The conditions that are asked for, by id."""
        self._counts: dict[str, int] = {"": count_slot(name)}
        self._values: dict[tuple[str, bool], _Values] = {}
        if kind.value is not None:
            # The sum is kept in any case: it costs little, and a mean asked for later has its history.
            self.values(None, False)

    def count(self, where: Where | None) -> int:
        """Return the slot of how many facts pass a condition."""
        id_ = self._filter(where)
        return self._counts.setdefault(id_, count_slot(self.name, id_))

    def values(self, where: Where | None, business: bool) -> _Values:
        """Return what is kept of the values of facts that pass a condition."""
        key = (self._filter(where), business)
        found = self._values.get(key)
        if found is None:
            found = self._values[key] = _Values(self.name, *key, self.kind.optional_value)
            self.count(where)
        return found

    def samples(self, where: Where | None, business: bool) -> int:
        """Return the slot of how many facts have a value."""
        return self.values(where, business).samples or self.count(where)

    def _filter(self, where: Where | None) -> str:
        if where is None:
            return ""
        self.filters[where.id] = where
        return where.id

    @property
    def divisor(self) -> int:
        """What sums are divided by to give seconds, money, scores."""
        return MICRO * self.kind.whole

    @property
    def business(self) -> bool:
        """Whether working time is asked for."""
        return any(business for _, business in self._values)

    @property
    def slots(self) -> list[int]:
        """All slots of this kind."""
        return [*self._counts.values(), *(slot for values in self._values.values() for slot in values.slots)]

    def adder(self, marks: Collection[str]) -> AddTo:
        """Return how a fact is added whose completing event passed these conditions."""
        counts = [slot for id_, slot in self._counts.items() if not id_ or id_ in marks]
        values = [one for one in self._values.values() if not one.where or one.where in marks]
        if not values:
            return _counting(counts)
        return _valued(counts, [(one.business, _adding(one)) for one in values])

    def only_count(self, marks: Collection[str]) -> int | None:
        """Return the slot of all that `adder` adds to, where that is one count; else None."""
        counts = [slot for id_, slot in self._counts.items() if not id_ or id_ in marks]
        valued = any(not one.where or one.where in marks for one in self._values.values())
        return None if valued or len(counts) > 1 else counts[0]


def _counting(counts: list[int]) -> AddTo:
    (count, *more) = counts

    def add_one(vector: Vector, _value: Any, sign: int) -> None:
        vector[count] = vector.get(count, 0) + sign

    def add_several(vector: Vector, _value: Any, sign: int) -> None:
        for slot in counts:
            vector[slot] = vector.get(slot, 0) + sign

    return add_several if more else add_one


def _valued(counts: list[int], adders: Iterable[tuple[bool, AddTo]]) -> AddTo:
    """Return what adds to these counts and, of a fact with a value, to the sums beside them.

    Whether a value has the working time beside the wall time is for the catalog to say under which the fact was told.
    That may be another than this one: after a change of it facts are waiting still.
    """
    chosen = list(adders)
    (count, *more) = counts
    if len(chosen) == 1 and not more:
        ((_, add_value),) = chosen

        def add(vector: Vector, value: Any, sign: int) -> None:
            vector[count] = vector.get(count, 0) + sign
            if value is not None:
                add_value(vector, value if value.__class__ is int else value[0], sign)

        return add

    def add_all(vector: Vector, value: Any, sign: int) -> None:
        for slot in counts:
            vector[slot] = vector.get(slot, 0) + sign
        if value is not None:
            wall, working = (value, None) if value.__class__ is int else value
            for of_business, add_value in chosen:
                if not of_business:
                    add_value(vector, wall, sign)
                elif working is not None:
                    add_value(vector, working, sign)

    return add_all


def _adding(values: _Values) -> AddTo:
    summed, samples, histogram = values.sum, values.samples, values.histogram
    limits = sorted(values.limits.items())

    def add_value(vector: Vector, value: int, sign: int) -> None:
        get = vector.get
        vector[summed] = get(summed, 0) + sign * value
        if samples is not None:
            vector[samples] = get(samples, 0) + sign
        for limit, slot in limits:
            if value <= limit:
                vector[slot] = get(slot, 0) + sign
        if histogram is not None:
            slot = histogram + bucket(value)
            vector[slot] = get(slot, 0) + sign

    return add_value


def measures_of(kinds: Mapping[str, FactKind]) -> dict[str, Measures]:
    """Return measures of every kind, with nothing asked for yet."""
    return {name: Measures(name, kind) for name, kind in kinds.items()}
