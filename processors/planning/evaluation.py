"""How each KPI of a catalog is evaluated in each window, and which slots and facts that takes."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from processors.planning.formulas import (
    Evaluate,
    Linear,
    Term,
    arithmetic,
    attainment,
    attainment_share,
    churn,
    exact,
    growth,
    joined,
    linear,
    oldest,
    percentile,
    ratio,
    total,
)
from processors.planning.measures import Measures, measures_of
from processors.planning.vector import slot_of
from schemas.catalog import Catalog
from schemas.catalogs.condition import Where
from schemas.catalogs.distinct import DAY, EVER, LATEST, MONTH, QUARTER, SUFFIXES, WEEK, YEAR
from schemas.catalogs.facts import catalog_facts, kinds_of
from schemas.catalogs.formula import (
    Churn,
    Conversion,
    Distinct,
    Growth,
    Measure,
    Percentile,
    Ratio,
    Selection,
    Share,
)
from schemas.catalogs.kpi import Arithmetic, Attainment
from schemas.fact import MICRO
from schemas.facts.kind import FactKind

ACCOUNTS = "@"
"""Begins the ids of distinct measures; no kind of fact begins so."""

_COUNT_IN = {"day": DAY, "week": WEEK, "month": MONTH, "quarter": QUARTER, "year": YEAR, "all_time": EVER}
"""Which of the counts of a distinct measure holds in a window; in rolling ones the latest."""


def count_in(window: str) -> int:
    """Return which count of a distinct measure holds in a window, as a bit of the mask."""
    return _COUNT_IN.get(window, LATEST)


class Accounts(NamedTuple):
    """A distinct measure: of which facts, under which condition, and the slots of its counts by mask bit."""

    kinds: tuple[str, ...]
    where: str
    slots: dict[int, int]


class Evaluation:
    """The formulas of a catalog. Asking for a formula asks for its slots: what facts then add."""

    def __init__(self, catalog: Catalog):
        self._catalog = catalog
        self.kinds: dict[str, FactKind] = catalog_facts(catalog)
        self.measures = measures_of(self.kinds)
        self.distincts: dict[str, Accounts] = {}
        self._conditions: dict[str, Where] = {}
        self.asked: set[str] = set()
        self.evaluate = cache(self._evaluate)
        self.made_of = cache(self._made_of)
        for name, kpi in catalog.kpis.items():
            if kpi.predicted is not None:
                continue  # a process of its own makes its records
            for window in catalog.windows_of(kpi):
                self.evaluate(name, window)

    def _measure(self, kind: str) -> Measures:
        self.asked.add(kind)
        return self.measures[kind]

    def filters(self, kind: str) -> Iterable[Where]:
        """Return the conditions that are asked of a kind of fact."""
        own = self.measures[kind].filters.values()
        return [*own, *(self._conditions[id_] for id_ in self._distinct_conditions(kind))]

    def _distinct_conditions(self, kind: str) -> set[str]:
        return {one.where for one in self.distincts.values() if one.where and kind in one.kinds}

    def _made_of(self, name: str) -> frozenset[str]:
        """Return the kinds of fact and distinct measures that a KPI is made of, through all its parts."""
        kpi = self._catalog.kpis[name]
        if isinstance(kpi.body, Distinct):
            return frozenset({self._accounts(kpi.body)})
        own = kinds_of(name, self._catalog)
        inner = [part for reference in kpi.terms for part in self.made_of(reference.kpi)]
        return frozenset({*own, *inner})

    def seen_elsewhere(self, name: str) -> Iterator[tuple[str, str]]:
        """Yield each window, and what is made of in it, that a KPI looks at from windows of its own."""
        for reference in self._catalog.kpis[name].references:
            if reference.window is not None:
                yield from ((reference.window, what) for what in self.made_of(reference.kpi))
            yield from self.seen_elsewhere(reference.kpi)

    def counts(self, name: str, window: str) -> tuple[int, ...]:
        """Return the slots one of which must be there for a KPI to have a key."""
        found: list[int] = []
        for what in sorted(self.made_of(name)):
            distinct = self.distincts.get(what)
            if distinct is not None:
                found.append(distinct.slots[count_in(window)])
            else:
                found.append(self.measures[what].count(None))
        return tuple(found)

    def linear(self, name: str, window: str) -> Linear:
        """Return a KPI that counts or sums as a sum of slots."""
        kpi = self._catalog.kpis[name]
        match kpi.body:
            case Selection(kinds=kinds, where=where):
                return linear([self._measure(kind).count(where) for kind in kinds])
            case Measure(of=kind, where=where, business=business):
                measure = self._measure(kind)
                summed = measure.values(where, business).sum
                return linear([summed], measure.divisor, [measure.samples(where, business)])
            case Distinct() as body:
                slots = self.distincts[self._accounts(body)].slots
                return linear([slots[count_in(window)]])
        raise AssertionError(f"{name} neither counts nor sums")  # the catalog's check has seen to it

    def _accounts(self, body: Distinct) -> str:
        where = "" if body.where is None else body.where.id
        id_ = ACCOUNTS + "+".join(sorted(body.kinds)) + (f"~{where}" if where else "")
        if id_ not in self.distincts:
            if body.where is not None:
                self._conditions[where] = body.where
            self.asked.update(body.kinds)
            slots = {bit: slot_of(f"{id_}.{suffix}") for bit, suffix in SUFFIXES.items()}
            self.distincts[id_] = Accounts(body.kinds, where, slots)
        return id_

    def _evaluate(self, name: str, window: str) -> Evaluate:
        kpi = self._catalog.kpis[name]
        match kpi.formula, kpi.body:
            case "oldest", Selection(kinds=(kind, *_), where=where):
                return oldest(self._measure(kind).count(where))
            case "mean", Measure(of=kind, where=where, business=business):
                measure = self._measure(kind)
                values = measure.values(where, business)
                samples = linear([measure.samples(where, business)])
                return ratio(linear([values.sum], measure.divisor), samples)
            case _, Percentile(of=kind, where=where, business=business, q=q):
                values = self._measure(kind).values(where, business)
                return percentile(values.buckets(), self._measure(kind).samples(where, business), q)
            case _, Share() as body:
                return self._share(body)
            case _, Ratio(numerators=above, denominators=below, scale=scale):
                parts = [joined([self.linear(part, window) for part in side]) for side in (above, below)]
                return ratio(parts[0], parts[1], scale)
            case _, Conversion():
                return self._converted(*kinds_of(name, self._catalog))
            case _, Growth(of=part, same_elapsed=same_elapsed):
                return growth(self.linear(part, window), same_elapsed)
            case _, Churn(active=active, left=left, complement=complement):
                gone = self._measure(f"{left}_{window}").count(None)
                return churn(self._measure(active).count(None), gone, complement)
            case _, Arithmetic(expression=expression, n=n):
                named = [*expression.references, n]
                places = [(self._term(one.kpi, one.window or window), one.window) for one in named]
                return arithmetic(places, expression.evaluate, len(named) - 1, self.counts(name, window))
            case "attainment", Attainment(of=part):
                return attainment(part, self.evaluate(part, window))
            case _, Attainment(of=part):
                less = self._catalog.kpis[part].direction == "down"
                return attainment_share(part, self.evaluate(part, window), less)
        return total(self.linear(name, window))

    def _term(self, name: str, window: str) -> Term:
        """Return a KPI as an expression calculates with it."""
        sums = self._catalog.kpis[name].formula in ("sum", "gauge_sum")
        return exact(self.linear(name, window)) if sums else self.evaluate(name, window)

    def _share(self, body: Share) -> Evaluate:
        measure = self._measure(body.of)
        if body.at_most_s is not None:
            values = measure.values(body.among, body.business)
            slot = values.at_most(round(body.at_most_s * MICRO))
            return ratio(linear([slot]), linear([measure.samples(body.among, body.business)]))
        return ratio(linear([measure.count(body.part)]), linear([measure.count(body.among)]))

    def _converted(self, base: str, reached: str) -> Evaluate:
        slots = [self._measure(kind).count(None) for kind in (reached, base)]
        return ratio(linear(slots[:1]), linear(slots[1:]))
