"""Caps: how many values of dimensions are kept in groups of their own.

KPIs that are made of the same facts share their groups' values, and so their cap, the largest of theirs: both
sides of a ratio keep the same values or count them under `other`. What is over the cap once stays over it, so
that a fact is taken back where it was added.
"""

from collections.abc import Iterable

Signature = tuple[str, ...]
LEVELS = frozenset({"team", "rep"})


class Cap:
    """Of some facts, in groups of some dimensions: how many values they may have there."""

    __slots__ = ("most", "whats")

    def __init__(self, whats: Iterable[str], most: int):
        self.whats = frozenset(whats)
        self.most = most


class Caps:
    """The caps of a catalog."""

    def __init__(self, kept: Iterable[tuple[Signature, frozenset[str], int]]):
        """`kept`: for each KPI and signature, what it is made of there, and how many values it may have."""
        found: dict[Signature, list[Cap]] = {}
        for signature, whats, most in kept:
            if LEVELS.issuperset(signature):
                continue
            caps = found.setdefault(signature, [])
            joined = [cap for cap in caps if not cap.whats.isdisjoint(whats)]
            merged = Cap(
                whats.union(*(cap.whats for cap in joined)), max([most, *(cap.most for cap in joined)])
            )
            found[signature] = [*(cap for cap in caps if cap not in joined), merged]
        self._by_signature = {signature: tuple(caps) for signature, caps in found.items()}
        self._by_what = {
            (what, signature): cap for signature, caps in found.items() for cap in caps for what in cap.whats
        }

    def of(self, what: str, signature: Signature) -> Cap | None:
        """Return the cap of facts in such groups; None where they have no dimension but team and rep."""
        return self._by_what.get((what, signature))

    def at(self, signature: Signature) -> tuple[Cap, ...]:
        """Return all caps of such groups."""
        return self._by_signature.get(signature, ())
