"""RFC 3339 to microseconds."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.reading.event_time import decode_time

NOON = 1_795_262_400_000_000  # 2026-11-21T12:00:00Z


@pytest.mark.parametrize(
    ("text", "us"),
    [
        ("2026-11-21T12:00:00Z", 0),
        ("2026-11-21t12:00:00z", 0),
        ("2026-11-21 12:00:00Z", 0),
        ("2026-11-21T13:00:00+01:00", 0),
        ("2026-11-21T00:30:00-11:30", 0),
        ("2026-11-22T11:59:00+23:59", 0),
        ("2026-11-21T12:00:00-00:00", 0),
        ("2026-11-21T12:00:00.5Z", 500_000),
        ("2026-11-21T12:00:00.123Z", 123_000),
        ("2026-11-21T12:00:00.123456Z", 123_456),
        ("2026-11-21T12:00:59.999999Z", 59_999_999),
        ("2026-11-21T12:00:00.1234569Z", 123_456),
        ("2026-11-21T12:00:00.12345678901234567890Z", 123_456),
        ("2026-11-21T13:00:00.123456+01:00", 123_456),
    ],
)
def test_what_is_read(text: str, us: int) -> None:
    """Every spelling of RFC 3339 gives the same microsecond, the first time and when its minute is known."""
    assert decode_time(text) == NOON + us
    assert decode_time(text) == NOON + us


def test_the_epoch_and_before() -> None:
    """Times before the epoch are negative."""
    assert decode_time("1970-01-01T00:00:00Z") == 0
    assert decode_time("1969-12-31T23:59:59.999999Z") == -1


def test_the_ends_of_the_calendar() -> None:
    """The years 0001 to 9999 (UTC) are read to the last microsecond; no offset leads out of them."""
    first, last = decode_time("0001-01-01T00:00:00Z"), decode_time("9999-12-31T23:59:59.999999Z")

    assert first == -62_135_596_800_000_000
    assert last == 253_402_300_799_999_999
    for text in ("0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01"):
        with pytest.raises(ValueError, match="outside the years"):
            decode_time(text)


def test_leap_seconds() -> None:
    """A second 60 is the first of the next minute, where a leap second can be, and refused elsewhere."""
    assert decode_time("2016-12-31T23:59:60Z") == decode_time("2017-01-01T00:00:00Z")
    assert decode_time("2016-12-31T23:59:60.25Z") == decode_time("2017-01-01T00:00:00.25Z")
    assert decode_time("2017-01-01T08:59:60+09:00") == decode_time("2017-01-01T00:00:00Z")
    for text in (
        "2016-12-31T23:58:60Z",
        "2016-12-30T23:59:60Z",
        "2016-12-31T23:59:60+01:00",
        "2016-12-31T23:59:61Z",
    ):
        with pytest.raises(ValueError, match=r"second 60|time of day"):
            decode_time(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-11-21",
        "2026-11-21T12:00:00",  # no offset
        "2026-11-21T12:00Z",
        "2026-11-21T12:00:00.Z",
        "2026-11-21T12:00:00,5Z",
        "2026-11-21T12:00:00+0100",
        "2026-11-21T12:00:00+01",
        "2026-11-21T12:00:00UTC",
        " 2026-11-21T12:00:00Z",
        "2026-11-21T12:00:00Z\n",
        "2026-11-21_12:00:00Z",
        "20261121T120000Z",
        "2026-W47-6T12:00:00Z",
        "+2026-11-21T12:00:00Z",
        "2026-11-21T12:00:0٠Z",
        "2026-11-21T12:00:00.12345٠Z",
        "2026-11-21T12:00:00.+12345Z",
        "2026-11-21T12:00: 0.123456Z",
        "2026-11-31T12:00:00Z",
        "2026-02-29T12:00:00Z",
        "0000-01-01T00:00:00Z",
        "2026-13-01T12:00:00Z",
        "2026-11-21T24:00:00Z",
        "2026-11-21T12:60:00Z",
        "2026-11-21T12:00:61.123456Z",
        "2026-11-21T12:00:00+24:00",
        "2026-11-21T12:00:00+01:60",
    ],
)
def test_what_is_refused(text: str) -> None:
    """What is no RFC 3339, or no date, time or offset that exists, is refused, its minute known or not."""
    decode_time("2026-11-21T12:00:00Z")
    with pytest.raises(ValueError, match=r"^(is|has|lies) "):
        decode_time(text)


@given(
    st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)),  # noqa: DTZ001 - the zone comes beside it
    st.integers(-1439, 1439),
    st.sampled_from(["auto", "milliseconds", "microseconds"]),
)
def test_agrees_with_datetime(local: datetime, offset_minutes: int, precision: str) -> None:
    """For any time that datetime can write, the microseconds are datetime's own."""
    zone = timezone(timedelta(minutes=offset_minutes))
    time = local.replace(tzinfo=zone)
    if precision == "milliseconds":
        time = time.replace(microsecond=time.microsecond // 1000 * 1000)
    expected = (time - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)

    assert decode_time(time.isoformat(timespec=precision)) == expected
