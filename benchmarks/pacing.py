"""Publishing live events at a set rate: they say that they happen now, and they do."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from itertools import count

from benchmarks.events import bench_events
from benchmarks.ground import Event
from processors.partition import Send
from streams.clock import monotonic_s, now_us
from streams.kafka.publishing import Publisher

STEP_S = 0.02
DAY_S = 86_400.0
DELAY_S = (0.1, 5.0)

_series = count(1)


def live_events(per_s: float, seconds: float) -> list[Event]:
    """Return the events of the coming seconds, other ones at each call, 3 % of them up to 5 s late."""
    number = round(per_s * seconds)
    start = datetime.fromtimestamp(now_us() / 1e6, UTC)
    series = next(_series)
    return list(
        bench_events(
            number, series, days=seconds / DAY_S, start=start, first=series * 100_000_000, delay_s=DELAY_S
        )
    )


async def at_rate(publisher: Publisher, topic: str, events: Sequence[Event], per_s: float) -> float:
    """Publish events, `per_s` a second; return how many seconds it took."""
    began_s = monotonic_s()
    async for due in _steps(events, per_s):
        await publisher.publish([Send(topic, None, key, value) for key, value in due])
    return monotonic_s() - began_s


async def _steps(events: Sequence[Event], per_s: float) -> AsyncIterator[Sequence[Event]]:
    began_s, sent = monotonic_s(), 0
    while sent < len(events):
        await asyncio.sleep(STEP_S)
        due = min(len(events), int((monotonic_s() - began_s) * per_s))
        if due > sent:
            yield events[sent:due]
            sent = due
