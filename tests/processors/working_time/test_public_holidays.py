"""Days on which nobody works."""

from datetime import date

import pytest

from processors.working_time.public_holidays import PublicHolidays
from schemas.catalogs.calendar_section import countries


def test_of_a_country() -> None:
    """A country's holidays of any year; not those of one of its parts."""
    germany = PublicHolidays("DE")

    assert date(2026, 10, 3) in germany
    assert date(2026, 10, 2) not in germany
    assert date(2026, 6, 4) not in germany  # Corpus Christi: Bavaria's, not the country's


def test_of_a_subdivision() -> None:
    """A subdivision has the country's and its own."""
    bavaria = PublicHolidays("DE", "BY")

    assert date(2026, 6, 4) in bavaria
    assert date(2026, 10, 3) in bavaria


def test_a_holiday_that_is_made_up_for() -> None:
    """Independence Day 2027 is a Sunday: the Monday after is off as well."""
    states = PublicHolidays("US")

    assert [4, 5] == [day for day in range(1, 32) if date(2027, 7, day) in states]


def test_extra_days() -> None:
    """Days of the company's own come on top, with or without a country."""
    extra = [date(2026, 12, 28)]

    assert extra[0] in PublicHolidays(extra=extra)
    assert date(2026, 12, 25) not in PublicHolidays(extra=extra)
    assert date(2026, 12, 28) in PublicHolidays("NL", extra=extra)
    assert date(2026, 12, 25) in PublicHolidays("NL", extra=extra)


def test_years_that_no_calendar_reaches() -> None:
    """Where nothing is known there is no holiday, and no error."""
    assert date(1776, 7, 4) not in PublicHolidays("US")


@pytest.mark.parametrize(
    ("country", "subdivision", "sentence"),
    [
        ("Germany", None, "no public holidays are known of the country 'Germany'"),
        ("DE", "ZZ", "DE has no subdivision 'ZZ'"),
        (None, "BY", "the subdivision 'BY' has no country"),
    ],
)
def test_unknown_places(country: str | None, subdivision: str | None, sentence: str) -> None:
    """A place that is none is named."""
    with pytest.raises(ValueError, match=sentence):
        PublicHolidays(country, subdivision)


def test_countries_are_listed() -> None:
    """A check can say which names come near."""
    assert "BY" in countries()["DE"]
