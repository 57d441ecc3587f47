"""Whole numbers of any size survive."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.reading.exact_json import dumps, loads


@given(
    st.recursive(
        st.integers() | st.text() | st.none(), lambda parts: st.lists(parts, max_size=4), max_leaves=9
    )
)
def test_what_is_written_is_read(value: object) -> None:
    """Also beyond 64 bits."""
    assert loads(dumps(value)) == value


def test_the_usual_is_written_as_usual() -> None:
    """Without the sign of large numbers, which is JSON too."""
    assert dumps([2**63, "é"]) == '[9223372036854775808,"é"]'.encode()
    assert dumps([2**64]) == b" [18446744073709551616]"


def test_what_is_no_json() -> None:
    """Is refused, large numbers or not."""
    with pytest.raises(TypeError):
        dumps([2**64, object()])
