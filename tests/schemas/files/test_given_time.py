"""The years that a moment which a person gives may lie in."""

from datetime import UTC, datetime, timedelta

from schemas.files.given_time import FIRST_YEAR, GIVEN_YEARS, LAST_YEAR, in_given_years

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def us(year: int) -> int:
    return (datetime(year, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


def test_the_years_are_whole() -> None:
    """From the first microsecond of the first year to the last one of the last, and the sentence names both."""
    first_us, after_us = us(FIRST_YEAR), us(LAST_YEAR + 1)

    assert [False, True, True, False] == [
        in_given_years(t_us) for t_us in (first_us - 1, first_us, after_us - 1, after_us)
    ]
    assert str(FIRST_YEAR) in GIVEN_YEARS and str(LAST_YEAR) in GIVEN_YEARS
