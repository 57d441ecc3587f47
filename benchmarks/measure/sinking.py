"""Redis kept equal to the topics: how fast it is filled, filled again, and told of what changes."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from time import process_time

import orjson

from benchmarks.ground import Ground, publishing
from benchmarks.result import Result
from processors.partition import Send
from schemas.kpi import kpi_key
from streams.clock import monotonic_s, now_us
from streams.serving.feed import News
from streams.serving.keeping import Topics, keep
from streams.serving.open_store import Unwatched
from streams.serving.redis_keys import connect
from streams.settings import Settings
from streams.sinks.redis_sink import RedisSink
from streams.topics import topics
from tests.services.redis import RedisServer

REPS = 1_000
WINDOWS = ("rolling_24h", "rolling_7d", "rolling_30d", "day:2026-11-26", "month:2026-11")
SENDS_AT_ONCE = 20_000


class Gated(Topics):
    """Topics whose records wait while the gate is closed."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.gate = asyncio.Event()
        self.gate.set()

    async def feed(self) -> AsyncGenerator[News, None]:
        """Yield what comes, when the gate is open."""
        async for news in super().feed():
            await self.gate.wait()
            yield news


class Levels(Unwatched):
    """Knows until when the store was level, and when it was last filled."""

    def __init__(self) -> None:
        self.filled = asyncio.Event()
        self.heard_ms = self.level_ms = 0

    def heard(self, news: News, fold: object) -> None:
        """Note what is about to be written."""
        self.heard_ms = news.level_ms or 0

    def level(self, filled: bool) -> None:
        """Note that it is."""
        self.level_ms = self.heard_ms
        if filled:
            self.filled.set()

    async def until(self, after_ms: int) -> None:
        """Wait until everything is written that was published until then."""
        while self.level_ms < after_ms:  # noqa: ASYNC110 (it is told several times a second)
            await asyncio.sleep(0.01)


async def measure(ground: Ground) -> AsyncIterator[Result]:
    """Fill an empty Redis; empty it; then change every key."""
    keys = ground.size.sink_keys
    async with ground.installation() as settings, RedisServer() as server:
        await _publish(settings, keys, 1)
        client = connect(server.url)
        levels, source = Levels(), Gated(settings)
        running = asyncio.create_task(keep(source, RedisSink(client), levels))
        try:
            began_s, began_cpu_s = monotonic_s(), process_time()
            await levels.filled.wait()
            yield _seconds(
                f"Redis filled with {keys:,} keys",
                began_s,
                began_cpu_s,
                keys,
                "from the first call to Kafka on",
            )
            await levels.until(now_us() // 1000)
            levels.filled.clear()
            await client.flushall()
            began_s, began_cpu_s = monotonic_s(), process_time()
            await levels.filled.wait()
            yield _seconds(
                f"Redis filled again with {keys:,} keys",
                began_s,
                began_cpu_s,
                keys,
                "from FLUSHALL on: noticed, read and written",
            )
            for value, what in ((2, "each the first of its slot: a point more"), (3, "no point among them")):
                source.gate.clear()
                await _publish(settings, keys, value)
                published_ms = now_us() // 1000
                source.gate.set()
                began_s, began_cpu_s = monotonic_s(), process_time()
                await levels.until(published_ms)
                wall_s = monotonic_s() - began_s
                yield Result(
                    name=f"changes written to Redis, {what}", value=keys / wall_s, unit="records/s", wall_s=wall_s,
                    cpu_s_per_million=(process_time() - began_cpu_s) * 1e6 / keys,
                    note=f"{keys:,} records, each of another key; the second until that is known included",
                )  # fmt: skip
            assert not running.done()
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await client.aclose()


def _seconds(name: str, began_s: float, began_cpu_s: float, keys: int, note: str) -> Result:
    wall_s, cpu_s = monotonic_s() - began_s, process_time() - began_cpu_s
    return Result(
        name=name, value=wall_s, unit="s", better="less", wall_s=wall_s, cpu_s_per_million=cpu_s * 1e6 / keys,
        note=f"{note}; {keys / wall_s:,.0f} keys/s",
    )  # fmt: skip


async def _publish(settings: Settings, keys: int, value: int) -> None:
    name = topics(settings).kpis.name
    async with publishing(settings) as publisher:
        sends: list[Send] = []
        for key, record in _records(keys, value):
            sends.append(Send(name, None, key, record))
            if len(sends) == SENDS_AT_ONCE:
                await publisher.publish(sends)
                sends = []
        await publisher.publish(sends)


def _records(keys: int, value: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield records as large as the engine's, the first of each key."""
    for number in range(keys):
        rep, rest = number % REPS, number // REPS
        window, _, period = WINDOWS[rest % len(WINDOWS)].partition(":")
        kpi, dims = f"kpi_{rest // len(WINDOWS)}", {"rep": f"rep-{rep}"}
        record = {
            "kpi": kpi, "window": window, "period": period or None, "dims": dims, "value": value + rep, "n": rep,
            "unit": "count", "start": "2026-11-20T09:05:00Z", "end": "2026-11-21T09:05:00Z",
            "as_of": "2026-11-21T09:03:10Z", "final": False, "revision": 1795251790123, "target": 100,
            "attainment": 0.42, "expected": 38.0, "previous": 40, "baseline": 39.5, "team_value": 36.2, "rank": 3,
            "of": 12, "catalog": "crm-standard@3f2a",
        }  # fmt: skip
        yield kpi_key(kpi, window, period or None, dims).encode(), orjson.dumps(record)
