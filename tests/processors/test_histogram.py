"""Percentiles from counts that add up."""

from collections import Counter
from collections.abc import Iterator
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.histogram import LAST_BUCKET, Buckets, bucket, middle_us


def percentile_us(counts: dict[int, int], q: float) -> float | None:
    return Buckets().percentile_us(counts, q, sum(counts.values()))


THIRTY_YEARS_US = 10**15
PROMISED = 0.01


@settings(max_examples=50, deadline=None)
@given(st.integers(1, THIRTY_YEARS_US))
def test_a_bucket_stands_for_its_values(value_us: int) -> None:
    """The middle of a value's bucket is within one percent of it."""
    assert abs(middle_us(bucket(value_us)) - value_us) <= PROMISED * value_us


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(0, THIRTY_YEARS_US), min_size=1, max_size=50), st.sampled_from([0.1, 0.5, 0.9, 0.99])
)
def test_nearest_rank(values: list[int], q: float) -> None:
    """A percentile is within one percent of the value of rank ceil(q n)."""
    wanted = sorted(values)[ceil(q * len(values) - 1e-9) - 1]
    found = percentile_us(Counter(map(bucket, values)), q)

    assert found is not None
    assert abs(found - wanted) <= PROMISED * wanted


@pytest.mark.parametrize(
    ("values", "q", "rank"),
    [
        ([1, 2], 0.5, 0),
        ([1, 2, 3], 0.5, 1),
        ([10**n for n in range(10)], 0.9, 8),
        ([1] * 2 + [10**9], 0.9, 2),
    ],
)
def test_ranks_by_hand(values: list[int], q: float, rank: int) -> None:
    """Of an even number the lower median; the 90th of ten is the ninth."""
    assert middle_us(bucket(values[rank])) == percentile_us(Counter(map(bucket, values)), q)


def test_a_rank_that_binary_fractions_miss() -> None:
    """0.1 of 30 is rank 3, though 0.1 * 30 is a hair over 3."""
    counts = Counter(bucket(10**n) for n in range(10) for _ in range(3))

    assert middle_us(bucket(1)) == percentile_us(counts, 0.1)


def test_zero_nothing_and_the_endless() -> None:
    """0 is exact, no counts give no value, and what is beyond all bounds has the last bucket."""
    assert (0, 0.0) == (bucket(0), middle_us(0))
    assert 0.0 == percentile_us({0: 3}, 0.9)
    assert percentile_us({}, 0.5) is None
    assert percentile_us({5: 0}, 0.5) is None
    assert LAST_BUCKET == bucket(10**60)


def test_numbers_of_buckets() -> None:
    """Written state has them, so they stay as they are; thirty years leave room."""
    assert [1, 37, 699, 1746] == [bucket(value_us) for value_us in (1, 2, 10**6, THIRTY_YEARS_US)]
    assert (4095, 4072) == (LAST_BUCKET, bucket(10**35))


def test_counts_taken_back_leave_no_trace() -> None:
    """Adding and taking back a value gives the percentile without it; empty buckets say nothing."""
    counts = Counter(map(bucket, [10, 1_000]))
    counts.subtract([bucket(1_000)])

    assert middle_us(bucket(10)) == percentile_us(counts, 0.9)


Step = tuple[int, int]
"""Which bucket, and what is added to its count."""


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(-2, 2)), max_size=60), st.sampled_from([0.1, 0.5, 0.9])
)
def test_what_is_known_of_a_vector_never_misleads(steps: list[Step], q: float) -> None:
    """Buckets that came, were emptied, went, or are of another vector: as if all slots were looked at."""
    first = 1 << 12
    counts, other = {1: 9, first + LAST_BUCKET + 1: 9}, {first + 3: 2, first + 400: 1}
    known = Buckets(first)
    for number, amount in steps:
        left = max(counts.get(first + number, 0) + amount, 0)
        if left or amount == -1:
            counts[first + number] = left
        else:
            counts.pop(first + number, None)
        of_buckets = {slot - first: n for slot, n in counts.items() if first <= slot <= first + LAST_BUCKET}
        n = sum(of_buckets.values())

        assert percentile_us(of_buckets, q) == known.percentile_us(counts, q, n)
        if number == 12:
            assert middle_us(3) == known.percentile_us(other, 0.5, 3)


def test_fewer_in_the_buckets_than_there_are() -> None:
    """As where a percentile was asked for later than the count: of those that are in buckets."""
    known = Buckets()

    assert middle_us(5) == known.percentile_us({5: 1, 9: 2}, 0.1, 40)
    assert middle_us(9) == known.percentile_us({5: 1, 9: 3}, 0.9, 41)


def test_slots_are_looked_at_once() -> None:
    """A vector has hundreds; another percentile, or a value more, is no reason to pass all of them again."""
    looked = list[int]()

    class Noted(dict[int, int]):
        def __iter__(self) -> Iterator[int]:
            return self.noted(super().__iter__())

        def __reversed__(self) -> Iterator[int]:
            return self.noted(super().__reversed__())

        def noted(self, slots: Iterator[int]) -> Iterator[int]:
            for slot in slots:
                looked.append(slot)
                yield slot

    counts = Noted(dict.fromkeys(range(5_000), 1))
    known = Buckets(4_900)
    assert middle_us(49) == known.percentile_us(counts, 0.5, 100)
    looked.clear()
    counts[5_000] = 1

    assert middle_us(90) == known.percentile_us(counts, 0.9, 101)
    assert [5_000] == looked
