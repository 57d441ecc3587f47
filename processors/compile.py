"""The catalog as a plan: what a fact adds where, and how sums become KPI values.

Everything that is added up is an integer under a *slot*: a number that stands for a count, a sum
(microseconds, millionths of money), or one bucket of a histogram. A *vector* maps slots to sums;
panes, windows and groups hold vectors and nothing else, so adding, taking back and merging are one
operation. A slot's number comes from its name alone, so that written state outlives a changed catalog.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple
from zlib import crc32

from processors.calendar import Calendar
from processors.histogram import LAST_BUCKET, bucket, percentile_us
from processors.windows import Rolling
from schemas.catalog import Catalog, Kpi
from schemas.fact import FACTS

Vector = dict[int, int]
Value = int | float | None
Evaluate = Callable[[Vector], tuple[Value, int]]
Signature = tuple[str, ...]
"""The names of the dimensions of a group, in alphabetical order; () is the company."""

_BUCKET_BITS = 12
_MICRO = 1_000_000
_LOW_BITS = (1 << _BUCKET_BITS) - 1
assert LAST_BUCKET <= _LOW_BITS


def slot_of(name: str) -> int:
    """Return the slot of that name; the low bits are free for a histogram's buckets."""
    return crc32(name.encode()) << _BUCKET_BITS


class CompiledKpi(NamedTuple):
    """A KPI of a group and window: when it must be computed anew, whether it has a key, and its value."""

    id: str
    unit: str
    facts: int
    """Bits of the kinds of fact that it is made of."""
    counts: tuple[int, ...]
    """Slots one of which must be present in a vector for the key to exist."""
    evaluate: Evaluate


class Plan:
    """A compiled catalog. Immutable; shared by all partitions."""

    def __init__(self, catalog: Catalog):
        self.catalog = catalog
        self.name = f"{catalog.catalog}@{fingerprint(catalog)}"
        """The catalog's name and fingerprint, as records state them."""
        self.calendar = Calendar(catalog.calendar.timezone, catalog.calendar.fiscal_year_start_month)
        self.rolling = tuple(Rolling(name) for name in catalog.rolling)
        self.stage_pairs = catalog.stage_pairs
        self._kpis: dict[Signature, list[tuple[CompiledKpi, frozenset[str]]]] = {}
        self._signatures: dict[str, set[Signature]] = {kind: set() for kind in FACTS}
        self._limits: dict[str, set[int]] = {kind: set() for kind in FACTS}
        self._histograms: set[str] = set()
        for name, kpi in catalog.kpis.items():
            self._compile(name, kpi)
        self.signatures = {kind: tuple(sorted(found)) for kind, found in self._signatures.items() if found}
        """The groups to which each kind of fact is added, by the names of their dimensions."""
        self.deltas = {kind: self._delta(kind) for kind in self.signatures}
        """What a fact of a kind adds, from its value."""
        self.gauges = sum(fact_bit(kind) for kind in FACTS if FACTS[kind].gauge)
        """The bits of the facts that are taken back when what they say ends."""
        self.kind_of_slot = self._kinds_of_slots()
        self._chosen: dict[tuple[Signature, str, int], tuple[CompiledKpi, ...]] = {}

    def kpis(self, signature: Signature, window: str, facts: int) -> tuple[CompiledKpi, ...]:
        """Return the KPIs of such groups and that window which any of these kinds of fact changes."""
        key = (signature, window, facts)
        chosen = self._chosen.get(key)
        if chosen is None:
            kept = self._kpis.get(signature, ())
            chosen = self._chosen[key] = tuple(
                kpi for kpi, windows in kept if window in windows and kpi.facts & facts
            )
        return chosen

    def facts_in(self, vector: Iterable[int]) -> int:
        """Return the bits of the kinds of fact whose slots these are."""
        bits = 0
        kinds = self.kind_of_slot
        for slot in vector:
            bits |= kinds.get(slot >> _BUCKET_BITS, 0)
        return bits

    def _compile(self, name: str, kpi: Kpi) -> None:
        windows = frozenset(self.catalog.windows_of(kpi))
        kinds = _kinds(kpi, self.catalog)
        compiled = CompiledKpi(
            name,
            kpi.unit,
            sum(fact_bit(kind) for kind in kinds),
            tuple(_count(kind) for kind in kinds),
            self._formula(kpi),
        )
        for signature in _signatures(kpi):
            self._kpis.setdefault(signature, []).append((compiled, windows))
            for kind in kinds:
                self._signatures[kind].add(signature)

    def _formula(self, kpi: Kpi) -> Evaluate:
        if kpi.share is not None:
            limit_us = round(kpi.share.at_most_s * _MICRO)
            self._limits[kpi.share.of].add(limit_us)
            return _ratio([_at_most(kpi.share.of, limit_us)], [_count(kpi.share.of)])
        if kpi.percentile is not None:
            self._histograms.add(kpi.percentile.of)
            return _percentile(_histogram(kpi.percentile.of), _count(kpi.percentile.of), kpi.percentile.q)
        if kpi.conversion is not None:
            return _ratio([_count(kpi.conversion.reached)], [_count(kpi.conversion.base)])
        if kpi.ratio is not None:
            above = self.catalog.kpis[kpi.ratio.numerator]
            below = [
                _count(kind) for part in kpi.ratio.denominators for kind in self.catalog.kpis[part].facts
            ]
            if above.sum is not None:
                return _ratio([_sum(above.sum)], below, _MICRO)
            return _ratio([_count(kind) for kind in above.facts], below)
        if kpi.mean is not None:
            return _ratio([_sum(kpi.mean)], [_count(kpi.mean)], _MICRO)
        if kpi.sum is not None:
            return _total(_sum(kpi.sum), _count(kpi.sum))
        return _counted([_count(kind) for kind in kpi.facts])

    def _delta(self, kind: str) -> Callable[[int | None], Vector]:
        count = _count(kind)
        if FACTS[kind].value is None:
            vector = {count: 1}
            return lambda value: vector
        total, histogram = _sum(kind), _histogram(kind) if kind in self._histograms else None
        limits = [(limit, _at_most(kind, limit)) for limit in sorted(self._limits[kind])]

        def delta(value: int | None) -> Vector:
            value = value or 0
            vector = {count: 1, total: value}
            for limit, slot in limits:
                if value <= limit:
                    vector[slot] = 1
            if histogram is not None:
                vector[histogram + bucket(value)] = 1
            return vector

        return delta

    def _kinds_of_slots(self) -> dict[int, int]:
        bases: dict[int, int] = {}
        for kind in self.signatures:
            slots = [_count(kind), _sum(kind), _histogram(kind)]
            slots += [_at_most(kind, limit) for limit in self._limits[kind]]
            for slot in slots:
                if slot >> _BUCKET_BITS in bases:
                    # One chance in a hundred million; a silent mix-up would be worse than a refusal.
                    raise ValueError(f"two measures of the catalog share a number, one of the fact {kind!r}")
                bases[slot >> _BUCKET_BITS] = fact_bit(kind)
        return bases


def fingerprint(catalog: Catalog) -> str:
    """Return four hexadecimal digits that change when the catalog's meaning does."""
    return f"{crc32(catalog.model_dump_json(exclude={'prometheus'}).encode()) & 0xFFFF:04x}"


@cache
def fact_bit(kind: str) -> int:
    """Return the bit that stands for a kind of fact."""
    return 1 << list(FACTS).index(kind)


def _signatures(kpi: Kpi) -> set[Signature]:
    by: list[Signature] = [(entry,) if isinstance(entry, str) else tuple(sorted(entry)) for entry in kpi.by]
    levels: list[Signature] = [(), ("team",), ("rep",)]
    if kpi.only_by:
        return {tuple(sorted((*entry, *level))) for entry in by for level in levels}
    return {*levels, *by}


def _kinds(kpi: Kpi, catalog: Catalog) -> tuple[str, ...]:
    parts = [kind for part in kpi.parts for kind in catalog.kpis[part].facts]
    return tuple(dict.fromkeys((*kpi.facts, *parts)))


def _count(kind: str) -> int:
    return slot_of(f"{kind}.count")


def _sum(kind: str) -> int:
    return slot_of(f"{kind}.sum")


def _histogram(kind: str) -> int:
    return slot_of(f"{kind}.histogram")


def _at_most(kind: str, limit_us: int) -> int:
    return slot_of(f"{kind}.at_most.{limit_us}")


def _counted(slots: list[int]) -> Evaluate:
    if len(slots) == 1:
        slot = slots[0]

        def one(vector: Vector) -> tuple[Value, int]:
            n = vector.get(slot, 0)
            return n, n

        return one

    def several(vector: Vector) -> tuple[Value, int]:
        n = sum(vector.get(slot, 0) for slot in slots)
        return n, n

    return several


def _total(total: int, count: int) -> Evaluate:
    def evaluate(vector: Vector) -> tuple[Value, int]:
        micros = vector.get(total, 0)
        whole, rest = divmod(micros, _MICRO)
        return (micros / _MICRO if rest else whole), vector.get(count, 0)

    return evaluate


def _ratio(above: list[int], below: list[int], scale: int = 1) -> Evaluate:
    def evaluate(vector: Vector) -> tuple[Value, int]:
        n = 0
        for slot in below:
            n += vector.get(slot, 0)
        if n == 0:
            return None, 0
        total = 0
        for slot in above:
            total += vector.get(slot, 0)
        # One division of integers: the quotient is the nearest float to the true one.
        return total / (n * scale), n

    return evaluate


def _percentile(histogram: int, count: int, q: float) -> Evaluate:
    base = histogram >> _BUCKET_BITS

    def evaluate(vector: Vector) -> tuple[Value, int]:
        n = vector.get(count, 0)
        if n == 0:
            return None, 0
        counts = {
            slot & _LOW_BITS: hits for slot, hits in vector.items() if slot >> _BUCKET_BITS == base and hits
        }
        value = percentile_us(counts, q)
        return (None if value is None else value / _MICRO), n

    return evaluate


def add(vector: Vector, delta: Vector) -> None:
    """Add `delta` to `vector` in place."""
    for slot, amount in delta.items():
        if slot in vector:
            vector[slot] += amount
        else:
            vector[slot] = amount


def subtract(vector: Vector, delta: Vector) -> None:
    """Take `delta` from `vector` in place. Empty buckets go; counts of 0 stay, as the sign of a key that was."""
    get = vector.get
    for slot, amount in delta.items():
        left = get(slot, 0) - amount
        if left or not slot & _LOW_BITS:
            vector[slot] = left
        else:
            del vector[slot]


def scaled(delta: Vector, sign: int) -> Vector:
    """Return `sign` times `delta`."""
    return {slot: sign * amount for slot, amount in delta.items()}


def no_delta(_value: int | None) -> Vector:
    """What a fact adds that no KPI is made of."""
    return {}
