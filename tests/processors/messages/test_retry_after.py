"""`Retry-After`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.messages.retry_after import AFTER_S_MAX, retry_after_s

NOW_US = 1_795_252_530_500_000  # Sat, 21 Nov 2026 09:15:30.5 GMT


@pytest.mark.parametrize(
    ("header", "after_s"),
    [
        pytest.param("30", 30.0, id="seconds"),
        pytest.param(" 0 ", 0.0, id="at once"),
        pytest.param("999999999", AFTER_S_MAX, id="longer than a message lives"),
        pytest.param("Sat, 21 Nov 2026 09:16:00 GMT", 29.5, id="a date"),
        pytest.param("Saturday, 21-Nov-26 09:16:00 GMT", 29.5, id="a date as it was written once"),
        pytest.param("Sat Nov 21 09:16:00 2026", 29.5, id="a date as C writes it"),
        pytest.param("Sat, 21 Nov 2026 10:16:00 +0100", 29.5, id="a date with an offset"),
        pytest.param("Fri, 20 Nov 2026 09:16:00 GMT", 0.0, id="a date that is past"),
        pytest.param("Sat, 21 Nov 2099 09:16:00 GMT", AFTER_S_MAX, id="a date in another life"),
        pytest.param(None, None, id="nothing"),
        pytest.param("", None, id="nothing in it"),
        pytest.param("-5", None, id="no number of seconds"),
        pytest.param("soon", None, id="no date"),
        pytest.param("Sat, 99 Nov 2026 09:16:00 GMT", None, id="a date that doesn't exist"),
    ],
)
def test_both_forms(header: str | None, after_s: float | None) -> None:
    """Seconds and dates are read; what is neither is as good as nothing."""
    assert retry_after_s(header, NOW_US) == after_s


@given(st.text())
def test_anything(header: str) -> None:
    """Whatever a server says, it is a time within a day or nothing."""
    after_s = retry_after_s(header, NOW_US)
    assert after_s is None or 0 <= after_s <= AFTER_S_MAX
