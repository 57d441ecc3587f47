"""What a record's value must be before anything else: not too large, UTF-8, not too deep, JSON."""

import json
import re
from typing import Any, Final

import msgspec

from schemas.dead_letter import Reason, Unusable

VALUE_BYTES_MAX: Final = 1_048_576
"""The largest value that is read: 1 MiB."""

DEPTH_MAX: Final = 256
"""Levels of nesting that are read. Parsers give up at a depth that depends on how deep the program itself
stands; what is refused must not depend on that, or a replay could decide otherwise."""

SHALLOW_LENGTH_MAX: Final = 2 * DEPTH_MAX
"""A value up to this long that is JSON at all can't be too deep: a level has two brackets."""

_parse_any = msgspec.json.Decoder(msgspec.Raw).decode
# The closing quote is optional, so that a string without end is passed over once and not once a quote.
_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_BRACKET: Final = re.compile(rb"[\[{\]}]")


def check_json(value: bytes) -> None:
    """Check size, UTF-8 and depth, and not the grammar yet. Raises Unusable."""
    if len(value) > VALUE_BYTES_MAX:
        raise Unusable(Reason.TOO_LARGE, f"the value has {len(value):,} bytes; {VALUE_BYTES_MAX:,} at most")
    if not value.isascii() and (fault := _utf8_fault(value)):
        raise Unusable(Reason.BAD_JSON, fault)
    if len(value) > SHALLOW_LENGTH_MAX and _too_deep(value):
        raise Unusable(Reason.BAD_JSON, f"the value is nested deeper than {DEPTH_MAX} levels")


def parse_json(value: bytes) -> Any:
    """Parse a value that `check_json` let pass; of duplicate keys the last wins. Raises Unusable.

    Slow: for records that can't be read otherwise. All numbers are floats, those out of range infinite.
    """
    fault = _grammar_fault(value)
    if fault:
        raise Unusable(Reason.BAD_JSON, fault)
    return json.loads(value.decode(), parse_int=float)


def _utf8_fault(value: bytes) -> str | None:
    try:
        value.decode()
    except UnicodeDecodeError as error:
        return f"the value is not UTF-8: {error.reason} at byte {error.start}"
    return None


def _grammar_fault(value: bytes) -> str | None:
    try:
        _parse_any(value)
    except msgspec.DecodeError as error:
        # msgspec says what and at which byte, and quotes nothing.
        return f"the value is no JSON: {str(error).removeprefix('JSON is malformed: ')}"
    except RecursionError:
        return "the value is no JSON: it opens brackets without end"
    return None


def _too_deep(value: bytes) -> bool:
    if value.count(b"[") + value.count(b"{") <= DEPTH_MAX:
        return False
    depth = 0
    for match in _BRACKET.finditer(_STRING.sub(b"", value)):
        depth += 1 if match[0] in b"[{" else -1
        if depth > DEPTH_MAX:
            return True
    return False
