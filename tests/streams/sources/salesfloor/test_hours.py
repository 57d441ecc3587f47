"""When people work."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from streams.sources.salesfloor.hours import Hours

BERLIN = ZoneInfo("Europe/Berlin")


def us(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("time", "opens"),
    [
        ("2026-11-16 10:07:00", "2026-11-16 10:07:00"),
        ("2026-11-16 19:00:00", "2026-11-17 08:00:00"),
        ("2026-11-20 18:00:00", "2026-11-23 08:00:00"),
        ("2026-03-28 12:00:00", "2026-03-30 08:00:00"),  # clocks go forward in between
    ],
)
def test_work_goes_on_when_staff_come_in_next(time: str, opens: str) -> None:
    """After a night or a weekend, at eight in local time, summer or winter."""
    hours = Hours("Europe/Berlin", always_open=False)

    assert hours.next_open(us(time)) == us(opens)
    assert hours.staff(us(opens)) > 0


def test_customers_never_sleep_altogether() -> None:
    """They write at night and on weekends, much less."""
    hours = Hours("Europe/Berlin", always_open=False)

    assert (
        0 < hours.customers(us("2026-11-16 03:00:00")) < 0.1 < hours.customers(us("2026-11-16 20:00:00")) < 1
    )
    assert hours.staff(us("2026-11-16 03:00:00")) == 0


def test_a_floor_may_never_close() -> None:
    """For a demonstration in the middle of the night."""
    hours = Hours("Europe/Berlin", always_open=True)

    assert hours.staff(us("2026-11-15 03:00:00")) == hours.customers(us("2026-11-15 03:00:00")) == 1
