"""Token buckets over time, which is an argument."""

from hypothesis import given
from hypothesis import strategies as st

from processors.serving.token_bucket import US_PER_S, TokenBuckets


def test_so_many_at_once_then_so_many_a_second() -> None:
    """Three at once; the fourth is told when to come back, and comes then."""
    buckets = TokenBuckets(per_s=2, burst=3, names_max=10)

    assert [buckets.take("a", 0) for _ in range(4)] == [0, 0, 0, 0.5]
    assert buckets.take("a", 500_000) == 0
    assert buckets.take("a", 500_000) == 0.5
    assert buckets.take("b", 500_000) == 0


def test_after_a_quiet_time_the_bucket_is_full_and_no_fuller() -> None:
    """An hour's silence is worth one burst."""
    buckets = TokenBuckets(per_s=1, burst=2, names_max=10)
    buckets.take("a", 0)

    assert [buckets.take("a", 3_600 * US_PER_S) for _ in range(3)] == [0, 0, 1]


def test_a_clock_that_is_set_back() -> None:
    """Locks nobody out for longer than a bucket takes to fill."""
    buckets = TokenBuckets(per_s=1, burst=2, names_max=10)
    buckets.take("a", 1_000 * US_PER_S)

    assert buckets.take("a", 0) <= 2
    assert buckets.take("a", 2 * US_PER_S) == 0


def test_names_are_bounded() -> None:
    """Whoever asked longest ago is forgotten, which gives a full bucket."""
    buckets = TokenBuckets(per_s=1, burst=1, names_max=2)
    for name in ("a", "b", "a", "c"):
        buckets.take(name, 0)

    assert len(buckets) == 2
    assert buckets.take("b", 0) == 0
    assert buckets.take("c", 0) == 1


@given(st.lists(st.integers(0, 2_000_000), min_size=1, max_size=60))
def test_no_stretch_has_more_than_it_may(pauses_us: list[int]) -> None:
    """In any stretch of time at most the burst and what the rate gives."""
    buckets, now_us, taken = TokenBuckets(per_s=2, burst=3, names_max=10), 0, []
    for pause_us in pauses_us:
        now_us += pause_us
        if buckets.take("a", now_us) == 0:
            taken.append(now_us)

    for first, from_us in enumerate(taken):
        for last, until_us in enumerate(taken[first:], first):
            assert last - first + 1 <= 3 + 2 * (until_us - from_us) / US_PER_S + 1e-6
