"""Moments as people say them."""

from zoneinfo import ZoneInfo

import pytest

from processors.alerts.local_moment import local_minute, local_moment
from tests.oracle.moments import instant

CASES = [
    ("2026-11-26T19:50:37.728Z", "2026-11-26T20:50:37.728Z", "UTC", "19:50"),
    # In Berlin it is an hour later, and soon the day after.
    ("2026-11-26T19:50:00Z", "2026-11-26T22:59:59Z", "Europe/Berlin", "20:50"),
    ("2026-11-26T19:50:00Z", "2026-11-26T23:00:00Z", "Europe/Berlin", "Thu 20:50"),
    ("2026-11-26T23:30:00Z", "2026-11-27T22:00:00Z", "Europe/Berlin", "00:30"),
    ("2026-11-20T19:50:00Z", "2026-11-26T09:00:00Z", "UTC", "Fri 19:50"),
    # A week ago has the same weekday as today.
    ("2026-11-19T19:50:00Z", "2026-11-26T09:00:00Z", "UTC", "19 Nov 19:50"),
    ("2025-11-09T19:50:00Z", "2026-11-26T09:00:00Z", "UTC", "9 Nov 2025 19:50"),
    ("2026-12-31T23:00:00Z", "2027-01-01T09:00:00Z", "UTC", "Thu 23:00"),
    # A clock that was set back.
    ("2026-11-27T00:10:00Z", "2026-11-26T23:50:00Z", "UTC", "27 Nov 00:10"),
]


@pytest.mark.parametrize(("at", "said", "zone", "wanted"), CASES)
def test_moments(at: str, said: str, zone: str, wanted: str) -> None:
    """As short as it may be without being taken for another day's."""
    assert wanted == local_moment(instant(at), instant(said), ZoneInfo(zone))


@pytest.mark.parametrize(
    ("time", "zone", "wanted"),
    [
        ("2026-11-21T09:15:59.123456Z", "UTC", "2026-11-21 09:15 UTC"),
        ("2026-11-21T23:15:00Z", "Europe/Berlin", "2026-11-22 00:15 CET"),
        # The hour that comes twice.
        ("2026-10-25T00:30:00Z", "Europe/Berlin", "2026-10-25 02:30 CEST"),
        ("2026-10-25T01:30:00Z", "Europe/Berlin", "2026-10-25 02:30 CET"),
        # Of no name.
        ("2026-11-21T09:15:00Z", "America/Sao_Paulo", "2026-11-21 06:15 UTC-03:00"),
        ("whenever", "Europe/Berlin", "whenever"),
    ],
)
def test_minutes(time: str, zone: str, wanted: str) -> None:
    """With the zone's name, so that nobody takes it for another one's; a time that can't be read as it came."""
    assert wanted == local_minute(time, ZoneInfo(zone))
