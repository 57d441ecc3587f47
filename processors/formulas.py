"""Formulas: how the sums of a group in a window become a value and its sample size."""

from collections.abc import Callable

from processors.histogram import percentile_us
from processors.vector import Vector, slot_of

Value = int | float | None
Evaluate = Callable[[Vector], tuple[Value, int]]

MICRO = 1_000_000


def count_slot(kind: str) -> int:
    """Return the slot of how many facts of a kind there are."""
    return slot_of(f"{kind}.count")


def sum_slot(kind: str) -> int:
    """Return the slot of the sum of their values."""
    return slot_of(f"{kind}.sum")


def histogram_slot(kind: str) -> int:
    """Return the first slot of the histogram of their values."""
    return slot_of(f"{kind}.histogram")


def at_most_slot(kind: str, limit_us: int) -> int:
    """Return the slot of how many of their values are at most a limit."""
    return slot_of(f"{kind}.at_most.{limit_us}")


def counted(slots: list[int]) -> Evaluate:
    """How many facts."""
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


def total(summed: int, count: int) -> Evaluate:
    """The sum of amounts; whole amounts stay whole numbers."""

    def evaluate(vector: Vector) -> tuple[Value, int]:
        micros = vector.get(summed, 0)
        whole, rest = divmod(micros, MICRO)
        return (micros / MICRO if rest else whole), vector.get(count, 0)

    return evaluate


def ratio(above: list[int], below: list[int], scale: int = 1) -> Evaluate:
    """One sum divided by another times `scale`; null where the lower is 0."""

    def evaluate(vector: Vector) -> tuple[Value, int]:
        n = 0
        for slot in below:
            n += vector.get(slot, 0)
        if n == 0:
            return None, 0
        m = 0
        for slot in above:
            m += vector.get(slot, 0)
        # One division of integers: the quotient is the nearest float to the true one.
        return m / (n * scale), n

    return evaluate


def percentile(histogram: int, count: int, q: float) -> Evaluate:
    """The percentile of durations, in seconds."""

    def evaluate(vector: Vector) -> tuple[Value, int]:
        n = vector.get(count, 0)
        value = percentile_us(vector, q, histogram) if n else None
        return (None if value is None else value / MICRO), n

    return evaluate
