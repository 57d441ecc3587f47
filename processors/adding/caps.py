"""Caps: how many values of dimensions are kept in groups of their own.

KPIs that are made of the same facts share their groups' values, and so their cap, the largest of theirs: both
sides of a ratio keep the same values or count them under `other`. What is over the cap once stays over it, so
that a fact is taken back where it was added.
"""

from processors.compile import Plan
from schemas.catalog import PERIOD_WINDOWS
from schemas.catalogs.kpi_groups import Signature
from schemas.fact import WHOSE

LEVELS = frozenset(WHOSE)


class Cap:
    """Of some facts, in groups of some dimensions: how many values they may have there."""

    __slots__ = ("bits", "most")

    def __init__(self, bits: int, most: int):
        self.bits = bits
        """Of the kinds of fact, and distinct measures, as the plan numbers them."""
        self.most = most


class Caps:
    """The caps of a catalog."""

    def __init__(self, plan: Plan):
        windows = (*plan.catalog.rolling, *PERIOD_WINDOWS, "now")
        signatures = {found for each in plan.signatures.values() for found in each}
        self._caps = {
            signature: _joined(
                [(plan.bits.widened(kpi.facts), kpi.kpi.max_values) for window in windows
                 for kpi in plan.kpis(signature, window, plan.all_facts)]
            )
            for signature in signatures if not LEVELS.issuperset(signature)
        }  # fmt: skip

    def of(self, bit: int, signature: Signature) -> Cap | None:
        """Return the cap of facts in such groups; None where they have no dimension but team and rep."""
        return next((cap for cap in self.at(signature) if cap.bits & bit), None)

    def at(self, signature: Signature) -> tuple[Cap, ...]:
        """Return all caps of such groups."""
        return self._caps.get(signature, ())


def _joined(kpis: list[tuple[int, int]]) -> tuple[Cap, ...]:
    """Return the caps of KPIs by the bits of their facts: one for those that share facts, be it through others."""
    caps: list[Cap] = []
    for bits, most in kpis:
        shared = [cap for cap in caps if cap.bits & bits]
        for cap in shared:
            bits, most = bits | cap.bits, max(most, cap.most)
        caps = [*(cap for cap in caps if cap not in shared), Cap(bits, most)]
    return tuple(caps)
