"""The catalog as a plan: what a fact adds where, and which KPIs are made of it."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple
from zlib import crc32

from processors.calendar import Calendar
from processors.formulas import (
    MICRO,
    Evaluate,
    at_most_slot,
    count_slot,
    counted,
    histogram_slot,
    percentile,
    ratio,
    sum_slot,
    total,
)
from processors.histogram import bucket
from processors.vector import BUCKET_BITS, Vector
from processors.windows import Rolling
from schemas.catalog import Catalog, Kpi
from schemas.fact import FACTS

Signature = tuple[str, ...]
"""The names of the dimensions of a group, in alphabetical order; () is the company."""


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
            bits |= kinds.get(slot >> BUCKET_BITS, 0)
        return bits

    def _compile(self, name: str, kpi: Kpi) -> None:
        windows = frozenset(self.catalog.windows_of(kpi))
        kinds = _kinds(kpi, self.catalog)
        compiled = CompiledKpi(
            name,
            kpi.unit,
            sum(fact_bit(kind) for kind in kinds),
            tuple(count_slot(kind) for kind in kinds),
            self._formula(kpi),
        )
        for signature in _signatures(kpi):
            self._kpis.setdefault(signature, []).append((compiled, windows))
            for kind in kinds:
                self._signatures[kind].add(signature)

    def _formula(self, kpi: Kpi) -> Evaluate:
        if kpi.share is not None:
            limit_us = round(kpi.share.at_most_s * MICRO)
            self._limits[kpi.share.of].add(limit_us)
            return ratio([at_most_slot(kpi.share.of, limit_us)], [count_slot(kpi.share.of)])
        if kpi.percentile is not None:
            self._histograms.add(kpi.percentile.of)
            return percentile(
                histogram_slot(kpi.percentile.of), count_slot(kpi.percentile.of), kpi.percentile.q
            )
        if kpi.conversion is not None:
            return ratio([count_slot(kpi.conversion.reached)], [count_slot(kpi.conversion.base)])
        if kpi.ratio is not None:
            above = self.catalog.kpis[kpi.ratio.numerator]
            below = [
                count_slot(kind) for part in kpi.ratio.denominators for kind in self.catalog.kpis[part].facts
            ]
            if above.sum is not None:
                return ratio([sum_slot(above.sum)], below, MICRO)
            return ratio([count_slot(kind) for kind in above.facts], below)
        if kpi.mean is not None:
            return ratio([sum_slot(kpi.mean)], [count_slot(kpi.mean)], MICRO)
        if kpi.sum is not None:
            return total(sum_slot(kpi.sum), count_slot(kpi.sum))
        return counted([count_slot(kind) for kind in kpi.facts])

    def _delta(self, kind: str) -> Callable[[int | None], Vector]:
        count = count_slot(kind)
        if FACTS[kind].value is None or FACTS[kind].optional_value:
            vector = {count: 1}
            return lambda value: vector
        summed, histogram = sum_slot(kind), histogram_slot(kind) if kind in self._histograms else None
        limits = [(limit, at_most_slot(kind, limit)) for limit in sorted(self._limits[kind])]

        def delta(value: int | None) -> Vector:
            value = value or 0
            vector = {count: 1, summed: value}
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
            slots = [count_slot(kind), sum_slot(kind), histogram_slot(kind)]
            slots += [at_most_slot(kind, limit) for limit in self._limits[kind]]
            for slot in slots:
                if slot >> BUCKET_BITS in bases:
                    # One chance in a hundred million; a silent mix-up would be worse than a refusal.
                    raise ValueError(f"two measures of the catalog share a number, one of the fact {kind!r}")
                bases[slot >> BUCKET_BITS] = fact_bit(kind)
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
