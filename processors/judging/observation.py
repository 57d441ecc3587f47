"""What a KPI record says, as far as rules look at it."""

from typing import NamedTuple

import msgspec

from processors.reading.event_time import decode_time
from schemas.alert import Number


class Compared(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a record's value is compared with; None where that does not apply."""

    expected: Number | None = None
    previous: Number | None = None
    baseline: Number | None = None
    team_value: Number | None = None
    rank: int | None = None
    of: int | None = None


NOTHING = Compared()


class Observation(NamedTuple):
    """What a KPI record says."""

    at_us: int
    """The record's `as_of`."""
    revision: int
    value: Number | None
    n: int
    unit: str = ""
    target: Number | None = None
    end_us: int | None = None
    """The end of a calendar period; None for other windows."""
    start_us: int | None = None
    """And its beginning."""
    compared: Compared = NOTHING


class Body(msgspec.Struct):
    """The part of a KPI record that is looked at."""

    value: Number | None
    n: int
    as_of: str
    revision: int
    start: str | None = None
    end: str | None = None
    final: bool = False
    unit: str = ""
    target: Number | None = None
    expected: Number | None = None
    previous: Number | None = None
    baseline: Number | None = None
    team_value: Number | None = None
    rank: int | None = None
    of: int | None = None


decode = msgspec.json.Decoder(Body).decode
"""Reads a record. Raises MsgspecError."""


def observation(body: Body, in_period: bool) -> tuple[Observation, bool]:
    """Return what a KPI record says, and whether its period is over. Raises ValueError."""
    at_us = decode_time(body.as_of)
    compared = Compared(body.expected, body.previous, body.baseline, body.team_value, body.rank, body.of)
    start_us = decode_time(body.start) if in_period and body.start is not None else None
    end_us = decode_time(body.end) if in_period and body.end is not None else None
    over = in_period and (body.final or (end_us is not None and end_us <= at_us))
    seen = Observation(
        at_us, body.revision, body.value, body.n, body.unit, body.target, end_us, start_us, compared
    )
    return seen, over
