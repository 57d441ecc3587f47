"""Server-Sent Events as bytes: `event:`, `id:` and one line of JSON. Records are passed on as they are."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

RETRY = b"retry: 2000\n\n"
"""How long a browser's EventSource waits before it comes back, in milliseconds."""

_ONE_LINE = bytes.maketrans(b"\r\n", b"  ")


def message(event: str, data: bytes, id: str | None = None) -> bytes:
    """Return one event. `data` is JSON: where it has line ends, they are between its words, and spaces do as well."""
    if b"\n" in data or b"\r" in data:
        data = data.translate(_ONE_LINE)
    head = f"event: {event}\n" if id is None else f"event: {event}\nid: {id}\n"
    return head.encode() + b"data: " + data + b"\n\n"


def array(items: Iterable[bytes]) -> bytes:
    """Return a JSON array of what is JSON already."""
    return b"[" + b",".join(items) + b"]"


def changed(event: str, field: str, changes: Mapping[str, bytes | None], id: str | None) -> bytes:
    """Return a `kpis` or `alerts` event: what is new, and what is gone."""
    records = array(record for record in changes.values() if record is not None)
    gone = orjson.dumps([key for key, record in changes.items() if record is None])
    return message(event, b'{"' + field.encode() + b'":' + records + b',"gone":' + gone + b"}", id)


def snapshot(records: bytes, alerts: bytes, status: bytes, id: str | None) -> bytes:
    """Return a `snapshot` event of two arrays and a status."""
    data = b'{"records":' + records + b',"alerts":' + alerts + b',"status":' + status + b"}"
    return message("snapshot", data, id)


def status(document: Mapping[str, Any]) -> bytes:
    """Return a `status` event, which has no id."""
    return message("status", orjson.dumps(document))


def bye(reason: str) -> bytes:
    """Return what a client is told last."""
    return message("bye", orjson.dumps({"reason": reason}))
