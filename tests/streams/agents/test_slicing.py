"""Slices take a moment each, however much a record holds."""

from streams.agents.slicing import SLICE_RECORDS_FIRST, SLICE_RECORDS_MAX, SLICE_S, Slicer


def test_quick_records_come_in_full_slices_soon() -> None:
    """From the first slice to the largest in a few doublings."""
    slicer = Slicer()

    for _ in range(4):
        slicer.took(slicer.size, 0.001)

    assert SLICE_RECORDS_MAX == slicer.size


def test_size_at_most_doubles() -> None:
    """One quick slice proves little."""
    slicer = Slicer()

    slicer.took(SLICE_RECORDS_FIRST, 1e-9)

    assert 2 * SLICE_RECORDS_FIRST == slicer.size


def test_slow_records_come_one_by_one() -> None:
    """A record of thousands of facts may take a moment by itself; the loop must turn after it."""
    slicer = Slicer()

    slicer.took(10, 100 * SLICE_S)

    assert 1 == slicer.size


def test_size_is_what_fits_the_moment() -> None:
    """1,000 records in half of the time allowed: 2,000 fit."""
    slicer = Slicer()
    slicer.size = 1_500

    slicer.took(1_000, SLICE_S / 2)

    assert 2_000 == slicer.size


def test_too_short_to_measure_is_quick() -> None:
    """A clock that did not move is no reason to divide by it."""
    slicer = Slicer()

    slicer.took(1, 0.0)

    assert 2 * SLICE_RECORDS_FIRST == slicer.size
