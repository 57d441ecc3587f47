"""Histogram counts."""

from streams.measuring.distribution import Distribution


def test_an_observation_on_a_bound_belongs_to_its_bucket() -> None:
    """Prometheus's buckets are "at or under", and each contains the ones before."""
    seen = Distribution((1.0, 10.0))
    for value in (0.5, 1.0, 10.0, 11.0):
        seen.observe(value)

    assert seen.cumulative() == [("1.0", 2.0), ("10.0", 3.0), ("+Inf", 4.0)]
    assert (seen.count, seen.total) == (4, 22.5)


def test_nothing_observed_is_all_zero() -> None:
    """A histogram is complete from the start, so that rates have something to begin with."""
    assert Distribution((1.0,)).cumulative() == [("1.0", 0.0), ("+Inf", 0.0)]
