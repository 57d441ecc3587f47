"""Where windows start and end, checked against dates from a wall calendar."""

import pytest

from tests.oracle.moments import instant
from tests.oracle.spans import Calendar, rfc3339


@pytest.mark.parametrize(
    ("window", "period", "start", "end"),
    [
        ("rolling_24h", None, "2026-06-09T12:05:00Z", "2026-06-10T12:05:00Z"),
        ("rolling_7d", None, "2026-06-03T13:00:00Z", "2026-06-10T13:00:00Z"),
        ("rolling_30d", None, "2026-05-11T13:00:00Z", "2026-06-10T13:00:00Z"),
        ("rolling_365d", None, "2025-06-10T22:00:00Z", "2026-06-10T22:00:00Z"),
        ("day", "2026-03-29", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
        ("day", "2026-10-25", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
        ("week", "2026-W53", "2026-12-27T23:00:00Z", "2027-01-03T23:00:00Z"),
        ("month", "2026-03", "2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z"),
        ("quarter", "2026-Q1", "2025-06-30T22:00:00Z", "2025-09-30T22:00:00Z"),
        ("year", "2026", "2025-06-30T22:00:00Z", "2026-06-30T22:00:00Z"),
    ],
)
def test_spans_of_amsterdam_with_a_fiscal_year_from_july(
    window: str, period: str | None, start: str, end: str
) -> None:
    """As of 10 June 2026, 12:03:10 UTC."""
    calendar = Calendar(instant("2026-06-10T12:03:10Z"), "Europe/Amsterdam", 7)

    span = calendar.span(window, period)
    assert span is not None
    assert (rfc3339(span[0]), rfc3339(span[1])) == (start, end)


def test_a_day_without_midnight_starts_with_its_first_moment() -> None:
    """On 4 November 2018 clocks in São Paulo went from 24:00 to 1:00: the day began at 03:00 UTC."""
    span = Calendar(0, "America/Sao_Paulo").span("day", "2018-11-04")

    assert span == (instant("2018-11-04T03:00:00Z"), instant("2018-11-05T02:00:00Z"))


def test_all_time_and_now_have_no_bounds() -> None:
    """Their start and end are null."""
    assert Calendar(0).span("all_time", None) is None
    assert Calendar(0).span("now", None) is None
