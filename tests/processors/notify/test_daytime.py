"""The next time that a clock on the wall shows a time."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from processors.notify.daytime import next_us

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def us(text: str) -> int:
    """Return microseconds of a time in UTC."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("after", "clock", "wanted", "why"),
    [
        ("2026-11-21T05:00", "08:00", "2026-11-21T07:00", "later today"),
        ("2026-11-21T07:00", "08:00", "2026-11-22T07:00", "not now, but the next time"),
        ("2026-11-21T23:30", "00:15", "2026-11-22T23:15", "it is past midnight there already"),
        ("2026-03-28T12:00", "08:00", "2026-03-29T06:00", "the clocks go forward that night"),
        ("2026-10-24T12:00", "08:00", "2026-10-25T07:00", "and back in autumn"),
        ("2026-03-28T12:00", "02:30", "2026-03-29T01:30", "a time that is skipped comes an hour later"),
        ("2026-10-24T12:00", "02:30", "2026-10-25T00:30", "one that is repeated, the first time"),
        ("2026-10-25T00:30", "02:30", "2026-10-26T01:30", "and not the second time"),
    ],
)
def test_the_next_time(after: str, clock: str, wanted: str, why: str) -> None:
    """In the zone's time."""
    assert next_us(clock, AMSTERDAM, us(after)) == us(wanted), why
