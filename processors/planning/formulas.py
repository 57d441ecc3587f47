"""Formulas: how the sums of a group in a window become a value and its sample size."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import isfinite, lcm
from typing import NamedTuple

from processors.planning.look import Look
from processors.planning.vector import Vector
from schemas.fact import MICRO

Value = int | float | None
Shown = tuple[Value, int]
"""A value and its sample size."""
Evaluate = Callable[[Vector, Look], Shown]
"""Gives a value from the sums of the group in the window; what else it needs it looks at."""
Term = Callable[[Vector, Look], tuple[Value | Fraction, int]]
"""Gives what an expression calculates with, likewise."""


class Linear(NamedTuple):
    """A sum of slots, each times a whole number, divided by another: what counts and sums are, exactly."""

    terms: tuple[tuple[int, int], ...]
    """slot, factor."""
    divisor: int
    counts: tuple[int, ...]
    """Slots of how many facts there are."""

    def n(self, vector: Vector) -> int:
        """Return how many facts there are."""
        n = 0
        for slot in self.counts:
            n += vector.get(slot, 0)
        return n

    def total(self, vector: Vector) -> int:
        """Return the sum before it is divided."""
        total = 0
        for slot, factor in self.terms:
            total += vector.get(slot, 0) * factor
        return total

    def value(self, vector: Vector) -> int | float:
        """Return the sum; whole amounts stay whole numbers."""
        whole, rest = divmod(total := self.total(vector), self.divisor)
        return total / self.divisor if rest else whole


def linear(slots: Sequence[int], divisor: int = 1, counts: Sequence[int] | None = None) -> Linear:
    """Return the sum of slots divided by `divisor`; `counts` are the slots themselves unless given."""
    return Linear(tuple((slot, 1) for slot in slots), divisor, tuple(slots if counts is None else counts))


def joined(parts: Sequence[Linear]) -> Linear:
    """Return the sum of several."""
    divisor = lcm(*(part.divisor for part in parts))
    terms = [(slot, factor * (divisor // part.divisor)) for part in parts for slot, factor in part.terms]
    return Linear(tuple(terms), divisor, tuple(dict.fromkeys(slot for part in parts for slot in part.counts)))


def total(what: Linear) -> Evaluate:
    """The sum itself; of a count, how many facts."""
    if what.divisor == 1 and len(what.terms) == 1 and what.terms == ((what.counts[0], 1),):
        slot = what.counts[0]

        def one(vector: Vector, _look: Look) -> Shown:
            n = vector.get(slot, 0)
            return n, n

        return one
    return lambda vector, _look: (what.value(vector), what.n(vector))


def exact(what: Linear) -> Term:
    """The sum as it is, not as the nearest float: where two are subtracted that nearly cancel, it would show."""

    def evaluate(vector: Vector, _look: Look) -> tuple[int | Fraction, int]:
        whole, rest = divmod(total := what.total(vector), what.divisor)
        return Fraction(total, what.divisor) if rest else whole, what.n(vector)

    return evaluate


def ratio(above: Linear, below: Linear, scale: float = 1) -> Evaluate:
    """One sum divided by another, times `scale`; null with n 0 where the lower is 0."""
    times, over = below.divisor, above.divisor
    if scale == int(scale):
        times *= int(scale)
        scale = 1

    def evaluate(vector: Vector, _look: Look) -> Shown:
        lower = 0
        for slot, factor in below.terms:
            lower += vector.get(slot, 0) * factor
        if lower == 0:
            return None, 0
        upper = 0
        for slot, factor in above.terms:
            upper += vector.get(slot, 0) * factor
        # One division of integers: the quotient is the nearest float to the true one.
        value = upper * times / (lower * over)
        return value if scale == 1 else value * scale, below.n(vector)

    return evaluate


def percentile(histogram: int, count: int, q: float) -> Evaluate:
    """The percentile of durations, in seconds."""

    def evaluate(vector: Vector, look: Look) -> Shown:
        n = vector.get(count, 0)
        value = look.buckets(histogram).percentile_us(vector, q, n) if n else None
        return (None if value is None else value / MICRO), n

    return evaluate


NO_KEY: Shown = (None, -1)
"""What a formula that looks beyond its own sums says where there is nothing to say."""
OVER: Shown = (None, -2)
"""What a formula with parts of other windows says of a period that is over: those are of now, and it is not."""


def growth(of: Linear, same_elapsed: bool) -> Evaluate:
    """The sum in the period ÷ that in the period before − 1; n is that of the period before."""

    def evaluate(vector: Vector, look: Look) -> Shown:
        own, before = look.before(same_elapsed)
        whole = look.before(False)[1] if same_elapsed else before
        if not any(slot in vector or slot in whole for slot in of.counts):
            return NO_KEY
        lower = of.total(before)
        if lower == 0:
            return None, 0
        return (of.total(vector if own is None else own) - lower) / lower, of.n(before)

    return evaluate


def churn(active: int, left: int, complement: bool) -> Evaluate:
    """Of those active at the start of the period, the share that left in it, or that did not."""

    def evaluate(vector: Vector, look: Look) -> Shown:
        n = look.opening(active)
        if n <= 0:
            return NO_KEY
        gone = vector.get(left, 0)
        return (n - gone if complement else gone) / n, n

    return evaluate


def attained(value: Value, target: Value) -> Value:
    """Return value ÷ target, whichever direction is the better; None without either, or for a target of 0.

    Likewise for one so small that no float holds the quotient.
    """
    found = None if value is None or not target else value / target
    return found if found is not None and isfinite(found) else None


def attainment(kpi: str, part: Evaluate) -> Evaluate:
    """A KPI ÷ its target for the period; without a target it has no key."""

    def evaluate(vector: Vector, look: Look) -> Shown:
        target = look.target(kpi)
        if target is None:
            return NO_KEY
        value, n = shown = part(vector, look)
        if shown == OVER:
            return OVER
        reached = attained(value, target)
        return reached, 0 if reached is None else n

    return evaluate


def attainment_share(kpi: str, part: Evaluate, less_is_better: bool = False) -> Evaluate:
    """Of the reps with a target on a KPI, the share that reached it, or stays within it where less is better."""

    def evaluate(_vector: Vector, look: Look) -> Shown:
        reps = look.reps_with_target(kpi, part)
        if not reps:
            return NO_KEY
        reached = 0
        for target, shown in reps:
            if shown == OVER:
                return OVER
            value, _ = shown
            if value is not None:
                reached += value <= target if less_is_better else bool(target) and value / target >= 1
        return reached / len(reps), len(reps)

    return evaluate


def oldest(count: int) -> Evaluate:
    """The age of the oldest that is open, in seconds, from the start of the pane it lies in."""

    def evaluate(vector: Vector, look: Look) -> Shown:
        n = vector.get(count, 0)
        since_us = look.oldest_us(count) if n > 0 else None
        return (None if since_us is None else (look.now_us - since_us) / MICRO), n

    return evaluate


def arithmetic(
    parts: Sequence[tuple[Term, str | None]],
    combine: Callable[[Sequence[Value | Fraction]], Value],
    n: int,
    counts: Sequence[int] = (),
) -> Evaluate:
    """An expression over values of KPIs, each in the window at hand or one of its own; `n` is whose n it has.

    Where a part has no key, nor have the facts of which there are these `counts`, there is none.
    """
    is_of_now = any(window is not None for _, window in parts)

    def evaluate(vector: Vector, look: Look) -> Shown:
        if is_of_now and look.is_over:
            return OVER
        shown = [one(vector, look) if window is None else look.at(window, one) for one, window in parts]
        value = combine([value for value, _ in shown[: len(parts) - 1]])
        size = shown[n][1]
        if value is None:
            sizes = [each for _, each in shown]
            if OVER[1] in sizes:
                return OVER
            if NO_KEY[1] in sizes and not any(slot in vector for slot in counts):
                return NO_KEY
        return value, 0 if value is None else size

    return evaluate
