"""The catalog as a plan: to which groups facts are added, what they add, and which KPIs are made of it."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple
from zlib import crc32

import orjson

from processors.calendar import Calendar
from processors.planning.beyond import LOOKING, Beyond
from processors.planning.evaluation import Evaluation
from processors.planning.fact_bits import FactBits
from processors.planning.formulas import Evaluate
from processors.planning.measures import AddTo
from processors.planning.tracking import Tracking
from processors.planning.vector import BUCKET_BITS
from processors.windows import Rolling, Today
from schemas.catalog import Catalog, Kpi
from schemas.catalogs.kpi import PERIOD_WINDOWS
from schemas.catalogs.kpi_groups import Signature, signatures, stand_in
from schemas.catalogs.rolling import TODAY, is_rolling
from schemas.facts.kind import FactKind

CHOSEN_MAX = 20_000
"""Combinations of changed kinds of fact whose KPIs are remembered: two hundred kinds have no end of them."""


class CompiledKpi(NamedTuple):
    """A KPI of a group and window: when it must be computed anew, whether it has a key, and its value."""

    id: str
    unit: str
    facts: int
    """Bits of the kinds of fact that it is made of."""
    counts: tuple[int, ...]
    """Slots one of which must be present in a vector for the key to exist."""
    evaluate: Evaluate
    kpi: Kpi
    looks: bool
    """Whether it can have a value without facts of its own in the window: what was before, or a target."""
    formula: str
    steady: bool
    """Whether its value follows from its sums in the window alone: neither time nor another window changes it."""
    by_day: bool
    """Whether it counts accounts, which are counted by the day and nowhere finer."""


class Plan(Beyond, Tracking):
    """A compiled catalog. Immutable; shared by all partitions."""

    def __init__(self, catalog: Catalog, whole: "Plan | None" = None):
        """`whole` is the plan of the catalog of which this one is a part: it says what can have a target."""
        self.catalog = catalog
        self._whole = whole
        self.name = f"{catalog.catalog}@{fingerprint(catalog)}"
        """The catalog's name and fingerprint, as records state them."""
        section = catalog.calendar
        self.calendar = Calendar(section.timezone, section.fiscal_year_start_month, section.week_start)
        looked_at = (part.window for kpi in catalog.kpis.values() for part in kpi.references)
        looked_at_rolling = (window for window in looked_at if window is not None and is_rolling(window))
        names = dict.fromkeys((*catalog.rolling, *looked_at_rolling))
        self.rolling = tuple(Today() if name == TODAY else Rolling(name) for name in names)
        """Those that KPIs are kept in, and those that are only looked at by arithmetic."""
        self.stage_pairs = catalog.stage_pairs
        self._evaluation = evaluation = Evaluation(catalog)
        self.kinds: dict[str, FactKind] = evaluation.kinds
        """Every kind of fact: those of the vocabulary, and those that the catalog makes."""
        self.bits = FactBits(evaluation)
        self.all_facts = self.bits.all
        self._kpis: dict[Signature, list[tuple[str, str, frozenset[str]]]] = {}
        """By group: each KPI, the KPI that has its value there, and its windows."""
        self._groups: defaultdict[str, set[Signature]] = defaultdict(set)
        for name, kpi in catalog.kpis.items():
            if not kpi.private and kpi.predicted is None:
                self._place(name, kpi)
        self.signatures = {what: tuple(sorted(found)) for what, found in self._groups.items() if found}
        """The groups to which each kind of fact, or distinct measure, is added, by the names of their dimensions."""
        gauges = [kind for kind in self.signatures if self._is_gauge(kind)]
        self.gauges = self.bits.of_all(gauges)
        """The bits of the facts that are asked for as of now."""
        self.gauge_counts = tuple(evaluation.measures[kind].count(None) for kind in gauges)
        """The slots of how many of these there are."""
        self.key_counts = self._key_counts()
        """The slots that say of keys of calendar periods whether there are facts."""
        self._slots = self.bits.by_slot(self.signatures)
        self._noted_in: dict[str, int] = {}
        self._everything: dict[tuple[Signature, str], tuple[CompiledKpi, ...]] = {}
        self._chosen: dict[tuple[Signature, str, int], tuple[CompiledKpi, ...]] = {}
        self._compiled: dict[tuple[str, str], CompiledKpi] = {}
        self._named: dict[tuple[Signature, str], dict[str, CompiledKpi]] = {}
        self._adders: dict[tuple[str, str], tuple[AddTo, int | None]] = {}
        self.follows = self._follows()
        """By window: the windows in which KPIs also look at it, and the bits of their facts."""

    def _key_counts(self) -> frozenset[int]:
        evaluation = self._evaluation
        kept = {
            (source, window)
            for found in self._kpis.values()
            for _, source, windows in found
            for window in windows
            if window in PERIOD_WINDOWS
        }
        return frozenset(slot for source, window in kept for slot in evaluation.counts(source, window))

    def _place(self, name: str, kpi: Kpi) -> None:
        """Note in which groups a KPI is kept, and that its facts are added to these."""
        windows = frozenset(self.catalog.windows_of(kpi))
        for signature in signatures(kpi):
            # In the groups of some dimensions another KPI has the value, since its facts are others there.
            source = stand_in(kpi, signature) or name
            self._kpis.setdefault(signature, []).append((name, source, windows))
            for what in self._evaluation.made_of(source):
                self._groups[what].add(signature)

    def adder(self, kind: str, passed: str = "") -> AddTo:
        """Return how a fact of a kind is added, whose completing event passed these filters."""
        return self._adding(kind, passed)[0]

    def only_count(self, kind: str, passed: str = "") -> int | None:
        """Return the slot of all that `adder` adds to, where that is one count; else None."""
        return self._adding(kind, passed)[1]

    def _adding(self, kind: str, passed: str) -> tuple[AddTo, int | None]:
        known = self._adders.get((kind, passed))
        if known is None:
            measures, marks = self._evaluation.measures[kind], passed.split(",")
            known = self._adders[kind, passed] = (measures.adder(marks), measures.only_count(marks))
        return known

    def distinct_slots(self, measure: str) -> dict[int, int] | None:
        """Return the slots of a distinct measure by bit of the mask; None if it is none of ours."""
        found = self._evaluation.distincts.get(measure)
        return None if found is None else found.slots

    def kpis(self, signature: Signature, window: str, facts: int) -> tuple[CompiledKpi, ...]:
        """Return the KPIs of such groups and that window which any of these kinds of fact changes."""
        key = (signature, window, facts & self.noted_in(window))
        chosen = self._chosen.get(key)
        if chosen is None:
            if len(self._chosen) >= CHOSEN_MAX:
                self._chosen.clear()
            chosen = tuple([kpi for kpi in self._all(signature, window) if kpi.facts & facts])
            self._chosen[key] = chosen
        return chosen

    def noted_in(self, window: str) -> int:
        """Return the flags, and the bits of all changes that a value of that window can follow from."""
        bits = self._noted_in.get(window)
        if bits is None:
            bits = self.bits.noted_in(window)
            for _, source, windows in chain.from_iterable(self._kpis.values()):
                if window in windows:
                    bits |= self.bits.of_kpi(source, window)  # it may look at another window
            self._noted_in[window] = bits
        return bits

    def _all(self, signature: Signature, window: str) -> tuple[CompiledKpi, ...]:
        found = self._everything.get((signature, window))
        if found is None:
            found = self._everything[signature, window] = tuple(
                self.compiled(name, source, window)
                for name, source, windows in self._kpis.get(signature, ())
                if window in windows
            )
        return found

    def compiled(self, name: str, source: str, window: str) -> CompiledKpi:
        """Return a KPI as it is in a window, with the value of the KPI `source`."""
        key = (f"{name}={source}", window)
        found = self._compiled.get(key)
        if found is None:
            evaluation, kpi = self._evaluation, self.catalog.kpis[source]
            found = self._compiled[key] = CompiledKpi(
                name,
                self.catalog.kpis[name].unit,
                self.bits.of_kpi(source, window),
                evaluation.counts(source, window),
                evaluation.evaluate(source, window),
                self.catalog.kpis[name],
                source in self.looking_kpis,
                kpi.formula,
                self._is_steady(source),
                any(what in evaluation.distincts for what in evaluation.made_of(source)),
            )
        return found

    def _is_steady(self, name: str) -> bool:
        kpi = self.catalog.kpis[name]
        return kpi.formula not in {*LOOKING, "oldest"} and all(
            part.window is None and self._is_steady(part.kpi) for part in kpi.references
        )

    def named(self, signature: Signature, window: str) -> dict[str, CompiledKpi]:
        """Return all KPIs of such groups and that window, by their ids."""
        key = (signature, window)
        found = self._named.get(key)
        if found is None:
            found = self._named[key] = {kpi.id: kpi for kpi in self.kpis(signature, window, self.all_facts)}
        return found

    def facts_in(self, vector: Iterable[int]) -> int:
        """Return the bits of the kinds of fact whose slots these are."""
        bits = 0
        known = self._slots
        for slot in vector:
            bits |= known.get(slot >> BUCKET_BITS, 0)
        return bits

    def _is_gauge(self, what: str) -> bool:
        kind = self.kinds.get(what)
        return kind is not None and (kind.gauge or kind.now_only)

    def _follows(self) -> dict[str, dict[str, int]]:
        follows: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for name, kpi in self.catalog.kpis.items():
            for seen, what in self._evaluation.seen_elsewhere(name):
                for window in self.catalog.windows_of(kpi):
                    if window != seen:
                        follows[seen][window] = follows[seen].get(window, 0) | self.bits.within(what, seen)
        return dict(follows)


def fingerprint(catalog: Catalog) -> str:
    """Return four hexadecimal digits that change when the catalog's meaning does, whatever the order of its parts."""
    meaning = orjson.dumps(
        catalog.model_dump(mode="json", exclude={"prometheus"}), option=orjson.OPT_SORT_KEYS
    )
    return f"{crc32(meaning) & 0xFFFF:04x}"
