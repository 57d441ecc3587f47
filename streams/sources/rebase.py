"""Moves events in time, so that a recording ends now."""

from collections.abc import Iterable

import orjson

from processors.decode import decode
from processors.publishing.records import rfc3339
from processors.reading.future import is_from_future
from schemas.dead_letter import Unusable
from streams.sources.giving_way import giving_way
from streams.sources.raw import RawEvent


async def shift_to(events: Iterable[RawEvent], now_us: int) -> int:
    """Return by how much the events must be moved for the last of them to happen at `now_us`.

    Events that can't be read don't count, nor do those from the future, unless there are no others. 0
    when there is no event.
    """
    last_us: int | None = None
    future_us: int | None = None
    async for raw in giving_way(events):
        try:
            t_us = decode(raw.value).t_us
        except Unusable:
            continue
        if is_from_future(t_us, now_us):
            future_us = t_us if future_us is None else max(t_us, future_us)
        elif last_us is None or t_us > last_us:
            last_us = t_us
    end_us = future_us if last_us is None else last_us
    return 0 if end_us is None else now_us - end_us


def shifted(raw: RawEvent, t_us: int, shift_us: int) -> RawEvent:
    """Return a readable event, which happened at `t_us`, moved by `shift_us`; its `time` is then in UTC.

    What would leave the calendar stays as it is: its time is wrong, which the engine says of it.
    """
    try:
        time = rfc3339(t_us + shift_us)
    except (ValueError, OverflowError):
        return raw
    event = orjson.loads(raw.value)
    event["time"] = time
    return raw._replace(value=orjson.dumps(event))
