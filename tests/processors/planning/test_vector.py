"""Integers under slots."""

from hypothesis import given, settings
from hypothesis import strategies as st

from processors.histogram import LAST_BUCKET
from processors.planning.vector import LOW_BITS, Vector, add, slot_of, subtract

VECTORS = st.dictionaries(st.integers(0, 50), st.integers(-(1 << 70), 1 << 70), max_size=8)


@settings(max_examples=50)
@given(VECTORS, VECTORS)
def test_adding_and_taking_back(vector: Vector, delta: Vector) -> None:
    """Slot by slot, of any size; adding the opposite is taking back."""
    total = dict(vector)
    add(total, delta)
    assert {slot: vector.get(slot, 0) + delta.get(slot, 0) for slot in vector | delta} == total

    add(total, {slot: -amount for slot, amount in delta.items()})
    assert {slot: n for slot, n in vector.items() if n} == {slot: n for slot, n in total.items() if n}


def test_what_is_empty() -> None:
    """Empty buckets go, they would be carried along for ever; counts of 0 stay, as the sign of a key that was.

    A cell may have a bucket that was filled and emptied, of which the sum knows nothing any more.
    """
    count = slot_of("x.count")
    total = {count: 1, count + 7: 1, count + 9: 2}
    subtract(total, {count: 1, count + 7: 1, count + 9: 1, count + 11: 0})

    assert {count: 0, count + 9: 1} == total


def test_delta_is_not_touched() -> None:
    """What is added is left as it was, it may be added elsewhere too."""
    delta = {1: 2}
    add({1: 1}, delta)
    subtract({1: 5}, delta)

    assert {1: 2} == delta


def test_slots() -> None:
    """A slot follows from its name alone, for ever, and has room for every bucket below it."""
    assert 3421780262 << 12 == slot_of("123456789")
    assert 0 == slot_of("call.count") & LOW_BITS
    assert LAST_BUCKET <= LOW_BITS
