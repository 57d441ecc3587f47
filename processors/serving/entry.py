"""A KPI record as stores keep it: its bytes, where it belongs, and the little of it that they look at."""

from datetime import datetime
from math import isinf
from typing import Annotated, NamedTuple

import msgspec

from schemas.kpi import dims_of

KEY_PARTS = 3
REP = "rep="

Number = int | float
LATEST_MS = 253_402_300_799_999
"""The last millisecond that has a date."""
WHOLE_MAX = 2**63 - 1
"""Of a whole value: what stores and readers can hold, and far beyond what there is to count."""


class Place(NamedTuple):
    """Where a key belongs."""

    bucket: str
    """KPI and window with its period: `won_revenue|month:2026-11`."""
    dims: str
    """The last part: `rep=ann`."""

    @property
    def rep(self) -> str | None:
        """The rep, where that is the only dimension."""
        if not self.dims.startswith(REP) or "," in self.dims:
            return None
        return dims_of(self.dims)["rep"]


class Entry(NamedTuple):
    """A record."""

    raw: bytes
    value: Number | None
    made_ms: int
    """When it was made: its `as_of`; where it has none, its revision."""


class _Body(msgspec.Struct, gc=False):
    value: Number | None
    as_of: datetime | None = None
    revision: Annotated[int, msgspec.Meta(ge=0, le=LATEST_MS)] = 0


_decode = msgspec.json.Decoder(_Body).decode


def place_of(key: str) -> Place | None:
    """Take a record's key apart; None where it is none."""
    parts = key.split("|")
    if len(parts) != KEY_PARTS or not parts[0] or not parts[1]:
        return None
    return Place(f"{parts[0]}|{parts[1]}", parts[2])


def key_of(bucket: str, dims: str) -> str:
    """Return the key that belongs there."""
    return f"{bucket}|{dims}"


def index_of(bucket: str) -> tuple[str, str | None]:
    """Return KPI and window, `won_revenue|month`, and the period of a bucket."""
    kpi_and_window, _, period = bucket.partition(":")
    return kpi_and_window, period or None


def read_entry(raw: bytes) -> Entry | None:
    """Look at a record; None where it is none."""
    try:
        body = _decode(raw)
        made_ms = body.revision if body.as_of is None else int(body.as_of.timestamp() * 1000)
    except (msgspec.MsgspecError, ValueError, OverflowError):
        return None
    value = body.value
    too_large = isinf(value) if isinstance(value, float) else abs(value or 0) > WHOLE_MAX
    if too_large:
        return None
    return Entry(raw, value, made_ms)
