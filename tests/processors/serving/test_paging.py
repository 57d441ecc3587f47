"""Cursors: what they hold, and what is none."""

import base64
from contextlib import suppress

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.serving.paging import CursorError, decode, encode, fingerprint

NAMES = st.lists(st.text(max_size=20), min_size=1, max_size=3)


@given(NAMES)
def test_what_was_put_in_comes_out(names: list[str]) -> None:
    """Whatever characters names have."""
    assert decode(encode(7, names), 7, len(names)) == tuple(names)


@pytest.mark.parametrize(
    "cursor", ["", "x", "?", "e30", base64.urlsafe_b64encode(b"[7]").decode(), base64.urlsafe_b64encode(b"[7,5]").decode()]
)  # fmt: skip
def test_what_is_no_cursor(cursor: str) -> None:
    """It is said, not guessed at."""
    with pytest.raises(CursorError, match="no cursor"):
        decode(cursor, 7, 1)


@given(st.text(max_size=60))
def test_any_text(cursor: str) -> None:
    """Nothing but CursorError comes of one."""
    with suppress(CursorError):
        decode(cursor, 7, 1)


def test_a_cursor_of_another_question() -> None:
    """Would give items twice, or not at all."""
    with pytest.raises(CursorError, match="another question"):
        decode(encode(fingerprint({"a": 1}), ["x"]), fingerprint({"a": 2}), 1)
    assert fingerprint(orjson.loads(b'{"a":1,"b":2}')) == fingerprint(orjson.loads(b'{"b":2,"a":1}'))
