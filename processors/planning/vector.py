"""Vectors: everything that is added up is an integer under a *slot*.

A slot is a number that stands for a count, a sum (microseconds, millionths of money), or one bucket of
a histogram; a vector maps slots to sums. Panes, windows and groups hold vectors and nothing else, so
adding, taking back and merging are one operation. A slot's number comes from its name alone, so that
written state outlives a changed catalog.
"""

from collections.abc import Iterable
from zlib import crc32

from processors.histogram import LAST_BUCKET

Vector = dict[int, int]

BUCKET_BITS = 12
LOW_BITS = (1 << BUCKET_BITS) - 1
assert LAST_BUCKET <= LOW_BITS


def slot_of(name: str) -> int:
    """Return the slot of that name; the low bits are free for a histogram's buckets."""
    return crc32(name.encode()) << BUCKET_BITS


def add(vector: Vector, delta: Vector) -> None:
    """Add `delta` to `vector` in place."""
    for slot, amount in delta.items():
        if slot in vector:
            vector[slot] += amount
        else:
            vector[slot] = amount


def summed(deltas: Iterable[Vector]) -> Vector:
    """Return the sum of vectors."""
    total: Vector = {}
    for delta in deltas:
        add(total, delta)
    return total


def subtract(vector: Vector, delta: Vector) -> None:
    """Take `delta` from `vector` in place. Empty buckets go; counts of 0 stay, as the sign of a key that was."""
    get = vector.get
    for slot, amount in delta.items():
        left = get(slot, 0) - amount
        if left or not slot & LOW_BITS:
            vector[slot] = left
        else:
            vector.pop(slot, None)  # a cell may have a bucket that was filled and emptied
