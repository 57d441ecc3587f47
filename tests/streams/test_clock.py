"""The one clock."""

import sys
import time
from datetime import UTC, datetime

import pytest

from streams import clock
from streams.clock import elapsed_s, monotonic_s, now_us


def test_now_is_the_wall_clock_in_microseconds() -> None:
    """It lies between two readings of the system's clock, and in this century."""
    before = datetime.now(UTC)  # noqa: TID251 (what it is compared with)
    now = now_us()
    after = datetime.now(UTC)  # noqa: TID251

    assert isinstance(now, int)
    assert int(before.timestamp() * 1e6) - 1 <= now <= after.timestamp() * 1e6 + 1


def test_the_monotonic_clock_never_goes_back() -> None:
    """Readings in a row never fall."""
    readings = [monotonic_s() for _ in range(100)]

    assert sorted(readings) == readings


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the time since it was booted")
def test_what_elapsed_goes_on_while_the_machine_sleeps(monkeypatch: pytest.MonkeyPatch) -> None:
    """The monotonic clock stands still then."""
    awake_s, asleep_s = 100.0, 600.0
    times_s = {time.CLOCK_MONOTONIC: awake_s, time.CLOCK_BOOTTIME: awake_s + asleep_s}
    monkeypatch.setattr(clock.time, "clock_gettime", times_s.__getitem__)

    assert elapsed_s() == awake_s + asleep_s
