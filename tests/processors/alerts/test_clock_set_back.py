"""When the clock was set back."""

from processors.alerts.clock_set_back import BACK_US, SetBack


def test_it_says_by_how_much() -> None:
    """Once, and not where the clock goes on, stands still or is held in step."""
    clock = SetBack()

    times_us = (10 * BACK_US, 10 * BACK_US, 12 * BACK_US, 11 * BACK_US + 1, 7 * BACK_US, 7 * BACK_US + 1)

    assert [0, 0, 0, 0, 4 * BACK_US + 1, 0] == [clock.by_us(at_us) for at_us in times_us]
