"""Playing events back at a speed."""

import pytest

from streams.sources.pace import Pace

SECOND_US = 1_000_000


def test_an_hour_in_a_minute() -> None:
    """At speed 60 an event a minute later is due a second later, measured from the first event."""
    pace = Pace(60.0, start_s=0.0)

    assert pace.wait_s(1_000 * SECOND_US, clock_s=5.0) == 0.0
    assert pace.wait_s(1_060 * SECOND_US, clock_s=5.25) == pytest.approx(0.75)
    assert pace.wait_s(1_120 * SECOND_US, clock_s=5.5) == pytest.approx(1.5)


def test_late_events_and_late_clocks_wait_for_nothing() -> None:
    """And what was lost is caught up with: the pace is kept against the first event, not the last."""
    pace = Pace(1.0, start_s=0.0)
    pace.wait_s(1_000 * SECOND_US, clock_s=0.0)

    assert pace.wait_s(999 * SECOND_US, clock_s=0.0) < 0
    assert pace.wait_s(1_003 * SECOND_US, clock_s=9.0) < 0
    assert pace.wait_s(1_010 * SECOND_US, clock_s=9.0) == pytest.approx(1.0)


@pytest.mark.parametrize("speed", [0.0, -1.0, float("nan"), float("inf")])
def test_there_is_no_speed_of_nothing(speed: float) -> None:
    """It would wait for ever."""
    with pytest.raises(ValueError, match="must be above 0"):
        Pace(speed, start_s=0.0)
