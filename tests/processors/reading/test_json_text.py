"""Size, UTF-8, depth and grammar."""

import json
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.reading.json_text import (
    DEPTH_MAX,
    SHALLOW_LENGTH_MAX,
    VALUE_BYTES_MAX,
    check_json,
    parse_json,
)
from schemas.dead_letter import Reason, Unusable


def reason(value: bytes) -> Reason | None:
    """Return why a value is no JSON that is read."""
    try:
        check_json(value)
        parse_json(value)
    except Unusable as error:
        return error.reason
    return None


def nested(levels: int) -> bytes:
    """An array that has so many levels, some of them objects."""
    half = levels // 2
    return b"[" * (levels - half) + b'{"]":' * half + b"0" + b"}" * half + b"]" * (levels - half)


def test_size() -> None:
    """1 MiB is read, one byte more is too large, whatever is in it."""
    assert reason(b'"' + b"x" * (VALUE_BYTES_MAX - 2) + b'"') is None
    assert reason(b"\xff" * (VALUE_BYTES_MAX + 1)) is Reason.TOO_LARGE


def test_depth() -> None:
    """So many levels are read and one more is not; brackets inside strings and side by side are no levels."""
    assert reason(nested(DEPTH_MAX)) is None
    assert reason(nested(DEPTH_MAX + 1)) is Reason.BAD_JSON
    assert reason(json.dumps("[{" * 1000 + '\\"').encode()) is None
    assert reason(json.dumps([[]] * 1000).encode()) is None


def test_a_short_value_is_shallow() -> None:
    """No JSON that is short enough to go unchecked can be too deep."""
    deepest = SHALLOW_LENGTH_MAX // 2

    assert deepest <= DEPTH_MAX
    assert reason(b"[" * deepest + b"]" * deepest) is None


@pytest.mark.parametrize(
    "value", [b"[" * 1_000_000, b'{"a":' * 200_000, b'"\\' * 500_000, b'["' + b'\\"' * 500_000]
)
def test_hostile_values(value: bytes) -> None:
    """A megabyte of brackets or quotes without end neither overflows a stack nor takes long."""
    before = perf_counter()

    assert reason(value) is Reason.BAD_JSON
    assert perf_counter() - before < 2


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b" ",
        b"{",
        b"{'a': 1}",
        b'{"a": 1,}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 01}',
        b'{"a": 1} {}',
        b'\xef\xbb\xbf{"a": 1}',
        b'{"a": "\xff"}',
        b'{"a": "\xed\xa0\x80"}',
        b'{"a": "\\ud800"}',
        b'{"a": "\\udc00\\ud800"}',
        b'{"a": "\t"}',
        '{"a": 1}'.encode("utf-16"),
    ],
)
def test_what_is_no_json(value: bytes) -> None:
    """What RFC 8259 doesn't allow, and what is not UTF-8 or no Unicode text, is no JSON."""
    assert reason(value) is Reason.BAD_JSON


@pytest.mark.parametrize(
    "value", [b" {} \n", b'{"a": 1e999}', b'{"a": 1' + b"0" * 5000 + b"}", b'"\\ud83d\\ude00"']
)
def test_what_is_json(value: bytes) -> None:
    """Numbers of any size and escaped surrogate pairs are JSON."""
    assert reason(value) is None


def test_the_last_of_duplicate_keys_wins() -> None:
    """As everywhere in JSON's world."""
    assert parse_json(b'{"a": 1, "b": 2, "a": "x"}') == {"a": "x", "b": 2}


def test_sentences_quote_nothing() -> None:
    """What is wrong is said by place, never by quoting: the text may be personal."""
    with pytest.raises(Unusable) as caught:
        parse_json(b'{"name": "A. Example" "secret"}')

    assert caught.value.sentence == "the value is no JSON: expected ',' or '}' (byte 22)"


@given(st.recursive(st.none() | st.booleans() | st.text() | st.floats(0, 1e9), st.lists, max_leaves=20))
def test_parses_what_json_writes(value: object) -> None:
    """Whatever the standard library writes is read back as it was."""
    text = json.dumps(value).encode()
    check_json(text)

    assert parse_json(text) == value
