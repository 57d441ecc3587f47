"""What is true of a whole partition of tracking: the record `meta` of its changelog."""

from typing import NamedTuple

import orjson

KEY = b"meta"

NOTHING_TOLD = -1
"""`quiet_until` where no generation of state was before this one."""


class TrackMeta(NamedTuple):
    """Up to where the state is true, and under which catalog it was written."""

    cut: int
    watermark_us: int
    catalog: str = ""
    """The catalog's name and fingerprint."""
    quiet_until: int | None = NOTHING_TOLD
    """Up to this offset the generation before has published what can't be used or stands wrong. None: no worker
    has taken the state over yet from the rebuild that made it, so nothing of the kind is published."""
    waiting: tuple[str, ...] = ()
    """The kinds of entity of which all that waits has been told on `crm.waiting`."""


def read_meta(value: bytes) -> TrackMeta:
    """Read a record's value."""
    cut, watermark_us, *more = orjson.loads(value)
    meta = TrackMeta(cut, watermark_us, *more)
    return meta._replace(waiting=tuple(meta.waiting))
