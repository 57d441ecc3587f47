"""Times in examples: three ways to write a moment, and what is said of those that are none."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from schemas.examples.times import moment_text, moment_us
from tests.oracle.moments import instant

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("day 1 09:00", "2026-06-01T09:00:00Z"),
        ("day 30 09:00:30", "2026-06-30T09:00:30Z"),
        ("day 0 23:59:59.5", "2026-05-31T23:59:59.500000Z"),
        ("day -11 00:00", "2026-05-20T00:00:00Z"),
        ("2026-06-01 09:00", "2026-06-01T09:00:00Z"),
        ("2026-06-01T09:00:00Z", "2026-06-01T09:00:00Z"),
        ("2026-06-01T11:00:00+02:00", "2026-06-01T09:00:00Z"),
    ],
)
def test_three_ways_to_write_a_moment(text: str, same: str) -> None:
    """Days are counted from Monday, 1 June 2026; local times are UTC where no zone is given."""
    assert instant(same) == moment_us(text)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("day 1 09:00", "2026-03-02T08:00:00Z"),
        ("2026-07-01 09:00", "2026-07-01T07:00:00Z"),
        ("2026-10-25 02:30", "2026-10-25T00:30:00Z"),
        ("2026-07-01T09:00:00Z", "2026-07-01T09:00:00Z"),
    ],
)
def test_local_times_are_those_of_the_zone(text: str, same: str) -> None:
    """Of an hour that the clocks show twice it is the first; times with an offset know their own."""
    assert instant(same) == moment_us(text, date(2026, 3, 2), AMSTERDAM)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("yesterday", "expected a time such as 'day 1 09:00'"),
        ("day 1", "expected a time such as"),
        ("day 1 9:00", "expected a time such as"),
        ("2026-06-01T09:00:00", "expected a time such as"),
        ("day 1 25:00", "'day 1 25:00': no such time"),
        ("2026-02-30 09:00", "no such time"),
        ("2026-02-30T09:00:00Z", "no such time"),
        ("day 9999 09:00:99", "no such time"),
        ("9999-12-31T23:59:59Z", "expected a time of the years 1900 to 2999, found '9999-12-31T23:59:59Z'"),
        ("0001-01-01 00:00", "expected a time of the years 1900 to 2999"),
        ("2026-03-29 02:30", "clocks are moved forward over it in Europe/Amsterdam"),
    ],
)
def test_what_is_no_moment(text: str, sentence: str) -> None:
    """A sentence says what was expected, or what is wrong with it."""
    with pytest.raises(ValueError, match=r".") as wrong:
        moment_us(text, zone=AMSTERDAM)
    assert sentence in str(wrong.value)


@pytest.mark.parametrize(
    "text", ["day 1 09:00", "day 1 09:00:05", "day 30 23:59:59.25", "day 0 00:00", "day -6 10:20:30.000001"]
)
def test_written_as_it_is_read(text: str) -> None:
    """A moment that is shown can be copied into an example."""
    zone = ZoneInfo("America/New_York")

    assert moment_text(moment_us(text, zone=zone), zone=zone) == text
