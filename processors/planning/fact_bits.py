"""Bits that stand for what changed in a window: one for each kind of fact, one for each count of a distinct measure.

A distinct measure counts an account once a day, once a week and so on, and once where it was seen last. Which of these
an event changes differs: the next call to a customer of this week changes the day's count, and takes nothing but the
last sight of him from the day before. So a window's values follow from that count alone that holds in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from processors.planning.evaluation import Accounts, Evaluation, count_in
from processors.planning.vector import BUCKET_BITS

FLAG_BITS = 3
"""The lowest bits of noted changes are flags (`processors.adding.group`), the others are these."""
FLAGS_MASK = (1 << FLAG_BITS) - 1


class FactBits:
    """The bits of a catalog."""

    def __init__(self, evaluation: Evaluation):
        self._evaluation = evaluation
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        """Of distinct measures, by the mask bit of each count."""
        self._of: dict[str, int] = {}
        number = FLAG_BITS
        for kind in evaluation.kinds:
            self._of[kind] = 1 << number
            number += 1
        for measure, accounts in evaluation.distincts.items():
            for count in accounts.slots:
                self._counts[measure][count] = 1 << number
                number += 1
            self._of[measure] = sum(self._counts[measure].values())
        self.all = sum(self._of.values())
        self.kinds = sum(self._of[kind] for kind in evaluation.kinds)
        """Those of kinds of fact: they change every window that a fact is in."""
        self.counts = self.all & ~self.kinds
        """Those of the counts of distinct measures."""

    def of(self, what: str) -> int:
        """Return the bit of a kind of fact, or all of a distinct measure."""
        return self._of[what]

    def of_all(self, whats: Iterable[str]) -> int:
        """Return the bits of several."""
        bits = 0
        for what in whats:
            bits |= self._of[what]
        return bits

    def of_kpi(self, name: str, window: str) -> int:
        """Return the bits of what a KPI's value follows from in a window, and in those that it looks at from there."""
        made_of = self._evaluation.made_of(name)
        bits = 0
        for what in made_of:
            bits |= self.within(what, window)
        for seen, what in self._evaluation.seen_elsewhere(name):
            bits |= self.within(what, seen)
        return bits

    def within(self, what: str, window: str) -> int:
        """Return the bit of a kind of fact, or of that count of a distinct measure which holds in a window."""
        counts = self._counts.get(what)
        return self._of[what] if counts is None else counts[count_in(window)]

    def noted_in(self, window: str) -> int:
        """Return the flags, and the bits of all changes in that window itself."""
        bits = FLAGS_MASK | self.kinds
        for counts in self._counts.values():
            bits |= counts[count_in(window)]
        return bits

    def widened(self, bits: int) -> int:
        """Return these with all counts of the distinct measures that any of them is of."""
        for measure in self._counts:
            if self._of[measure] & bits:
                bits |= self._of[measure]
        return bits

    def by_slot(self, whats: Iterable[str]) -> Mapping[int, int]:
        """Return the bits of what these add, by slot without the number of a histogram's bucket.

        Raises ValueError if two of them share a slot.
        """
        bases: dict[int, int] = {}
        for what in whats:
            for slot, bit in self._slots(what):
                if bases.setdefault(slot >> BUCKET_BITS, bit) != bit:
                    # One chance in a hundred million; a silent mix-up would be worse than a refusal.
                    raise ValueError(f"two measures of the catalog share a number, one of {what!r}")
        return bases

    def _slots(self, what: str) -> Iterable[tuple[int, int]]:
        accounts: Accounts | None = self._evaluation.distincts.get(what)
        if accounts is None:
            return [(slot, self._of[what]) for slot in self._evaluation.measures[what].slots]
        return [(slot, self._counts[what][count]) for count, slot in accounts.slots.items()]
