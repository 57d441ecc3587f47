"""The one clock."""

from datetime import UTC, datetime

from streams.clock import monotonic_s, now_us


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
