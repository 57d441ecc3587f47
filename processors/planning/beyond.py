"""What a plan says of KPIs that look beyond their own sums: at another period, a target, or the clock.

Bits are those of the kinds of fact that such KPIs are made of.
"""

from functools import cached_property

from processors.planning.evaluation import Evaluation
from processors.planning.fact_bits import FactBits
from schemas.catalog import Catalog
from schemas.catalogs.formula import Churn, Growth
from schemas.catalogs.kpi_groups import Signature

LOOKING = frozenset({"growth", "churn", "attainment", "attainment_share"})
"""Formulas that can have a value without facts of their own in the window."""


class Beyond:
    """A part of the plan."""

    catalog: Catalog
    _evaluation: Evaluation
    bits: FactBits
    _kpis: dict[Signature, list[tuple[str, str, frozenset[str]]]]

    @cached_property
    def growth(self) -> int:
        """Of KPIs that look at the period before."""
        return self._facts_of("growth")

    @cached_property
    def same_elapsed(self) -> int:
        """Of KPIs that compare as much of the period before as has elapsed."""
        bits = 0
        for name, kpi in self.catalog.kpis.items():
            if isinstance(kpi.body, Growth) and kpi.body.same_elapsed:
                bits |= self.bits.of_all(self._evaluation.made_of(name))
        return bits

    @cached_property
    def openings(self) -> int:
        """Of what was open at the start of a period."""
        return self.bits.of_all(
            kpi.body.active for kpi in self.catalog.kpis.values() if isinstance(kpi.body, Churn)
        )

    @cached_property
    def opening_counts(self) -> tuple[int, ...]:
        """The slots of how many that is."""
        active = {kpi.body.active for kpi in self.catalog.kpis.values() if isinstance(kpi.body, Churn)}
        return tuple(self._evaluation.measures[kind].count(None) for kind in sorted(active))

    @cached_property
    def aging(self) -> int:
        """Of what is open and grows older."""
        return self._facts_of("oldest")

    @cached_property
    def ages(self) -> frozenset[str]:
        """The KPIs that tell an age."""
        return frozenset(name for name, kpi in self.catalog.kpis.items() if kpi.formula == "oldest")

    @cached_property
    def looking(self) -> int:
        """Of KPIs that have a value as soon as their period begins."""
        bits = 0
        for formula in LOOKING:
            bits |= self._facts_of(formula)
        return bits

    @cached_property
    def looking_kpis(self) -> frozenset[str]:
        """The KPIs that have a value where there are no facts: by their formula, or arithmetic with such."""
        return frozenset(filter(self._looks, self.catalog.kpis))

    def _looks(self, name: str) -> bool:
        kpi = self.catalog.kpis[name]
        return kpi.formula in LOOKING or any(
            part.window is None and self._looks(part.kpi) for part in kpi.terms
        )

    @cached_property
    def foreign(self) -> frozenset[str]:
        """The KPIs whose records another process makes: predictions."""
        return frozenset(name for name, kpi in self.catalog.kpis.items() if kpi.predicted is not None)

    @cached_property
    def shares_of_reps(self) -> int:
        """Of the KPIs that say how many reps reached their target."""
        return self._facts_of("attainment_share")

    @cached_property
    def looking_signatures(self) -> "frozenset[Signature]":
        """The groups that have such KPIs."""
        return frozenset(
            signature
            for signature, kept in self._kpis.items()
            if any(source in self.looking_kpis for _, source, _ in kept)
        )

    def _facts_of(self, formula: str) -> int:
        bits = 0
        for name, kpi in self.catalog.kpis.items():
            if kpi.formula == formula:
                bits |= self.bits.of_all(self._evaluation.made_of(name))
        return bits
