"""Rolling windows: which panes they cover."""

import pytest

from processors.calendar import Calendar
from processors.windows import FINE_RETENTION_PANES, HOUR_RETENTION, ZERO_HOURS, Rolling
from schemas.catalogs.retention import DAYS_D
from schemas.catalogs.rolling import rolling_panes
from schemas.fact import PANE_US
from tests.oracle.moments import instant


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("rolling_24h", "2026-06-09T12:05:00Z", "2026-06-10T12:05:00Z"),
        ("rolling_1h", "2026-06-10T11:05:00Z", "2026-06-10T12:05:00Z"),
        ("rolling_7d", "2026-06-03T13:00:00Z", "2026-06-10T13:00:00Z"),
        ("rolling_30d", "2026-05-11T13:00:00Z", "2026-06-10T13:00:00Z"),
        ("rolling_365d", "2025-06-10T22:00:00Z", "2026-06-10T22:00:00Z"),
    ],
)
def test_bounds(name: str, start: str, end: str) -> None:
    """A window ends with the running pane (five minutes, hour, local day) and has so many of them."""
    bounds = Rolling(name).bounds_us(instant("2026-06-10T12:03:10Z") // PANE_US, Calendar("Europe/Amsterdam"))

    assert (instant(start), instant(end)) == bounds


def test_local_days_count_not_hours() -> None:
    """Over a clock change, 365 days are 365 local days."""
    start, end = Rolling("rolling_365d").bounds_us(
        instant("2026-03-29T12:00:00Z") // PANE_US, Calendar("Europe/Amsterdam")
    )

    assert (instant("2025-03-29T23:00:00Z"), instant("2026-03-29T22:00:00Z")) == (start, end)


@pytest.mark.parametrize(
    "name", ["rolling_1h", "rolling_24h", "rolling_7d", "rolling_38d", "rolling_46d", "rolling_792d"]
)
def test_panes_outlast_their_windows(name: str) -> None:
    """What tells that a key was there in the last seven days is kept until its tombstone is due."""
    tier, panes = rolling_panes(name)
    hours = -(-panes // 12) if tier == "fine" else panes

    if tier == "fine":
        assert panes < FINE_RETENTION_PANES
    if tier == "day":
        assert panes + ZERO_HOURS // 24 < DAYS_D
    else:
        assert hours + ZERO_HOURS < HOUR_RETENTION
