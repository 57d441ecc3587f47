"""Events as records, and what decoding makes of a record."""

import json
from typing import Any

from processors.decode import decode
from schemas.dead_letter import Reason, Unusable
from schemas.event import Event

Headers = list[tuple[str, bytes]]


def outcome(value: bytes | None, headers: Headers | tuple[()] = ()) -> Event | Reason:
    """Return the event, or the reason why there is none."""
    try:
        return decode(value, headers)
    except Unusable as error:
        return error.reason


def dump(event: object) -> bytes:
    """Return the JSON of an event, as UTF-8."""
    return json.dumps(event, ensure_ascii=False).encode()


def as_binary(event: dict[str, Any]) -> tuple[bytes, Headers]:
    """The record of a binary CloudEvent."""
    headers = [(f"ce_{name}", str(value).encode()) for name, value in event.items() if name != "data"]
    return dump(event["data"]), [*headers, ("content-type", b"application/json")]
