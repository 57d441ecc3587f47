"""Counts by key: as a dictionary would have them, in whatever order facts come and are taken back."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from processors.tracking.fact_counts import FactCounts

STEPS = st.lists(st.tuples(st.integers(0, 6), st.integers(-1, 3)), max_size=40)


@given(STEPS)
def test_counts_are_those_of_a_dictionary(steps: list[tuple[int, int]]) -> None:
    """A step of -1 takes one from under a key, where there is one; written and read back it is the same."""
    counts, expected = FactCounts(), Counter[int]()
    for key, n in steps:
        if n > 0:
            counts.count(key, n)
            expected[key] += n
        elif n < 0 and expected[key]:
            expected[key] -= 1
            assert counts.take_one(counts.keys.index(key)) == (expected[key] == 0)
    there = {key: n for key, n in sorted(expected.items()) if n}
    again = FactCounts()
    again.restore([*counts.keys], counts.counts())

    assert there == dict(zip(counts.keys, counts.counts(), strict=True))
    assert (counts.keys, counts.counts()) == (again.keys, again.counts())
    assert [*there.items()][1:3] == counts.cut(1, 3)
    assert [*there][:1] + [*there][3:] == [*counts.keys]
