"""JSON of whole numbers of any size: orjson writes 64 bits, and reads larger numbers as floats.

Sums of money in millionths may outgrow them, though no amount does. Such texts begin with a space, which is JSON too.
"""

import json
from typing import Any

import orjson

_LARGE = b" "


def dumps(value: Any) -> bytes:
    """Write a value; raises TypeError for what is no JSON."""
    try:
        return orjson.dumps(value)
    except TypeError:
        return _LARGE + json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def loads(raw: bytes) -> Any:
    """Read what `dumps` wrote."""
    return json.loads(raw) if raw[:1] == _LARGE else orjson.loads(raw)
